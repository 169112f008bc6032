"""Take out of a PDF what a reader does not see on its pages. A program of its own, from standard input to output.

It reads files of strangers with a library written in C++, so it runs apart from the site, with limits, and knows
nothing of the site. What stays is pages: their content and its resources. Names, dates and programs that made it,
comments, forms, links, scripts, attached files and the notes that cameras put into pictures go; what is drawn for a
comment or a form is drawn on the page first.
"""

import io
import resource
import sys
import zlib
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

MEMORY = 1024**3  # bytes
SECONDS = 20  # of the processor
LARGEST = 64 * 1024**2  # bytes of the outcome
OF_PAGES = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit", "/Group",
    "/Resources", "/Contents",
}  # fmt: skip
TELLING = (
    "/AA", "/AF", "/CreatorInfo", "/JS", "/JavaScript", "/LastModified", "/Metadata", "/OPI", "/PieceInfo", "/Ref",
    "/StructParent", "/StructParents", "/Thumb",
)  # fmt: skip
NOTES = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})  # segments of a JPEG: Exif, XMP, comments; not its colours
SCAN, PLAIN = 0xDA, frozenset({0x01, *range(0xD0, 0xD9)})


def main() -> int:
    """Clean standard input. Return 0, or 1 for a file that cannot be read."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (limit, limit))
    try:
        cleaned = clean(sys.stdin.buffer.read())
    except (pikepdf.PdfError, ValueError, MemoryError, RecursionError) as wrong:
        sys.stderr.write(type(wrong).__name__)
        return 1
    sys.stdout.buffer.write(cleaned)
    return 0


def clean(content: bytes) -> bytes:
    """Return the pages of a PDF. The same pages give the same bytes, whoever made the file and when.

    Raises PdfError for what cannot be read, a file with a password included, and ValueError for one without a page.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as given, pikepdf.new() as made:
        _draw_what_is_shown(given)
        made.pages.extend(given.pages)
        if not len(made.pages):
            raise ValueError("no page")
        for page in made.pages:
            _keep_only_pages(page.obj)
        for one in made.objects:
            _strip(one, 0)
        made.remove_unreferenced_resources()
        made.save(out, deterministic_id=True, fix_metadata_version=False)
    if out.tell() > LARGEST:
        raise ValueError("too large")
    return out.getvalue()


def _draw_what_is_shown(given: Pdf) -> None:
    """Draw on its page what a comment or a field of a form shows there."""
    if Name.AcroForm in given.Root:
        given.generate_appearance_streams()
    given.flatten_annotations("screen")


def _keep_only_pages(page: Any) -> None:
    for key in set(page.keys()) - OF_PAGES:
        del page[key]


def _strip(one: Any, depth: int) -> None:
    """Take telling keys out of an object and of what it holds directly: what it refers to is visited by itself."""
    if depth > 50:
        raise ValueError("too deep")
    for part in _held(one):
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _strip(part, depth + 1)


def _held(one: Any) -> list[Any]:
    """Return what an object holds, once its own telling keys are gone."""
    if isinstance(one, pikepdf.Array):
        return list(one)
    if not isinstance(one, (Dictionary, Stream)):
        return []
    if isinstance(one, Stream):
        _clean_picture(one)
    for key in TELLING:
        if key in one:
            del one[key]
    return [one[key] for key in one.keys() if key != "/Parent"]  # noqa: SIM118  # no dict


def _clean_picture(one: Any) -> None:
    """Take the notes out of a JPEG, one that was packed once more included."""
    packed_by = one.get(Name.Filter)
    packed_by = list(packed_by) if isinstance(packed_by, pikepdf.Array) else [packed_by]
    if packed_by[-1:] != [Name.DCTDecode]:
        return
    content = one.read_raw_bytes()
    if packed_by[:-1] == [Name.FlateDecode]:
        content = zlib.decompressobj().decompress(content, LARGEST)
    elif len(packed_by) > 1:
        raise ValueError("a picture that is packed in an unusual way")
    one.write(without_notes(content), filter=Name.DCTDecode)


def without_notes(picture: bytes) -> bytes:
    """Return a JPEG without what is noted in it. One that is not made as the standard says is returned as it is."""
    kept, at = bytearray(picture[:2]), 2
    while at + 4 <= len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker in PLAIN:
            kept += picture[at : at + 2]
            at += 2
            continue
        length = 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
        if marker == SCAN:
            break
        if marker not in NOTES:
            kept += picture[at : at + length]
        at += length
    return bytes(kept) + picture[at:]


if __name__ == "__main__":
    sys.exit(main())
