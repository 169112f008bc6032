"""What the letters about talks say. Each is about one talk; no letter tells a question."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mastery import notices
from mastery.talks import Talk
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.outbox.letters import Request
from whitebox.outbox.rendering import Value
from whitebox.people.models import User
from whitebox.web.templatetags.moments import place_name

logger = logging.getLogger(__name__)


def booked(talk: Talk) -> list[Request]:
    """Tell both sides when and where they meet."""
    return [_to_participant(talk, "talk-booked"), _to_examiner(talk, "talk-booked-staff", talk.slot.mentor.user)]


def cancelled(talk: Talk) -> Request:
    """Tell a participant that their talk does not take place, and why."""
    return _to_participant(talk, "talk-cancelled", reason=talk.reason)


def given_back(talk: Talk) -> list[Request]:
    """Tell those who would have held a talk that the time is free again."""
    seconds = [one.mentor.user for one in talk.seconds.filter(left_at=None).select_related("mentor__user")]
    return [_to_examiner(talk, "talk-given-back-staff", one) for one in (talk.slot.mentor.user, *seconds)]


def tomorrow(talk: Talk, *, due_at: datetime) -> list[Request]:
    seconds = [one.mentor.user for one in talk.seconds.all() if one.left_at is None]
    return [
        _to_participant(talk, "talk-tomorrow", due_at=due_at),
        *(_to_examiner(talk, "talk-tomorrow-staff", one, due_at=due_at) for one in (talk.slot.mentor.user, *seconds)),
    ]


def to_book(talk_page: str, attempt_id: int, to: User, facts: dict[str, Value], *, due_at: datetime) -> Request:
    """Remind somebody whose attempt waits for a talk that none is booked."""
    return Request(
        kind="talk-to-book",
        dedup_key=f"talk-to-book:{attempt_id}",
        to=to,
        context=facts | {"link": f"{settings.SITE_URL}{talk_page}"},
        due_at=due_at,
        about=f"mastery.attempt:{attempt_id}",
    )


def send(requests: list[Request]) -> None:
    """Queue letters. One without a template is left out: it must never cost anybody a talk."""
    for request in requests:
        try:
            letters.queue(request)
        except RuleViolation as refused:
            logger.warning("no letter %s: %s", request.dedup_key, refused)


def _to_participant(talk: Talk, kind: str, *, due_at: datetime | None = None, reason: str = "") -> Request:
    return _request(talk, kind, talk.attempt.membership.user, {"reason": reason}, due_at)


def _to_examiner(talk: Talk, kind: str, to: User, *, due_at: datetime | None = None) -> Request:
    return _request(talk, kind, to, {"learner": talk.attempt.membership.user.called, "reason": talk.reason}, due_at)


def _request(talk: Talk, kind: str, to: User, more: dict[str, Value], due_at: datetime | None) -> Request:
    slot = talk.slot
    facts: dict[str, Value] = notices.about(talk.attempt) | {
        "deadline": _in_words(slot.starts_at, slot.zone),
        "reader_zone_note": _zone_note(slot.starts_at, slot.zone, to.zone),
        "minutes": slot.minutes,
        "place": slot.place,
        "mentor": slot.mentor.user.called,
        "link": f"{settings.SITE_URL}{reverse('mastery:talk', args=[talk.pk])}",
        "organizer_name": _("The organizers"),
    }
    return Request(
        kind=kind,
        dedup_key=f"{kind}:{talk.pk}:{to.pk}",
        to=to,
        context=facts | more,
        due_at=due_at,
        about=about(talk),
        cohort_id=talk.attempt.membership.cohort_id,
    )


def about(talk: Talk) -> str:
    """Return the name under which the outbox keeps letters about a talk."""
    return f"mastery.talk:{talk.pk}"


def _in_words(moment: datetime, zone: str) -> str:
    place = ZoneInfo(zone)
    return f"{date_format(moment.astimezone(place), 'D j M, H:i')} {place_name(place)}"


def _zone_note(moment: datetime, zone: str, reader_zone: str) -> str:
    there, here = moment.astimezone(ZoneInfo(zone)), moment.astimezone(ZoneInfo(reader_zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    return _("%(time)s your time") % {"time": date_format(here, "D j M, H:i")}
