"""Who is next when a place comes free, in an order that organizers can change with a reason."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from applicants import blindness, conflicts
from applicants.choices import ApplicationState, DecisionCode
from applicants.judgements import Decision
from applicants.models import Round, StageChange
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User


def last_rank(round_: Round) -> int:
    """Return the place of the last person on the waiting list, 0 while it is empty."""
    found = Decision.objects.filter(application__round=round_).aggregate(last=Max("waitlist_rank"))
    return found["last"] or 0


def in_line(round_: Round) -> list[Decision]:
    """Return the released waiting list in its order, without those who wait for another decision or have left."""
    waiting = Decision.objects.filter(
        application__round=round_,
        application__state=ApplicationState.SUBMITTED,
        code=DecisionCode.WAITLIST,
        released_at__isnull=False,
        superseded_at__isnull=True,
    )
    pending = Decision.objects.filter(
        application__round=round_, released_at__isnull=True, superseded_at__isnull=True
    ).values("application")
    return list(waiting.exclude(application__in=pending).select_related("application").order_by("waitlist_rank", "pk"))


def seen(line: Sequence[Decision], unseen: Collection[int]) -> list[Decision]:
    """Return a line without `unseen` applications. A gap would tell who has one conflict that it waits, and where."""
    return [one for one in line if one.application_id not in unseen]


@transaction.atomic
def put(decision: Decision, place: int, *, reason: str, by: User) -> None:
    """Put somebody at another place of the line; the others move up or down. The same place changes nothing.

    Places are counted among those that `by` may see; whoever is left out for them keeps their neighbour in front.
    Raises RuleViolation with a conflict of interest, while an own reading is open, without a reason, and for somebody
    who does not wait.
    """
    Cohort.objects.select_for_update().get(pk=decision.application.round.cohort_id)
    conflicts.require_none(by, decision.application)
    blindness.require_compared(by, decision.application)
    line = in_line(decision.application.round)
    shown = seen(line, blindness.unseen(by.pk, decision.application.round))
    here = next((index for index, one in enumerate(shown) if one.pk == decision.pk), None)
    if here is None:
        raise RuleViolation(_("%(code)s waits no longer. Reload the page.") % {"code": decision.application.code})
    there = max(0, min(len(shown) - 1, place - 1))
    if there == here:
        return
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the application."))
    line.remove(decision)
    # Behind whoever stands there now on the way down, before them on the way up.
    line.insert(line.index(shown[there]) + (there > here), decision)
    for rank, one in enumerate(line, start=1):
        Decision.objects.filter(pk=one.pk).update(waitlist_rank=rank)
    StageChange.objects.create(
        application=decision.application,
        left_id=decision.application.stage_id,
        entered_id=decision.application.stage_id,
        state=decision.application.state,
        reason=_("Waiting list: place %(old)d to %(new)d. %(reason)s")
        % {"old": here + 1, "new": there + 1, "reason": reason.strip()[:400]},
        by=by,
    )
