"""Breaches of signed policies: recorded by organizers, flagged when they repeat, decided by two of them.

A first honest mistake leads to a talk. One that was kept quiet or done on purpose, and every further one against the
same policy, flags the person: two organizers who are not concerned hear them and say whether they may stay. Until then
nothing secret opens to them. `docs/decisions/0103-who-decides-after-a-breach.md`
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.people import membership as memberships
from whitebox.people.choices import BreachKind, BreachOutcome, MembershipState, Role
from whitebox.people.conduct import Breach, BreachVoice
from whitebox.people.models import Cohort, Membership, Signature, User

VOICES = 2  # of organizers, where the cohort has as many who are not concerned


@dataclass(frozen=True, slots=True)
class Report:
    """What is recorded of a breach. The day is one of the cohort's calendar."""

    policy: int  # the key of the policy it is against
    happened_on: date
    kind: BreachKind
    what: str
    learned: str = ""
    done: str = ""


@transaction.atomic
def record(about: Membership, report: Report, *, key: uuid.UUID, by: User) -> Breach:
    """Record a breach against the version of the policy that the person had signed. The same `key` records once.

    Raises RuleViolation for anyone but another organizer of the cohort, for a day ahead, and where nothing was signed.
    """
    # The person's row is the lock: of two breaches recorded at once one is the second.
    person = User.objects.select_for_update().get(pk=about.user_id)
    _require_unconcerned(by, about)
    present = Breach.objects.filter(key=key).first()
    if present is not None:
        return _sent_before(present, about)
    if report.happened_on > timezone.now().astimezone(about.cohort.tz).date():
        raise RuleViolation(_("A breach has happened already. Choose today or an earlier day."))
    if not report.what.strip():
        raise RuleViolation(_("Say what happened."))
    signed = _signed(person, report)
    earlier = Breach.objects.standing().filter(membership__user=person, signature__version__policy=report.policy)
    return Breach.objects.create(
        membership=about,
        signature=signed,
        happened_on=report.happened_on,
        kind=report.kind,
        what=report.what.strip()[:2000],
        learned=report.learned.strip()[:1000],
        done=report.done.strip()[:2000],
        is_flagged=report.kind != BreachKind.HONEST or earlier.exists(),
        by=by,
        key=key,
    )


def _sent_before(present: Breach, about: Membership) -> Breach:
    if present.membership_id != about.pk:
        raise RuleViolation(_("This form was sent before about somebody else. Open it anew."))
    return present


def _require_unconcerned(by: User, about: Membership) -> None:
    if by.pk == about.user_id or not _organizers(about.cohort).filter(user=by).exists():
        raise RuleViolation(_("An organizer of the cohort does this, and never about themselves."))


def _organizers(cohort: Cohort) -> QuerySet[Membership]:
    return Membership.objects.active().filter(cohort=cohort, role=Role.ORGANIZER)


def _signed(person: User, report: Report) -> Signature:
    """Return the signature that held on the day: the last one by then, or the first one after it.

    Somebody who signed late was shown the policy before; the record names the wording they agreed to.
    """
    given = list(Signature.objects.filter(user=person, version__policy=report.policy).order_by("signed_at", "pk"))
    if not given:
        raise RuleViolation(_("They have not signed this policy. A breach is recorded against a signed one."))
    return next((one for one in reversed(given) if one.signed_at.date() <= report.happened_on), given[0])


