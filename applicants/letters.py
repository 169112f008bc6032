"""What the letters of admissions say. A letter is bound to the fact that causes it by its dedup key."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applicants.choices import DecisionCode
from applicants.judgements import Decision, Offer
from applicants.models import Application, Round
from applicants.return_links import address_of
from whitebox.outbox.letters import Request
from whitebox.outbox.rendering import Value
from whitebox.people.models import Cohort, User

KIND_OF: Mapping[str, str] = {
    DecisionCode.OFFER: "offer",
    DecisionCode.WAITLIST: "waitlist",
    DecisionCode.DECLINE: "decline",
    DecisionCode.DECLINE_WITH_ENCOURAGEMENT: "decline-with-encouragement",
}
# All that admissions write; the wordings are shared by the rounds of a site.
KINDS = (
    *("application-link", "application-receipt", "application-closing-soon"),
    *("work-test", "work-test-ending", "work-test-prolonged", "work-test-received"),
    *("interview-invitation", "interview-booked", "interview-cancelled", "interview-soon"),
    *KIND_OF.values(),
    *("offer-expiring", "offer-prolonged", "offer-expired", "enrolled-welcome", "reviews-waiting"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def in_words(moment: datetime, zone: str) -> str:
    """Say a moment as "Sat 12 Oct, 14:00 Manila" by the wall clock of `zone`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'D j M, H:i')} {zone.rpartition('/')[2].replace('_', ' ')}"


def zone_note(moment: datetime, zone: str, reader_zone: str) -> str:
    """Say a moment by the reader's clock, or nothing where both clocks agree."""
    there, here = moment.astimezone(ZoneInfo(zone)), moment.astimezone(ZoneInfo(reader_zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    return _("%(time)s your time") % {"time": date_format(here, "D j M, H:i")}


def about(application: Application) -> str:
    return f"applicants.application:{application.pk}"


def _shared(application: Application, *, deadline: datetime | None = None) -> dict[str, Value]:
    round_, identity = application.round, application.identity
    context: dict[str, Value] = {
        "person_name": identity.name,
        "programme": round_.form.version.title,
        "round": round_.title,
        "cohort": round_.cohort.title,
        "organizer_name": _("The organizers"),
        "link": address_of(application),
    }
    if deadline is not None:
        context["deadline"] = in_words(deadline, round_.zone)
        context["reader_zone_note"] = zone_note(deadline, round_.zone, identity.zone)
    return context


def to_applicant(
    application: Application, kind: str, key: str, *, deadline: datetime | None = None, **more: Value
) -> Request:
    """Return a letter to the address an applicant gave."""
    return Request(
        kind=kind,
        dedup_key=key,
        to=application.identity.email,
        context=_shared(application, deadline=deadline) | more,
        about=about(application),
        cohort_id=application.round.cohort_id,
    )


def return_link(application: Application, now: datetime) -> Request:
    """The way back. A second request within the same minute makes no second letter."""
    key = f"application-link:{application.pk}:{now:%Y%m%d%H%M}"
    return to_applicant(application, "application-link", key, deadline=application.round.closes_at)


def receipt(application: Application) -> Request:
    return to_applicant(application, "application-receipt", f"application-receipt:{application.pk}")


def closing_soon(application: Application, *, is_last: bool) -> Request:
    """Remind of a draft: once early and once late for each day on which the round may close."""
    closes_at = application.round.closes_at
    day = closes_at.astimezone(ZoneInfo(application.round.zone)).date()
    key = f"application-closing-soon:{application.pk}:{'last' if is_last else 'first'}:{day}"
    return to_applicant(application, "application-closing-soon", key, deadline=closes_at, is_last=is_last)


def decision_key(decision: Decision) -> str:
    """One letter for each application, decision and kind."""
    return f"decision:{decision.application_id}:{decision.pk}:{KIND_OF[decision.code]}"


def of_decision(decision: Decision, offer_until: datetime | None) -> Request:
    """Return the letter of a decision; its kind follows from the code and from nothing else."""
    application = decision.application
    is_offer = decision.code == DecisionCode.OFFER
    deadline = offer_until if is_offer else _answer_by(application.round, decision)
    items: list[str] = [decision.encouragement] if decision.encouragement else []
    link = settings.SITE_URL + "/" if decision.code == DecisionCode.DECLINE_WITH_ENCOURAGEMENT else None
    more: dict[str, Value] = {"items": items}
    return to_applicant(
        application,
        KIND_OF[decision.code],
        decision_key(decision),
        deadline=deadline,
        **(more | ({"link": link} if link else {})),
    )


def _answer_by(round_: Round, decision: Decision) -> datetime | None:
    return round_.answer_by if decision.code == DecisionCode.WAITLIST else None


def stamp(moment: datetime) -> str:
    """Return a moment as it stands in dedup keys: what moves is told anew."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M}"


def offer_expiring(offer: Offer) -> Request:
    key = f"offer-expiring:{offer.pk}:{stamp(offer.expires_at)}"
    return to_applicant(offer.application, "offer-expiring", key, deadline=offer.expires_at)


def offer_prolonged(offer: Offer) -> Request:
    key = f"offer-prolonged:{offer.pk}:{stamp(offer.expires_at)}"
    return to_applicant(offer.application, "offer-prolonged", key, deadline=offer.expires_at)


def offer_expired(offer: Offer) -> Request:
    key = f"offer-expired:{offer.pk}"
    return to_applicant(offer.application, "offer-expired", key, deadline=offer.expires_at)


def welcome(offer: Offer, user: User) -> Request:
    """The first letter to somebody who is in, with how to sign in."""
    application = offer.application
    round_ = application.round
    first = first_session(round_.cohort, round_.form.version.programme)
    context = _shared(application) | {
        "link": settings.SITE_URL + reverse("web:home"),
        "sign_in": settings.SITE_URL + reverse("account_request_login_code"),
        "address": user.email,
        "place": round_.cohort.place,
        "session_time": in_words(first, round_.cohort.zone) if first else _("we will write to you"),
        "reader_zone_note": zone_note(first, round_.cohort.zone, user.zone) if first else "",
    }
    return Request(
        "enrolled-welcome",
        f"enrolled-welcome:{offer.pk}",
        user,
        context,
        about=about(application),
        cohort_id=round_.cohort_id,
    )


def first_session(cohort: Cohort, programme: Mapping[str, object]) -> datetime | None:
    """Return when a cohort first meets, by the weekly session of its pack; None while there is no start date."""
    session = programme.get("session")
    if cohort.starts_on is None or not isinstance(session, dict):
        return None
    hour, minute = (int(part) for part in str(session["start"]).split(":"))
    day = cohort.starts_on + timedelta(days=WEEKDAYS.index(str(session["weekday"])))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=cohort.tz)


def reviews_waiting(reviewer: User, count: int, round_: Round, week: str) -> Request:
    """Ask a reviewer who owes readings, once a week at most."""
    return Request(
        "reviews-waiting",
        f"reviews-waiting:{round_.pk}:{reviewer.pk}:{week}",
        reviewer,
        {
            "programme": round_.form.version.title,
            "round": round_.title,
            "count": count,
            "organizer_name": _("The organizers"),
            "link": settings.SITE_URL + reverse("admin:applicants_desk"),
        },
        about=f"applicants.round:{round_.pk}",
        cohort_id=round_.cohort_id,
    )
