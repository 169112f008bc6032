"""Deciding and releasing are two acts: nothing of a decision can be seen before its release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import blindness, conflicts, disagreements, dossiers, letters, offers, waitlist
from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Application
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox
from whitebox.outbox.models import LetterTemplate
from whitebox.outbox.rendering import filled
from whitebox.people.models import User

WITH_ALL = (
    "application__round__cohort",
    "application__round__form__version",
    "application__identity",
    "application__stage",
)


@transaction.atomic
def decide(application: Application, code: DecisionCode, *, reason: str, by: User, encouragement: str = "") -> Decision:
    """Write down a decision; it waits for its release. The same decision again returns the one that waits.

    Raises RuleViolation with a conflict of interest, while an own reading is open, without a reason, while reviewers
    differ and no note says what came of it, or where the application has ended.
    """
    current = Application.objects.select_for_update(of=("self",)).select_related("round").get(pk=application.pk)
    _require_decidable(current, reason, by=by)
    pending = current.decisions.filter(released_at=None, superseded_at=None).first()
    if pending is not None and (pending.code, pending.encouragement) == (code, encouragement):
        return pending
    if pending is not None:
        Decision.objects.filter(pk=pending.pk).update(superseded_at=timezone.now())
    made = Decision.objects.create(
        application=current,
        code=code,
        reason=reason.strip()[:500],
        encouragement=encouragement.strip(),
        waitlist_rank=waitlist.last_rank(current.round) + 1 if code == DecisionCode.WAITLIST else None,
        supersedes=current.decisions.order_by("pk").last(),
        by=by,
    )
    dossiers.keep(made)
    return made


def _require_decidable(application: Application, reason: str, *, by: User) -> None:
    conflicts.require_none(by, application)
    blindness.require_compared(by, application)
    if application.erased_at is not None:
        raise RuleViolation(_("%(code)s was erased, so nobody can be told.") % {"code": application.code})
    if application.state != ApplicationState.SUBMITTED:
        raise RuleViolation(
            _("%(code)s is %(state)s, so there is nothing to decide.")
            % {"code": application.code, "state": application.get_state_display()}
        )
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the decision."))
    disagreements.require_settled(application)


@transaction.atomic
def retract(decision: Decision, *, by: User) -> None:
    """Take back a decision that waits. Twice changes nothing; a released one stays until another supersedes it."""
    conflicts.require_none(by, decision.application)
    waiting = Decision.objects.filter(pk=decision.pk, released_at=None, superseded_at=None)
    if not waiting.update(superseded_at=timezone.now()):
        decision.refresh_from_db()
        if decision.released_at is not None:
            raise RuleViolation(_("This decision is released. Decide anew to replace it."))


@transaction.atomic
def release(found: Sequence[Decision], *, by: User | None, now: datetime | None = None) -> list[Decision]:
    """Let decisions take effect: each applicant gets exactly one letter, each offer keeps a place.

    All of them or none. What was released before is skipped, so a double click is harmless. Raises RuleViolation
    with a conflict of interest, where there are fewer seats than offers, or where an application has ended meanwhile.
    `by` is None where the waiting list moves by itself.
    """
    now = now or timezone.now()
    ordered = sorted(found, key=lambda decision: decision.pk)
    if by is not None:
        conflicts.require_none(by, *(decision.application for decision in ordered))
    for round_ in {decision.application.round_id: decision.application.round for decision in ordered}.values():
        offers.lock_seats(round_)  # Before any other lock: see offers.
    return [decision for decision in ordered if _release(decision, by=by, now=now)]


def _release(asked: Decision, *, by: User | None, now: datetime) -> bool:
    Application.objects.select_for_update().get(pk=asked.application_id)
    decision = Decision.objects.select_for_update(of=("self",)).select_related(*WITH_ALL).get(pk=asked.pk)
    application = decision.application
    if decision.released_at is not None:
        return False
    if decision.superseded_at is not None:
        raise RuleViolation(_("The decision on %(code)s has changed. Reload the page.") % {"code": application.code})
    if application.state != ApplicationState.SUBMITTED:
        raise RuleViolation(
            _("%(code)s is %(state)s. Take its decision back first.")
            % {"code": application.code, "state": application.get_state_display()}
        )
    if by is not None:
        conflicts.require_none(by, application)  # One may have been recorded since the first look.
        blindness.require_compared(by, application)
    Offer.objects.filter(application=application, state=OfferState.OPEN).update(state=OfferState.WITHDRAWN)
    application.decisions.filter(superseded_at=None, released_at__isnull=False).update(superseded_at=now)
    decision.released_at, decision.released_by = now, by
    decision.save(update_fields=["released_at", "released_by"])
    offer = offers.make(decision, now=now) if decision.code == DecisionCode.OFFER else None
    letter = outbox.queue(letters.of_decision(decision, offer.expires_at if offer else None))
    dossiers.keep(decision)  # Rows that were made before there were dossiers have none.
    dossiers.seal(decision, letter)
    return True


@dataclass(frozen=True, slots=True)
class LetterPreview:
    """A letter as its release would make it: to whom, and the words."""

    decision: Decision
    to: str
    subject: str
    text: str


def previews(found: Sequence[Decision], now: datetime) -> list[LetterPreview]:
    """Return the letters that a release would make now. Writes nothing; one query whatever the number."""
    wordings = {
        template.kind: template for template in LetterTemplate.objects.filter(kind__in=letters.KIND_OF.values())
    }
    return [_preview(decision, wordings, now) for decision in found]


def _preview(decision: Decision, wordings: Mapping[str, LetterTemplate], now: datetime) -> LetterPreview:
    until = offers.expiry(decision.application.round, now) if decision.code == DecisionCode.OFFER else None
    request = letters.of_decision(decision, until)
    wording = wordings.get(request.kind)
    if wording is None:
        raise RuleViolation(_("There is no letter “%(kind)s”. Load the programme pack.") % {"kind": request.kind})
    return LetterPreview(
        decision,
        to=f"{decision.application.identity.name} <{request.to}>",
        subject=" ".join(filled(wording.subject, request.context).split()),
        text=filled(wording.body, request.context).strip(),
    )


def in_force(application: Application) -> Decision | None:
    """Return the released decision that counts now; what is pending does not exist for the applicant."""
    return application.decisions.filter(released_at__isnull=False, superseded_at=None).select_related("offer").first()