@transaction.atomic
def decide(breach: Breach, *, may_stay: bool, reason: str, by: User) -> Breach:
    """Say whether a flagged person may stay. The same answer twice is one; an answer that was given stays.

    With the last voice that is needed it is decided: they lose their place where all say so, and stay otherwise.
    """
    current = _locked(breach)
    _require_unconcerned(by, current.membership)
    if not current.is_flagged or current.taken_back_at is not None:
        raise RuleViolation(_("There is nothing to decide: this breach is not flagged, or was taken back."))
    own = current.voices.filter(by=by).first()
    if own is not None and own.may_stay != may_stay:
        raise RuleViolation(_("You have said already whether they may stay. What was said is kept."))
    if own is None:
        if current.outcome:
            raise RuleViolation(_("This has been decided meanwhile."))
        if not reason.strip():
            raise RuleViolation(_("Give your reason: it is kept with the decision."))
        BreachVoice.objects.create(breach=current, by=by, may_stay=may_stay, reason=reason.strip()[:2000])
    _settle(current, by=by)
    return current


def organizers_of(cohort: Cohort) -> frozenset[int]:
    """Return the accounts of a cohort's organizers. One query."""
    return frozenset(_organizers(cohort).values_list("user", flat=True))


def needed(breach: Breach, organizers: frozenset[int]) -> int:
    """Return how many voices decide: two, or one where the cohort has no second organizer who is not concerned."""
    return min(VOICES, max(1, len(organizers - {breach.membership.user_id})))


def _settle(current: Breach, *, by: User) -> None:
    voices = list(current.voices.all())
    if current.outcome or len(voices) < needed(current, organizers_of(current.membership.cohort)):
        return
    is_leaving = not any(one.may_stay for one in voices)
    current.outcome = BreachOutcome.LEAVES if is_leaving else BreachOutcome.STAYS
    current.decided_at = timezone.now()
    current.save(update_fields=["outcome", "decided_at"])
    if is_leaving and current.membership.state == MembershipState.ACTIVE:
        reason = _("Breach of a signed policy, recorded on %(day)s.") % {"day": current.at.date().isoformat()}
        memberships.disqualify(current.membership, by=by, reason=reason)


@transaction.atomic
def take_back(breach: Breach, reason: str, *, by: User) -> None:
    """Take back what was recorded by mistake; it stays in the record and counts nowhere. Twice changes nothing."""
    current = _locked(breach)
    _require_unconcerned(by, current.membership)
    if current.taken_back_at is not None:
        return
    if current.outcome:
        raise RuleViolation(_("It has been decided. What was decided is kept."))
    if not reason.strip():
        raise RuleViolation(_("Say why it was a mistake."))
    current.taken_back_at, current.taken_back_by = timezone.now(), by
    current.taken_back_reason = " ".join(reason.split())[:500]
    current.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_reason"])


def _locked(breach: Breach) -> Breach:
    return Breach.objects.select_for_update(of=("self",)).select_related("membership__cohort").get(pk=breach.pk)


def of_cohort(cohort: Cohort) -> QuerySet[Breach]:
    """Return the breaches of a cohort with all that its page shows, those to be decided first: two queries."""
    voices = Prefetch("voices", BreachVoice.objects.select_related("by"))
    found = Breach.objects.filter(membership__cohort=cohort).select_related(
        "membership__user", "membership__cohort", "signature__version__policy", "by", "taken_back_by"
    )
    waits = Exists(Breach.objects.undecided().filter(pk=OuterRef("pk")))
    return found.annotate(waits=waits).order_by("-waits", "-happened_on", "-pk").prefetch_related(voices)


def of_person(user: User) -> QuerySet[Breach]:
    """Return what stands recorded about a person, for themselves."""
    found = Breach.objects.standing().filter(membership__user=user)
    return found.select_related("signature__version__policy")


def waiting(cohorts: Collection[int], reader: User) -> frozenset[int]:
    """Return those of the cohorts in which a decision about others waits for a word of `reader`. One query."""
    found = Breach.objects.undecided().filter(membership__cohort__in=cohorts).exclude(membership__user=reader)
    return frozenset(found.exclude(voices__by=reader).values_list("membership__cohort", flat=True))


def undecided_about(user: User | int) -> Exists:
    """Return the condition, the same for every row, that a decision about `user` is open: nothing secret opens then."""
    return Exists(Breach.objects.undecided().filter(membership__user=user))
