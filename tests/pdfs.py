"""Small PDFs as people send them: one page, with what programs write into them."""


def pdf(text: str = "Two explanations.", *, author: str = "", script: str = "", more: str = "") -> bytes:
    """Return a PDF of one page that says `text`. `more` stands in the page's own dictionary."""
    drawn = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET"
    opened = f"/OpenAction << /S /JavaScript /JS ({script}) >>" if script else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {opened} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R "
            f"/Resources << /Font << /F1 5 0 R >> >> {more} >>"
        ),
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Author {_hex(author)} /Producer {_hex('Made by ' + author)} /CreationDate (D:20260102030405Z) >>",
    ]
    content, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(content)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 6 0 R >>\n"
    return content + f"{tail}startxref\n{start}\n%%EOF\n".encode()


def _hex(text: str) -> str:
    """Return a text of any script as PDFs hold it."""
    return f"<FEFF{text.encode('utf-16-be').hex()}>" if not text.isascii() else f"({text})"


PDF = pdf()
