"""When two e-mail addresses are one person's."""

from whitebox.people.models import normalised

DOTS_DO_NOT_COUNT = {"gmail.com", "googlemail.com"}


def address_key(email: str) -> str:
    """Return an address as duplicates are found: lower case, no +tag, no dots where the host ignores them."""
    name, _at, host = normalised(email).rpartition("@")
    name = name.partition("+")[0] or name
    if host in DOTS_DO_NOT_COUNT:
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"
