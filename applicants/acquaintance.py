"""Who seems to know whom: pure comparisons of names, addresses and schools. It errs on the side of caution."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

PUBLIC = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.ph", "ymail.com", "rocketmail.com", "outlook.com",
    "outlook.ph", "hotmail.com", "live.com", "live.com.ph", "msn.com", "icloud.com", "me.com", "mac.com", "aol.com",
    "proton.me", "protonmail.com", "pm.me", "tutanota.com", "tuta.com", "fastmail.com", "fastmail.fm", "zoho.com",
    "zohomail.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com", "mail.ru", "yandex.com", "yandex.ru",
    "qq.com", "163.com", "126.com", "naver.com", "hey.com", "duck.com", "mailbox.org", "posteo.de",
})  # fmt: skip
# Names that the standards keep for examples (RFC 2606): nobody's employer.
RESERVED = frozenset({"test", "example", "invalid", "localhost", "example.com", "example.org", "example.net"})
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})
SHORTEST_SCHOOL = 4  # letters; a shorter word stands inside too many names


def plain(text: str) -> str:
    """Return a text in lower case, without accents and marks, its words one blank apart."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(one for one in bare if not unicodedata.combining(one))))


def domain(address: str) -> str:
    """Return the domain of an address when it tells where somebody works or studies, else an empty text."""
    host = address.strip().casefold().rpartition("@")[2].strip(".")
    is_anyones = host in PUBLIC or any(host == one or host.endswith(f".{one}") for one in RESERVED)
    return "" if is_anyones or "." not in host else host


def is_related(one: str, other: str) -> bool:
    """Tell whether two domains are the same, or one is a part of the other."""
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def surnames(name: str) -> frozenset[str]:
    """Return the last name, and its parts where a hyphen joins two. A name of one word has none."""
    words = [word for word in name.replace(",", " ").split() if plain(word) not in SUFFIXES]
    return frozenset(plain(words[-1]).split()) if len(words) > 1 else frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of somebody."""

    name: str
    email: str
    domain: str
    surnames: frozenset[str]
    school: str = ""
    relations: tuple[str, ...] = ()  # lines: people an applicant names, or what a reviewer knows

    @classmethod
    def of(cls, name: str, email: str, school: str = "", relations: str = "") -> Self:
        lines = tuple(line.strip() for line in relations.splitlines() if line.strip())
        return cls(plain(name), email.strip().casefold(), domain(email), surnames(name), plain(school), lines)


def detected(reviewer: Person, applicant: Person) -> str:
    """Return why a reviewer seems to know an applicant by what both are, or an empty text."""
    if reviewer.email == applicant.email:
        return "same address"
    if any(names(line, reviewer) for line in applicant.relations):
        return "named by the applicant"
    if is_related(reviewer.domain, applicant.domain):
        return f"same domain: {applicant.domain}"
    if shared := reviewer.surnames & applicant.surnames:
        return f"same surname: {min(shared)}"
    return ""


def names(line: str, person: Person) -> bool:
    """Tell whether a line that somebody wrote about people they know names a person: by address or by full name."""
    if person.email and person.email in line.casefold():
        return True
    wanted = set(person.name.split())
    return len(wanted) > 1 and wanted <= set(plain(line).split())


def declared(reviewer: Person, applicant: Person) -> str:
    """Return the line by which a reviewer said that they know an applicant, or an empty text."""
    return next((line for line in reviewer.relations if _fits(line, applicant)), "")


def _fits(line: str, applicant: Person) -> bool:
    if "@" in line.strip().lstrip("@"):
        return line.casefold().strip() == applicant.email or applicant.email in line.casefold().split()
    if _is_domain(line):
        wanted = line.strip().lstrip("@").casefold().removeprefix("https://").removeprefix("www.").strip("/")
        host = applicant.email.rpartition("@")[2]
        return wanted not in PUBLIC and is_related(wanted, host)
    return _is_named(plain(line), applicant) or _is_school(plain(line), applicant.school)


def _is_domain(line: str) -> bool:
    return " " not in line.strip() and "." in line.strip(". ") and not line.strip().endswith(".")


def _is_named(wanted: str, applicant: Person) -> bool:
    """Compare names: all words of the shorter one stand in the longer. One word alone must be the surname."""
    words, own = set(wanted.split()), set(applicant.name.split())
    if len(words) == 1:
        return words <= applicant.surnames
    return bool(words) and (words <= own or (len(own) > 1 and own <= words))


def _is_school(wanted: str, school: str) -> bool:
    if min(len(wanted), len(school)) < SHORTEST_SCHOOL:
        return bool(wanted) and wanted == school
    initials = "".join(word[0] for word in school.split())
    return f" {wanted} " in f" {school} " or f" {school} " in f" {wanted} " or wanted == initials
