"""What is thrown at pages: values that no form expects, and files that are not what they say."""

import io
import random
import zipfile
from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

TEXTS: Sequence[str] = (
    "",
    " ",
    "\x00",
    "\x1b[2J",
    "\r\nSet-Cookie: a=b",
    "\ud800",
    "\u202eevil\u202c",
    "\ufeff",
    "\u0130\u0131\u017f\u212a",
    "e\u0301" * 300,
    "👩‍👩‍👧‍👦" * 50,
    "a" * 100_000,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "{% for x in y %}",
    "' OR 1=1 --",
    "\\'; DROP TABLE people_user; --",
    "%00%0a%27",
    "%s%s%n%x",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-1",
    "0",
    "1.5",
    "1e999",
    "NaN",
    "Infinity",
    "0x10",
    "\uff11\uff12\uff13",
    "9" * 5000,
    str(2**31),
    str(2**63),
    "true",
    "null",
    "None",
    "on",
    "[]",
    "{}",
    '{"a": [1, {"b": null}]}',
    "[" * 3000,
    '{"a":' * 500,
    "- &a [*a, *a]",
    "!!python/object/apply:os.system [id]",
    "0000-00-00",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01T00:00",
    "2026-10-25T02:30",
    "+1000000-01-01",
    "24:61",
    "-00:00:01",
    "P1Y",
    "Mars/Olympus",
    "../Asia/Manila",
    "a@b",
    "a@b.test\nBcc: c@d.test",
    "a" * 300 + "@example.test",
    "ä@ö.test",
    "http://",
    "https://127.0.0.1:22/",
    "//evil.example",
    "http://[::1",
    "ftp://example.test",
    "data:text/html,<b>x</b>",
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
    "$$\\def\\a{\\a\\a}\\a$$",
    "$" * 501,
    "> " * 2000,
    "* " * 2000,
    "[a](" * 1000,
    "![](x) " * 300,
    "`" * 4001,
    "|a|b|\n|-|-|\n" * 200,
    "[^1]" * 300,
    "@article{a, title = {" + "{" * 500,
    "def f(:\n" * 200,
    "import os; os.kill(1, 9)",
)


def _zip(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


FILES: Sequence[tuple[str, bytes, str]] = (
    ("empty.pdf", b"", "application/pdf"),
    ("a.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>", "application/pdf"),
    ("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "image/png"),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
    ("a.html", b"<script>alert(1)</script>", "text/html"),
    ("../../a.csv", b'\xff\xfe\x00a;b\r\n"unclosed', "text/csv"),
    ("a.csv", b"Number,Problem\r\n" + b"1.1," + b"x" * 200_000 + b"\r\n", "text/csv"),
    ("a.zip", _zip("../evil.md", b"x"), "application/zip"),
    ("b.zip", _zip("pack.yml", b"0" * 2_000_000), "application/zip"),
    ("c.zip", b"PK\x03\x04" + b"\x00" * 30, "application/zip"),
    ("a.ipynb", b'{"cells": [{"cell_type": "code", "outputs": [{"data": {"image/png": "!!"}}]}]}', "application/json"),
    ("a.ipynb", b"[" * 5000, "application/json"),
    ("a.md", "# a\n\x00\ud800".encode("utf-8", "surrogatepass"), "text/markdown"),
    ("a\x00b\n.txt", b"\x00" * 10, "text/plain"),
    ("a.xlsx", _zip("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "application/vnd.ms-excel"),
)


def text(rng: random.Random) -> str:
    """Return a hostile text: one as it is, two in one, one with a sign changed, or any signs at all."""
    made: Callable[[], str] = rng.choice(
        (
            lambda: rng.choice(TEXTS),
            lambda: rng.choice(TEXTS)[:50] + rng.choice(TEXTS)[:50],
            lambda: str(rng.randint(-3, 40)),
            lambda: "".join(chr(rng.randrange(0x2FFF)) for _sign in range(rng.randrange(40))),
        )
    )
    return made()


def file(rng: random.Random) -> SimpleUploadedFile:
    name, content, kind = rng.choice(FILES)
    return SimpleUploadedFile(name, content, kind)
