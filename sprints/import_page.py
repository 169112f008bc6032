"""The organizers' page that imports a problem list: upload, dry run with its differences, then the act.

The page keeps nothing between the two: the file travels in the form, and what the dry run found travels as a digest
that is signed. The act does what was shown, or shows anew what it would do now.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import validate_slug
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sprints import importing, sheets
from sprints.bank import PUBLIC_LIST
from sprints.importing import Action, Entry, Plan
from sprints.models import ProblemSource
from whitebox.people.forms import PlainSelect

LARGEST = 2_000_000  # bytes; larger lists go by manage.py problems_import
MOST_SENT = 2_000_000  # characters that the second form may carry
MOST_SHOWN = 300  # rows of one table
SALT = "sprints.import_page"
ENCODINGS = ("", "cp1252", "latin-1", "utf-16")
NAMES: Mapping[str, str | Promise] = {
    "category": gettext_lazy("category"),
    "subcategory": gettext_lazy("sub-category"),
    "difficulty_lowest": gettext_lazy("difficulty, at least"),
    "difficulty_highest": gettext_lazy("difficulty, at most"),
    "is_starred": gettext_lazy("starred"),
    "title": gettext_lazy("problem"),
    "source_url": gettext_lazy("address"),
    "existing_work": gettext_lazy("existing work"),
    "working_on": gettext_lazy("working on it"),
    "objectives": gettext_lazy("objectives"),
}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("CSV with commas, semicolons or tabs, 2 MB at most.")
    )
    source = forms.CharField(
        label=gettext_lazy("List"),
        max_length=50,
        initial=PUBLIC_LIST,
        validators=[validate_slug],
        help_text=gettext_lazy("The short name of the list whose numbers these are. A new name makes a new list."),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        required=False,
        choices=[(one, one or gettext_lazy("as the file says, else UTF-8")) for one in ENCODINGS],
        widget=PlainSelect,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 2 MB. Use manage.py problems_import for it."))
        return file

    def upload(self) -> "Upload":
        said = self.cleaned_data
        return Upload(said["file"].read(), said["source"], said["encoding"])


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with what its sender said of it."""

    content: bytes
    source: str
    encoding: str

    def trial(self) -> Plan:
        """Say what it would do. Writes nothing."""
        return importing.run(self._read(), self.source, is_trial=True)

    def act(self) -> Plan:
        return importing.run(self._read(), self.source, is_trial=False)

    def _read(self) -> sheets.Sheet:
        return sheets.read(self.content, encoding=self.encoding)

    def packed(self) -> str:
        """Return the file as text that fits into a form, or an empty text for one that does not."""
        text = base64.urlsafe_b64encode(zlib.compress(self.content, 9)).decode()
        return text if len(text) <= MOST_SENT else ""

    def seal(self, plan: Plan) -> str:
        """Return what binds the act to this file and to what was shown of it."""
        facts = [sha256(self.content).hexdigest(), self.source, self.encoding, fingerprint(plan)]
        return signing.dumps(facts, salt=SALT)


def sent_again(data: Mapping[str, str]) -> tuple[Upload, str] | None:
    """Return the upload of a second form and the fingerprint of what was shown; None for one that is not ours."""
    try:
        digest, source, encoding, shown = signing.loads(data.get("seal", ""), salt=SALT)
        unpacked = zlib.decompressobj()
        content = unpacked.decompress(
            base64.b64decode(data.get("packed", ""), altchars=b"-_", validate=True), LARGEST + 1
        )
    except (signing.BadSignature, ValueError, binascii.Error, zlib.error):
        return None
    upload = Upload(content, source, encoding)
    return (upload, shown) if sha256(content).hexdigest() == digest else None


def fingerprint(plan: Plan) -> str:
    """Return a digest of all that a plan does: another state of the bank gives another one."""
    told = [
        [one.parsed.number, one.ordinal, one.action, {name: _plain(pair) for name, pair in one.changes.items()}]
        for one in plan.entries
    ]
    return sha256(json.dumps([told, plan.absent], sort_keys=True, default=str).encode()).hexdigest()


def _plain(pair: tuple[Any, Any]) -> list[str]:
    return [repr(one) for one in pair]


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan as the page shows it."""

    plan: Plan
    counts: Sequence[tuple[Action, int]]
    troubles: Sequence[tuple[str, str, str]]  # where, what is wrong, what to do
    added: Sequence[tuple[str, str, str]]  # row, number, problem
    changed: Sequence[tuple[str, str, str, str, str]]  # row, number, column, was, becomes
    more: int  # rows that the tables leave out


def shown(plan: Plan) -> Shown:
    added = [
        (str(one.parsed.row), one.parsed.number, str(one.parsed.values["title"]))
        for one in plan.entries
        if one.action == Action.ADDED
    ]
    changed = [line for one in plan.entries if one.action == Action.CHANGED for line in _lines(one)]
    troubles = [
        (str(one.row) if one.row else _("the file"), f"{_(one.severity.value)}: {one.message}", one.suggestion)
        for one in plan.troubles
    ]
    tables = (added, changed, troubles)
    return Shown(
        plan,
        [(action, plan.count(action)) for action in Action],
        troubles[:MOST_SHOWN],
        added[:MOST_SHOWN],
        changed[:MOST_SHOWN],
        sum(max(0, len(one) - MOST_SHOWN) for one in tables),
    )


def _lines(entry: Entry) -> list[tuple[str, str, str, str, str]]:
    row, number = str(entry.parsed.row), entry.parsed.number
    return [
        (row, number, str(NAMES[name]), _cell(was), _cell(becomes)) for name, (was, becomes) in entry.changes.items()
    ]


def _cell(value: Any) -> str:
    """Return a value as the tables show it."""
    if value is None or value in ("", ()):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def sources() -> Sequence[tuple[str, str]]:
    """Return the lists there are, by short name and title. One query."""
    return list(ProblemSource.objects.order_by("slug").values_list("slug", "title"))
