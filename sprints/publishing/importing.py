"""A Markdown file or a notebook (nbformat 4) with its figures becomes the next wording of a write-up."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from sprints.pictures import NewFigure
from sprints.publishing import access, writing
from sprints.publishing.models import Revision, Writeup
from sprints.publishing.writing import Wording
from whitebox.errors import RuleViolation
from whitebox.people.models import User

LARGEST = 20 * 1024 * 1024  # bytes of one file
PICTURE = re.compile(r"(!\[[^\]]*\]\()\s*<?([^)\s>]+)>?((?:\s+\"[^\"]*\")?\))")
HEADING = re.compile(r"\A\s*#\s+(.+?)\s*$", re.MULTILINE)
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
LONGEST_OUTPUT = 4_000  # characters of what a cell printed


@dataclass
class Read:
    """What a file says: its text, its title where it has one, and the pictures inside it by the name in the text."""

    source: str
    title: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)


@transaction.atomic
def take(
    writeup: Writeup, file: "UploadedFile[Any]", beside: Sequence["UploadedFile[Any]"], *, base: int, by: User
) -> Revision:
    """Make a file the next wording, with its pictures. All of it or nothing.

    Raises RuleViolation where it cannot be read, or names a picture that did not come with it.
    """
    current = access.own(writeup, by)
    read = reader(file)
    pictures = read.pictures | {one.name or "": one.read() for one in beside}
    names = {name: _figure(current, name, content, by) for name, content in pictures.items()}
    latest = current.latest
    wording = Wording(
        title=read.title or (latest.title if latest else ""),
        abstract=latest.abstract if latest else "",
        source=_renamed(read.source, names),
        bibliography=latest.bibliography if latest else "",
        note=_("Imported from %(name)s") % {"name": file.name},
    )
    current.refresh_from_db()
    number = current.latest.number if current.latest else 0
    return writing.save(current, wording, base=number if base == (latest.number if latest else 0) else base, by=by)


def _figure(writeup: Writeup, name: str, content: bytes, by: User) -> str:
    picture = NewFigure(SimpleUploadedFile("figure", content), "")
    return writing.attach(writeup, name, picture, by=by, is_imported=True).name


def _renamed(source: str, names: Mapping[str, str]) -> str:
    """Let the text call its pictures by the names they have here."""
    bare = {name.replace("\\", "/").rpartition("/")[2]: figure for name, figure in names.items()}

    def renamed(found: re.Match[str]) -> str:
        name = found[2].removeprefix("attachment:").rpartition("/")[2]
        return f"{found[1]}{bare[name]}{found[3]}" if name in bare else found[0]

    return PICTURE.sub(renamed, source)


def reader(file: "UploadedFile[Any]") -> Read:
    """Read a Markdown file or a notebook. Raises RuleViolation."""
    name = (file.name or "").lower()
    if (file.size or 0) > LARGEST:
        raise RuleViolation(_("The file is larger than 20 MB. Clear the outputs you do not need, then save it again."))
    try:
        text = file.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as wrong:
        raise RuleViolation(_("The file is not UTF-8 text. Save it as UTF-8.")) from wrong
    if name.endswith(".ipynb"):
        return _notebook(text)
    if name.endswith((".md", ".markdown", ".txt")):
        return _titled(FRONT.sub("", text), {})
    raise RuleViolation(_("Choose a Markdown file (.md) or a notebook (.ipynb)."))


def _titled(source: str, pictures: dict[str, bytes]) -> Read:
    """Take a first heading of the highest level for the title: the page shows it by itself."""
    found = HEADING.match(source)
    if found is None:
        return Read(source.strip(), pictures=pictures)
    return Read(source[found.end() :].strip(), found[1].strip(" #*_"), pictures)


def _notebook(text: str) -> Read:
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise RuleViolation(_("This notebook is no JSON. Save it again in Jupyter.")) from wrong
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or notebook.get("nbformat") != 4:
        raise RuleViolation(_("This is no notebook of format 4. Open it in Jupyter and save it again."))
    language = _language(notebook)
    pictures: dict[str, bytes] = {}
    parts = [part for place, cell in enumerate(cells, 1) for part in _cell(cell, place, language, pictures)]
    return _titled("\n\n".join(part for part in parts if part.strip()), pictures)


def _language(notebook: Mapping[str, Any]) -> str:
    kernel = _mapping(_mapping(notebook.get("metadata")).get("kernelspec"))
    found = str(kernel.get("language", "python"))
    return found if found.isalnum() else "python"


def _cell(cell: object, place: int, language: str, pictures: dict[str, bytes]) -> Iterator[str]:
    """Yield the Markdown of one cell, and keep its pictures under names that no other cell has."""
    known = _mapping(cell)
    source = _joined(known.get("source"))
    if known.get("cell_type") == "markdown":
        for name, bundle in _mapping(known.get("attachments")).items():
            if kept := _kept(f"cell-{place}-{name}", _mapping(bundle), pictures):
                source = source.replace(f"attachment:{name}", kept)
        yield source
    elif known.get("cell_type") == "code":
        yield _fenced(source, language)
        outputs = known.get("outputs")
        for number, output in enumerate(outputs if isinstance(outputs, list) else [], 1):
            yield _output(_mapping(output), f"cell-{place}-{number}", pictures)


def _output(output: Mapping[str, Any], name: str, pictures: dict[str, bytes]) -> str:
    data = _mapping(output.get("data"))
    if kept := _kept(name, data, pictures):
        return f"![]({kept})"
    printed = _joined(output.get("text")) or _joined(data.get("text/plain"))
    return _fenced(printed[:LONGEST_OUTPUT], "text")


def _kept(name: str, bundle: Mapping[str, Any], pictures: dict[str, bytes]) -> str:
    """Keep the picture of an output and return its name; an empty text where there is none that can be read."""
    for kind, ending in KINDS.items():
        if kind not in bundle:
            continue
        try:
            content = base64.b64decode("".join(_joined(bundle[kind]).split()), validate=True)
        except (binascii.Error, ValueError):
            return ""
        stem = re.sub(r"[^a-z0-9_-]+", "-", name.rpartition(".")[0].lower() or name.lower()).strip("-")
        pictures[f"{stem}.{ending}"] = content
        return f"{stem}.{ending}"
    return ""


def _fenced(code: str, language: str) -> str:
    """Return code in a fence that it does not contain."""
    if not code.strip():
        return ""
    longest = max((len(found) for found in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def _joined(text: object) -> str:
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}
