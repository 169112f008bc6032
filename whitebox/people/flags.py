"""The early warnings of the ground floor: nobody answers for somebody, or the last note asks to act."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from whitebox.people import contact, duties, load
from whitebox.people.choices import Concern
from whitebox.people.duties import Duty
from whitebox.people.models import Cohort, Membership
from whitebox.people.warnings import Flag, Urgency

OF_CONCERN = {Concern.ACT: Urgency.NOW, Concern.WATCH: Urgency.WATCH}


def raised(cohort: Cohort, people: Sequence[Membership], now: datetime) -> Iterator[Flag]:
    """Yield who has no committed mentor, whose last note asks to act, and who waits for us over 48 hours."""
    notes, waiting = contact.latest_of_page(cohort, people), duties.of_page(cohort, people)
    for one in people:
        yield from _waiting(one, [duty for duty in waiting[one.pk] if duty.is_late(now)], now)
        if why := load.uncommitted(one):
            yield Flag(one.pk, "no-mentor", gettext_lazy("no committed mentor"), why, Urgency.SOON)
        last = notes.get(one.pk)
        if last is not None and last.concern:
            yield Flag(
                one.pk,
                "concern",
                gettext_lazy("a mentor's concern"),
                _("%(name)s noted: %(concern)s.")
                % {"name": last.author.called, "concern": Concern(last.concern).label},
                OF_CONCERN[Concern(last.concern)],
                since=last.at,
                address=reverse("people:person", args=[cohort.slug, one.pk]) + f"#note-{last.pk}",
                evidence=gettext_lazy("the note"),
            )


def _waiting(person: Membership, late: Sequence[Duty], now: datetime) -> Iterator[Flag]:
    if not late:
        return
    days = (now - late[0].since).days
    words = ngettext("%(what)s waits for %(days)d day.", "%(what)s waits for %(days)d days.", days)
    reason = words % {"what": late[0].what, "days": days}
    if len(late) > 1:
        reason += " " + ngettext("%(count)d more waits.", "%(count)d more wait.", len(late) - 1) % {
            "count": len(late) - 1
        }
    yield Flag(
        person.pk,
        "waits-for-us",
        gettext_lazy("waits for us"),
        reason,
        Urgency.NOW,
        since=late[0].since,
        address=late[0].address,
        evidence=late[0].label,
    )
