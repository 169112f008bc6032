"""What a reviewer owes, on the home page. Any role can review, so this asks for the right and not for the role."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants import desk
from applicants.choices import AssignmentState
from whitebox.people.choices import Role
from whitebox.web.cards import Card, Section, Viewer


def cards(viewer: Viewer) -> Sequence[Card]:
    """Return one card while applications wait to be read. One query, none for people who only study."""
    if not viewer.user.is_staff or all(one.role == Role.PARTICIPANT for one in viewer.memberships):
        return []
    count = desk.readings(viewer.user).filter(state=AssignmentState.OPEN).count()
    if not count:
        return []
    title = ngettext("%(count)d application to read", "%(count)d applications to read", count) % {"count": count}
    return [
        Card(
            Section.NEXT,
            title=title,
            detail=_("Answers without names, one a screen."),
            action=_("Open the desk"),
            address=reverse("admin:applicants_desk"),
        )
    ]
