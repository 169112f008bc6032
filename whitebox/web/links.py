"""The site's own links."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.web.navigation import Link, Reader


def items(reader: Reader) -> list[Link]:
    links = []
    if reader.is_signed_in:
        links.append(Link(_("Home"), reverse("web:home"), order=10))
    if reader.roles & {Role.MENTOR, Role.ORGANIZER}:
        links.append(Link(_("People"), reverse("people:teams"), order=25))
    if reader.roles & {Role.ORGANIZER, Role.ADVISER}:
        links.append(Link(_("Programme"), reverse("programme:current"), order=27))
    if reader.is_staff:
        links.append(Link(_("Admin"), reverse("admin:index"), order=90))
    return links
