"""Who hears of pre-work that is due and of tomorrow's session.

The dedup key holds the moment, so a moved session or an extension makes a new letter; letters about the old moment
that still wait are called back by the verb that moved it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from curriculum import deadlines, nudges, schedule
from curriculum.choices import ItemKind
from curriculum.deadlines import programme_of
from curriculum.models import Extension, ModuleVersion, Resource, Session, Tick
from whitebox.outbox.letters import Request
from whitebox.outbox.models import Channel
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership
from whitebox.web.templatetags.moments import duration, place_name

OPTIONAL = {
    "prework-due": _lazy("Pre-work is due within a day"),
    "session-tomorrow": _lazy("A session is tomorrow"),
    "session-soon": _lazy("A session begins in two hours"),
    "idle-nudge": _lazy("A small hello after some idle days"),
    "not-started": _lazy("The programme has begun and nothing is done yet"),
    "pace-slipping": _lazy("A day of my own plan has passed"),
}
SOON = timedelta(hours=2)
AHEAD = timedelta(hours=24)
TOO_LATE = timedelta(hours=9)  # then "tomorrow" would be read on the day itself
FURTHEST = timedelta(days=16)  # a pack may ask for pre-work at most 14 days before the session


def due(now: datetime) -> Iterable[Request]:
    """Return the letters that are due by `now`; asks a constant number of queries per session within reach."""
    yield from _sessions_tomorrow(now)
    yield from _sessions_soon(now)
    yield from _prework_due(now)
    yield from nudges.due(now)


def _sessions_tomorrow(now: datetime) -> Iterator[Request]:
    near = Session.objects.filter(is_cancelled=False, starts_at__gt=now + TOO_LATE, starts_at__lte=now + AHEAD)
    for session in near.select_related("cohort__adoption__version", "module"):
        module = _module(session)
        for membership in _participants(session) if module else ():
            yield _about_session(session, module, membership, now)
        for channel in session.cohort.channels.filter(is_active=True) if module else ():
            yield _in_channel(session, module, channel, now)


def _sessions_soon(now: datetime) -> Iterator[Request]:
    """Two hours ahead, whatever the hour: who sleeps then has a session to get up for."""
    near = Session.objects.filter(is_cancelled=False, starts_at__gt=now, starts_at__lte=now + SOON)
    for session in near.select_related("cohort__adoption__version", "module"):
        module = _module(session)
        for membership in _participants(session) if module else ():
            yield replace(_about_session(session, module, membership, now, kind="session-soon"), is_urgent=True)


def _about_session(
    session: Session,
    module: ModuleVersion | None,
    membership: Membership,
    now: datetime,
    kind: str = "session-tomorrow",
) -> Request:
    return Request(
        kind,
        f"{kind}:{session.pk}:{membership.pk}:{session.starts_at:%Y%m%dT%H%M}",
        membership.user,
        {
            **_facts(session, module),
            "session_time": _words(session.starts_at, ZoneInfo(session.zone)),
            "reader_zone_note": _note(session.starts_at, ZoneInfo(session.zone), membership),
            "place": session.place,
        },
        due_at=now,
        about=schedule.about(session),
        cohort_id=session.cohort_id,
    )


def _in_channel(session: Session, module: ModuleVersion | None, channel: Channel, now: datetime) -> Request:
    moment = _words(session.starts_at, ZoneInfo(session.zone))
    return Request(
        "channel-session-tomorrow",
        f"channel-session-tomorrow:{session.pk}:{channel.pk}:{session.starts_at:%Y%m%dT%H%M}",
        channel,
        {**_facts(session, module), "session_time": moment, "place": session.place},
        due_at=now,
        about=schedule.about(session),
        cohort_id=session.cohort_id,
    )


def _prework_due(now: datetime) -> Iterator[Request]:
    for session in _within_reach(now):
        module = _module(session)
        if module is not None:
            yield from _of_session(session, module, now)


def _within_reach(now: datetime) -> list[Session]:
    """Return the sessions with pre-work that may be due within a day, by everybody's deadline or by an extension."""
    extended = Extension.objects.filter(item=ItemKind.PREWORK, due_at__gt=now, due_at__lte=now + AHEAD)
    pairs = set(extended.values_list("membership__cohort", "module"))
    near = Q(starts_at__gt=now, starts_at__lte=now + FURTHEST) | Q(
        cohort__in=[cohort for cohort, _module in pairs], module__in=[module for _cohort, module in pairs]
    )
    found = Session.objects.filter(near).select_related("cohort__adoption__version", "module")
    return [one for one in found if (one.cohort_id, one.module_id) in pairs or _is_near(one, now)]


