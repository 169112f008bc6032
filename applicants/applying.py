"""The applicant's side: start without an account, save as one goes, submit once, withdraw."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import conflicts, interviews, letters, offers, rounds, succession, summaries
from applicants.addresses import address_key
from applicants.answers import Answer, problems
from applicants.choices import ApplicationState, AssignmentState, OfferState
from applicants.codes import new_code
from applicants.judgements import Assignment, Offer
from applicants.models import Application, Draft, Identity, Revision, Round, StageChange
from applicants.procedures import Stage
from applicants.questionnaire import questionnaire_of
from applicants.return_links import hashed, token_of
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox

MOST_REVISIONS = 40  # of one application: each is kept for good
SEEN_EVERY = timedelta(minutes=1)
WITH_ALL = ("form", "round__cohort", "round__form__version", "identity", "draft", "stage")


@transaction.atomic
def start(round_: Round, *, email: str, name: str, zone: str, source: str = "", now: datetime | None = None) -> None:
    """Begin an application, or continue the one of the same address: either way its link goes out by mail.

    It returns nothing, so that no caller can tell the two cases apart. Raises RuleViolation outside the round's dates.
    """
    now = now or timezone.now()
    if not round_.opens_at <= now < round_.closes_at:
        raise RuleViolation(_("This round is not open now."))
    application = _of_address(round_, email) or _begin(round_, email=email, name=name, zone=zone, source=source)
    # After a change of the server's secret the row still knows the old address only.
    Application.objects.filter(pk=application.pk).update(token_hash=hashed(token_of(application)))
    outbox.queue(letters.return_link(application, now))


def _of_address(round_: Round, email: str) -> Application | None:
    found = Application.objects.select_related(*WITH_ALL)
    return found.filter(identity__round=round_, identity__email_key=address_key(email)).first()


def _begin(round_: Round, *, email: str, name: str, zone: str, source: str) -> Application:
    try:
        with transaction.atomic():
            return _created(round_, email=email, name=name, zone=zone, source=source)
    except IntegrityError:
        # The same address was sent twice at once and the other request was first.
        present = _of_address(round_, email)
        if present is None:
            raise
        return present


def _created(round_: Round, *, email: str, name: str, zone: str, source: str) -> Application:
    application = Application(round=round_, form_id=round_.form_id, code=new_code(), source=source)
    application.token_hash = hashed(token_of(application))
    application.save()
    Identity.objects.create(
        application=application, round=round_, name=name, email=email.strip(), email_key=address_key(email), zone=zone
    )
    Draft.objects.create(application=application)
    return application


def note_form_opened(application: Application, now: datetime) -> None:
    """Remember that the form was on somebody's screen: who had it open before the deadline gets the grace period."""
    seen = application.form_opened_at
    if seen is not None and (now - seen < SEEN_EVERY or now > application.round.closes_at):
        return
    Application.objects.filter(pk=application.pk).update(form_opened_at=now)
    application.form_opened_at = now


@transaction.atomic
def save_answers(application: Application, answers: Mapping[str, Answer], *, now: datetime | None = None) -> None:
    """Keep answers of some questions as a draft, right or wrong. Raises RuleViolation once the round is closed."""
    now = now or timezone.now()
    _require_changeable(application, now)
    draft = Draft.objects.select_for_update().get(application=application)
    draft.answers = draft.answers | dict(answers)
    draft.saved_at = now
    draft.save(update_fields=["answers", "saved_at"])
    application.draft = draft


@transaction.atomic
def save_identity(  # the columns of an identity
    application: Application, *, name: str, school: str, zone: str, links: str, now: datetime | None = None
) -> None:
    """Keep who the applicant is. The address stays the one the link was sent to."""
    _require_changeable(application, now or timezone.now())
    identity = application.identity
    identity.name, identity.school, identity.zone, identity.links = name, school, zone, links
    identity.save(update_fields=["name", "school", "zone", "links"])
    conflicts.detect_of_application(application)


def _require_changeable(application: Application, now: datetime) -> None:
    if application.state not in {ApplicationState.DRAFT, ApplicationState.SUBMITTED}:
        raise RuleViolation(_("This application has ended, so its answers cannot be changed."))
    rounds.require_open(application, now)


@transaction.atomic
def submit(application: Application, *, key: uuid.UUID, now: datetime | None = None) -> Revision:
    """Hand in the saved answers; the receipt follows by mail. The same key, or the same answers, make one revision.

    Raises RuleViolation when the round is closed, an answer is missing or wrong, or there are as many versions as are
    kept.
    """
    now = now or timezone.now()
    current = Application.objects.select_for_update(of=("self",)).select_related(*WITH_ALL).get(pk=application.pk)
    present = current.revisions.filter(key=key).first()
    if present is not None:
        return present  # The page was sent twice.
    _require_changeable(current, now)
    answers = current.draft.answers
    if problems(questionnaire_of(current.form), answers):
        raise RuleViolation(
            _("Some answers are missing or too long. Your answers are saved; correct these and submit.")
        )
    last = current.revisions.last()
    if last is not None and last.answers == answers:
        return last
    if last is not None and last.number >= MOST_REVISIONS:
        raise RuleViolation(
            _("You have handed in %(count)d versions, which is as many as we keep. The last one counts. Your new "
              "answers are saved as a draft: write to the organizers if the readers must see them.")
            % {"count": last.number}
        )  # fmt: skip
    revision = Revision.objects.create(
        application=current, number=last.number + 1 if last else 1, answers=answers, key=key, at=now
    )
    if current.state == ApplicationState.DRAFT:
        _enter_first_stage(current, now)
        conflicts.detect_of_application(current)
    return revision


def _enter_first_stage(application: Application, now: datetime) -> None:
    first = Stage.objects.filter(form_id=application.form_id).order_by("position").first()
    if first is None:
        raise RuleViolation(_("This round has no stages. Please tell the organizers; your answers are saved."))
    application.state, application.stage, application.submitted_at = ApplicationState.SUBMITTED, first, now
    application.save(update_fields=["state", "stage", "submitted_at"])
    summaries.open_at(application)
    StageChange.objects.create(application=application, entered=first, state=ApplicationState.SUBMITTED, at=now)
    outbox.queue(letters.receipt(application))


@transaction.atomic
def withdraw(application: Application, *, reason: str = "") -> None:
    """End an application at the applicant's wish: readings stop, what was decided falls, a kept place goes on.

    Twice changes nothing. Raises RuleViolation once the applicant is enrolled.
    """
    offers.lock_seats(application.round)  # Before any other lock: see offers.
    current = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if current.state == ApplicationState.WITHDRAWN:
        return
    if current.state == ApplicationState.ENROLLED:
        raise RuleViolation(_("You have a place already. Write to the organizers if you cannot come."))
    current.state = ApplicationState.WITHDRAWN
    current.save(update_fields=["state"])
    StageChange.objects.create(
        application=current, left_id=current.stage_id, state=ApplicationState.WITHDRAWN, reason=reason[:500]
    )
    _let_fall(current)
    application.state = current.state


def _let_fall(application: Application) -> None:
    """End what others still planned with a withdrawn application."""
    Assignment.objects.filter(application=application, state=AssignmentState.OPEN).update(
        state=AssignmentState.DECLINED, reason=_("The application was withdrawn.")
    )
    interviews.let_fall(application)
    application.decisions.filter(released_at=None, superseded_at=None).update(superseded_at=timezone.now())
    if Offer.objects.filter(application=application, state=OfferState.OPEN).update(state=OfferState.WITHDRAWN):
        succession.propose_next(application.round, by=None)
