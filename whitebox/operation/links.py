"""The link to the state of the site, for those who have to act on it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.web.navigation import Link, Reader


def items(reader: Reader) -> list[Link]:
    if Role.ORGANIZER not in reader.roles:
        return []
    return [Link(_("Operation"), reverse("operation:status"), order=85)]
