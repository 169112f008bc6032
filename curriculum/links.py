"""The curriculum's link on top of every page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from curriculum.study import READERS
from whitebox.web.navigation import Link, Reader


def items(reader: Reader) -> list[Link]:
    if reader.roles.isdisjoint(READERS):
        return []
    return [Link(_("Weeks"), reverse("curriculum:own_weeks"), order=20)]
