"""The way to the marking desk."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.web.navigation import Link, Reader


def items(reader: Reader) -> list[Link]:
    if reader.roles & {Role.MENTOR, Role.ORGANIZER}:
        return [
            Link(_("Marking desk"), reverse("mastery:desk"), order=30),
            Link(_("Talks"), reverse("mastery:talk_times"), order=31),
        ]
    return []
