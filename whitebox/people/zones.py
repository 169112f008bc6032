"""Time zones: IANA names, checked when they are stored."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ODD = ("Etc/", "posix/", "right/")


@cache
def names() -> tuple[str, ...]:
    """Return the zone names a person may choose, sorted; the system's odd entries are left out."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(ODD))
    return (*sorted(places), "UTC")


def validate_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA zone this machine knows."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name such as Asia/Manila."), params={"name": name}
        )


def choices() -> list[tuple[str, str]]:
    """Return the zones as choices of a form, with blanks for underscores."""
    return [(name, name.replace("_", " ")) for name in names()]


def zone(name: str) -> ZoneInfo:
    """Return the zone called `name`; the database holds checked names only."""
    return ZoneInfo(name)
