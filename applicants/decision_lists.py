"""The organizer's lists around decisions, in a fixed number of queries each.

What `blindness` keeps from an organizer is left out.
"""

from collections.abc import Collection, Iterable

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from applicants import blindness, waitlist
from applicants.choices import DecisionCode, OfferState
from applicants.judgements import Decision, Offer, Reviewer
from applicants.models import Application, Round
from applicants.records import Dossier
from whitebox.outbox.models import Letter
from whitebox.people.models import User

# Offers to the next in line, whoever pressed the button or nobody.
PROPOSED = Q(code=DecisionCode.OFFER) & (Q(by=None) | Q(supersedes__code=DecisionCode.WAITLIST))


def in_line(round_: Round, unseen: Collection[int]) -> list[tuple[int, Decision]]:
    """Return the waiting list without `unseen` applications, with the places among the others. One query."""
    return list(enumerate(waitlist.seen(waitlist.in_line(round_), unseen), start=1))


def open_offers(round_: Round, user: User) -> QuerySet[Offer]:
    found = Offer.objects.filter(application__round=round_, state=OfferState.OPEN)
    without = found.filter(blindness.may_be_compared(user.pk, "application"))
    return without.select_related("application").order_by("expires_at", "pk")


def pending(round_: Round, user: User) -> QuerySet[Decision]:
    """Return the decisions that wait for their release."""
    found = Decision.objects.filter(application__round=round_, released_at=None, superseded_at=None)
    return found.filter(blindness.may_be_compared(user.pk, "application"))


def proposed(round_: Round, user: User) -> QuerySet[Decision]:
    """Return the offers to people of the waiting list that wait for their release."""
    return pending(round_, user).filter(PROPOSED).select_related("application").order_by("pk")


def letters(round_: Round, user: User, *, kind: str, code: str) -> QuerySet[Letter]:
    """Return the letters about a round's applications, the latest on top, each with its application's code."""
    found = Letter.objects.filter(about__in=_abouts(round_, user, code))
    return (found.filter(kind=kind) if kind else found).order_by("-created_at", "-pk")


def kinds(round_: Round, user: User) -> list[str]:
    found = Letter.objects.filter(about__in=_abouts(round_, user, "")).order_by("kind")
    return list(found.values_list("kind", flat=True).distinct())


def _abouts(round_: Round, user: User, code: str) -> QuerySet[Application, str]:
    rows = Application.objects.filter(blindness.may_be_compared(user.pk, "pk"), round=round_)
    rows = rows.filter(code=code.strip()) if code.strip() else rows
    about = Concat(Value("applicants.application:"), Cast("pk", CharField()), output_field=CharField())
    return rows.annotate(about=about).values_list("about", flat=True)


def with_codes(found: Iterable[Letter]) -> list[tuple[Letter, str]]:
    """Return letters with the codes of their applications. One query."""
    some = list(found)
    keys = {one.about: int(one.about.rpartition(":")[2]) for one in some}
    codes = dict(Application.objects.filter(pk__in=keys.values()).values_list("pk", "code"))
    return [(one, codes.get(keys[one.about], "")) for one in some]


def reviewers_of(found: Iterable[Dossier]) -> dict[int, str]:
    """Return the names of the reviewers whose scores stand in dossiers. One query."""
    keys = {score["reviewer"] for one in found for score in one.content["scores"]}
    rows = Reviewer.objects.filter(pk__in=keys).annotate(
        name=F("membership__user__name"), email=F("membership__user__email")
    )
    return {row.pk: row.name or row.email for row in rows}
