import io
import time

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from applicants import pdfs
from applicants.pdf_cleaning import clean, without_notes
from tests.pdfs import pdf
from whitebox.errors import RuleViolation


def cleaned(content: bytes) -> bytes:
    return pdfs.cleaned(io.BytesIO(content))


def test_the_same_pages_are_the_same_bytes_whoever_made_them() -> None:
    found = {cleaned(pdf(author=author)) for author in ("", "Ana Reyes", "Zed Quintos-Other of a long name")}

    assert len(found) == 1
    with Pdf.open(io.BytesIO(found.pop())) as read:
        assert b"Two explanations." in read.pages[0].Contents.read_bytes()


def test_other_pages_are_other_bytes() -> None:
    assert cleaned(pdf("One.")) != cleaned(pdf("Two."))


def test_nothing_of_a_maker_and_nothing_that_runs_stays() -> None:
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf(author="Ana Reyes", script="app.alert('Ana')"))) as made:
        page = made.pages[0].obj
        page.Metadata = Stream(made, b"<x:xmpmeta>Ana</x:xmpmeta>")
        page.PieceInfo = Dictionary(Ana=Dictionary(Private=String("Ana")))
        page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("Ana")))
        page.Annots = Array(
            [
                made.make_indirect(
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=Name.Link,
                        Rect=[0, 0, 9, 9],
                        A=Dictionary(S=Name.URI, URI=String("mailto:ana@example.test")),
                    )
                ),
                made.make_indirect(
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=Name.Text,
                        Rect=[0, 0, 9, 9],
                        T=String("Ana"),
                        Contents=String("By Ana"),
                    )
                ),
            ]
        )
        image = Stream(made, picture(b"Ana Rey!"))
        image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.DCTDecode
        image.Width = image.Height = 1
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        image.Metadata = Stream(made, b"Ana")
        page.Resources.XObject = Dictionary(Im=image)
        made.pages[0].contents_add(b"q 9 0 0 9 0 0 cm /Im Do Q")
        made.attachments["ana.txt"] = b"Ana"
        made.open_metadata().__enter__()["dc:creator"] = ["Ana"]
        made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    assert b"Ana" in out.getvalue()

    found = plain(cleaned(out.getvalue()))

    assert b"Two explanations." in found
    assert b"Ana" not in found
    assert b"JavaScript" not in found
    assert b"ana@example" not in found


def plain(content: bytes) -> bytes:
    """Return a PDF with nothing packed, so that words in it can be looked for."""
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(content)) as read:
        read.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
        )
    return out.getvalue()


def picture(note: bytes) -> bytes:
    exif = b"Exif\x00\x00" + note
    segments = [
        b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
        b"\xff\xe1" + (2 + len(exif)).to_bytes(2, "big") + exif,
        b"\xff\xfe" + (2 + len(note)).to_bytes(2, "big") + note,
        b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00",
    ]
    return b"\xff\xd8" + b"".join(segments) + b"\xff\xda\x00\x02scan\xff\xe1 of it\xff\xd9"


def test_notes_in_pictures_go_and_colours_stay() -> None:
    found = without_notes(picture(b"Ana Reyes"))

    assert b"Ana" not in found
    assert b"JFIF" in found
    assert b"Adobe" in found
    assert found.endswith(b"scan\xff\xe1 of it\xff\xd9")
    assert without_notes(found) == found


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"GIF89a", b"\xff\xd8\xff\xe1\xff\xff"])
def test_what_is_no_picture_does_no_harm(content: bytes) -> None:
    assert without_notes(content)[:2] == content[:2]


def test_a_filled_form_stays_readable() -> None:
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf())) as made:
        drawn = Stream(made, b"BT /F1 9 Tf 1 1 Td (Filled in) Tj ET")
        drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, [0, 0, 90, 9]
        drawn.Resources = Dictionary(Font=Dictionary(F1=made.pages[0].obj.Resources.Font.F1))
        field = made.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("name"),
                V=String("Filled in"),
                Rect=[0, 0, 90, 9],
                F=4,
                AP=Dictionary(N=drawn),
            )
        )
        made.pages[0].obj.Annots = Array([field])
        made.Root.AcroForm = Dictionary(Fields=Array([field]))
        made.save(out)

    found = plain(cleaned(out.getvalue()))

    assert b"Filled in" in found
    assert b"AcroForm" not in found


def locked() -> bytes:
    out = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf())) as made:
        made.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4\n%%EOF\n", b"%PDF-1.7 content", locked()], ids=["bare", "text", "locked"]
)
def test_what_cannot_be_read_is_not_given_out(content: bytes) -> None:
    assert not pdfs.is_readable(io.BytesIO(content))
    with pytest.raises(RuleViolation, match="locked or damaged"):
        cleaned(content)


def test_a_file_that_unpacks_to_gigabytes_harms_nobody() -> None:
    """Two gigabytes of blanks, packed a thousandfold, where a reader has to unpack them."""
    import zlib  # noqa: PLC0415  # of this test alone

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(2_048)) + packer.flush()
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    place = len(body)
    body += (
        b"9 0 obj\n<< /Type /XRef /Size 10 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(packed)
    )
    body += packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % place
    started = time.monotonic()

    pdfs.is_readable(io.BytesIO(body))

    assert time.monotonic() - started < pdfs.PATIENCE + 5


def test_what_was_cleaned_can_be_cleaned_again() -> None:
    assert b"Two explanations." in plain(clean(clean(pdf(author="Ana"))))
