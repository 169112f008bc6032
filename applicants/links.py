"""Links on top of the pages of those who read or run a round."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.web.navigation import Link, Reader


def items(reader: Reader) -> list[Link]:
    links = []
    if reader.is_staff and Role.REVIEWER in reader.roles:
        links.append(Link(_("Review desk"), reverse("admin:applicants_desk"), order=60))
    if reader.is_staff and Role.ORGANIZER in reader.roles:
        links.append(Link(_("Pipeline"), reverse("admin:applicants_pipelines"), order=62))
    return links
