"""Where an application stands, in the applicant's words. Fed with released decisions only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Application
from applicants.procedures import Stage


@dataclass(frozen=True, slots=True)
class Standing:
    title: str
    text: str
    state: str  # a key of the state component
    by_when: datetime | None = None
    offer: Offer | None = None  # only while it can be answered
    may_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """One stage on an applicant's way, by the name that applicants read."""

    title: str
    is_here: bool
    is_past: bool


def way_of(application: Application) -> list[Milestone]:
    """Return the stages of a submitted application that is under way; nothing once it has ended. One query.

    It follows from the stage alone, which no decision moves.
    """
    here = application.stage
    if application.state != ApplicationState.SUBMITTED or here is None:
        return []
    found = Stage.objects.filter(form_id=application.form_id).order_by("position")
    return [Milestone(one.applicant_title, one.pk == here.pk, one.position < here.position) for one in found]


def standing_of(application: Application, decision: Decision | None, now: datetime) -> Standing:
    """Return what an applicant may know now. `decision` is the one in force, which is a released one."""
    if application.state == ApplicationState.WITHDRAWN:
        return Standing(_("Withdrawn"), _("You withdrew this application. Nobody reads it any more."), "locked")
    if application.state == ApplicationState.ENROLLED:
        return Standing(
            _("You are in"),
            _("Your place is confirmed. Sign in with your e-mail address: we send you a code."),
            "mastered",
        )
    if application.state == ApplicationState.DRAFT:
        return _of_draft(application, now)
    return _of_decision(application, decision, now) if decision else _of_stage(application)


def _of_draft(application: Application, now: datetime) -> Standing:
    round_ = application.round
    if now > round_.closes_at:
        return Standing(
            _("Not submitted"),
            _("This round has closed and your application was not submitted. Your answers are kept for now."),
            "locked",
        )
    text = _("Your answers are saved. Nobody reads them until you submit.")
    return Standing(_("Not submitted yet"), text, "not_yet", round_.closes_at, may_withdraw=True)


def _of_stage(application: Application) -> Standing:
    title = application.stage.applicant_title if application.stage else ""
    text = _("We have your application. We write to you after each stage, whatever the result.")
    return Standing(title, text, "waiting", application.round.answer_by, may_withdraw=True)


def _of_decision(application: Application, decision: Decision, now: datetime) -> Standing:
    if decision.code == DecisionCode.OFFER:
        return _of_offer(decision, now)
    if decision.code == DecisionCode.WAITLIST:
        text = _("All places are offered to others at the moment. When one comes free we offer it to the next in line.")
        return Standing(_("On the waiting list"), text, "waiting", application.round.answer_by, may_withdraw=True)
    text = _("We cannot offer you a place this time. The letter we sent you says more. Thank you for applying.")
    return Standing(_("No place this time"), text, "locked")


def _of_offer(decision: Decision, now: datetime) -> Standing:
    offer = decision.offer
    if offer.state == OfferState.OPEN and now <= offer.expires_at:
        text = _("We would like you to join us. Please answer before the offer ends.")
        return Standing(_("A place for you"), text, "open", offer.expires_at, offer=offer, may_withdraw=False)
    if offer.state == OfferState.DECLINED:
        return Standing(_("You gave the place back"), _("Thank you for telling us. We wish you well."), "locked")
    text = _("Our offer has ended without an answer. Write to us if something came in between.")
    return Standing(_("The offer has ended"), text, "locked")