def _is_near(session: Session, now: datetime) -> bool:
    programme = programme_of(session.cohort)
    if programme is None:
        return False
    return now < deadlines.base_deadline(session, session.cohort, programme, ItemKind.PREWORK) <= now + AHEAD


def _of_session(session: Session, module: ModuleVersion, now: datetime) -> Iterator[Request]:
    participants = _participants(session)
    extensions = deadlines.extensions_of(participants)
    left = _minutes_left(module, participants)
    for membership in participants:
        own = deadlines.from_sessions(session.cohort, [session], extensions.get(membership.pk, {}))
        moment = own[session.module_id, ItemKind.PREWORK].due_at
        if now < moment <= now + AHEAD and left[membership.pk]:
            yield _about_prework(session, module, membership, moment, left[membership.pk], now)


def _about_prework(
    session: Session, module: ModuleVersion, membership: Membership, moment: datetime, left: int, now: datetime
) -> Request:
    return Request(
        "prework-due",
        f"prework-due:{session.module_id}:{membership.pk}:{moment:%Y%m%dT%H%M}",
        membership.user,
        {
            **_facts(session, module),
            "deadline": _words(moment, session.cohort.tz),
            "reader_zone_note": _note(moment, session.cohort.tz, membership),
            "time_left": duration(left),
        },
        due_at=now,
        about=deadlines.about(membership.pk, session.module_id, ItemKind.PREWORK),
        cohort_id=session.cohort_id,
    )


def _minutes_left(module: ModuleVersion, participants: list[Membership]) -> Mapping[int, int]:
    required = dict(Resource.objects.filter(module_version=module, is_required=True).values_list("slug", "minutes"))
    members = {membership.first_key: membership.pk for membership in participants}
    left = {membership.pk: sum(required.values()) for membership in participants}
    record = Membership.objects.with_record_of(Membership.objects.filter(pk__in=left)).values("pk")
    ticks = Tick.objects.filter(membership__in=record, module=module.module_id, resource_slug__in=required)
    first = Coalesce("membership__began_as", "membership")
    for began_as, slug in ticks.annotate(first=first).values_list("first", "resource_slug").distinct():
        left[members[began_as]] -= required[slug]
    return left


def _participants(session: Session) -> list[Membership]:
    found = Membership.objects.filter(
        cohort=session.cohort_id, role=Role.PARTICIPANT, state=MembershipState.ACTIVE, user__is_active=True
    )
    return list(found.select_related("user").order_by("pk"))


def _module(session: Session) -> ModuleVersion | None:
    followed = ModuleVersion.objects.followed_by(session.cohort).without_text()
    return followed.filter(module=session.module_id).first()


def _facts(session: Session, module: ModuleVersion | None) -> dict[str, str]:
    return {
        "module": module.title if module else "",
        "link": settings.SITE_URL + reverse("curriculum:module", args=[session.cohort.slug, session.module.slug]),
        "organizer_name": _("The organizers"),
        "programme": session.cohort.title,
    }


def _words(moment: datetime, zone: ZoneInfo) -> str:
    return f"{date_format(moment.astimezone(zone), 'D j M, H:i')} {place_name(zone)}"


def _note(moment: datetime, zone: ZoneInfo, membership: Membership) -> str:
    """Say the reader's own time where it differs from the cohort's."""
    there, here = moment.astimezone(zone), moment.astimezone(ZoneInfo(membership.user.zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    return _("%(time)s your time") % {"time": date_format(here, "D j M, H:i")}
