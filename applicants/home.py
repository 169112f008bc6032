"""What waits on the home page: readings, by the right and not by the role, and decisions for organizers."""

from collections.abc import Sequence

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants import blindness, desk
from applicants.decision_lists import PROPOSED
from applicants.judgements import Decision
from whitebox.people.choices import Role
from whitebox.web.cards import Card, Section, Viewer


def cards(viewer: Viewer) -> Sequence[Card]:
    """Return what waits for a reader, and for an organizer. Few small queries; none for people who only study."""
    if not viewer.user.is_staff or all(one.role == Role.PARTICIPANT for one in viewer.memberships):
        return []
    return [*_readings(viewer), *_decisions(viewer)]


def _decisions(viewer: Viewer) -> list[Card]:
    """Return a card for each round in which decisions, or offers that the waiting list proposes, wait. One query."""
    organized = [one.cohort_id for one in viewer.memberships if one.role == Role.ORGANIZER]
    if not organized:
        return []
    pending = Decision.objects.filter(
        blindness.may_be_compared(viewer.user.pk, "application"),
        application__round__cohort__in=organized,
        released_at__isnull=True,
        superseded_at__isnull=True,
    )
    counted = (
        pending.order_by("application__round__title", "application__round__slug")
        .values_list("application__round__title", "application__round__slug")
        .annotate(count=Count("pk"), proposed=Count("pk", filter=PROPOSED))
    )
    return [_waiting(*row) for row in counted]


def _waiting(title: str, slug: str, count: int, proposed: int) -> Card:
    waits = ngettext("%(count)d decision waits for its release", "%(count)d decisions wait for their release", count)
    offers = ngettext(
        "%(count)d of them is an offer to the next on the waiting list.",
        "%(count)d of them are offers to the next on the waiting list.",
        proposed,
    )
    return Card(
        Section.NEXT,
        title=f"{title}: {waits % {'count': count}}",
        detail=offers % {"count": proposed} if proposed else _("Nobody sees them before."),
        action=_("Look at the letters"),
        address=reverse("admin:applicants_letters", args=[slug]),
    )


def _readings(viewer: Viewer) -> list[Card]:
    rights = desk.rights_of(viewer.user)
    count = desk.open_now(rights, viewer.now).count() if rights.reviewers else 0
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
