"""When two e-mail addresses are one person's."""

import unicodedata

from whitebox.people.models import normalised

DOTS_DO_NOT_COUNT = {"gmail.com", "googlemail.com"}
# Letters of other scripts that look like Latin ones. They count only where a word mixes scripts, as a forgery does.
LOOKS_LIKE = str.maketrans("аеорсухіјѕԁһӏοανρικυ", "aeopcyxijsdhloavpiku")


def address_key(email: str) -> str:
    """Return an address as duplicates are found: one spelling of letters and domain, no +tag, no dots where the host
    ignores them.
    """
    name, _at, host = unicodedata.normalize("NFKC", normalised(email)).casefold().rpartition("@")
    name = _plain(name.partition("+")[0] or name)
    host = ".".join(_plain(_unicode(label)) for label in host.replace("。", ".").rstrip(".").split("."))
    if host in DOTS_DO_NOT_COUNT:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{_ascii(host)}"[:254]


def _unicode(label: str) -> str:
    """Return a label of a domain as people read it."""
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _plain(word: str) -> str:
    """Return a word with look-alikes replaced where it mixes Latin letters with others."""
    is_mixed = any("a" <= sign <= "z" for sign in word) and not word.isascii()
    return word.translate(LOOKS_LIKE) if is_mixed else word
