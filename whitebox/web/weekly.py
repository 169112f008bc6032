"""One letter a week: the home page by mail, so that the two cannot disagree.

It leaves on Monday morning by the cohort's clock, to participants and, as a digest, to organizers. A week that was
missed is not sent later.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from whitebox.outbox.letters import Request
from whitebox.outbox.models import Letter
from whitebox.outbox.quiet import is_asleep
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.web import cards
from whitebox.web.cards import Card, Viewer

MONDAY, FROM_HOUR = 0, 7
AT_ONCE = 200  # of a tick; a home page takes a dozen queries, so a large cohort is spread over minutes
KINDS = {Role.PARTICIPANT: "weekly-mail", Role.ORGANIZER: "organizer-digest"}


def due(now: datetime) -> Iterator[Request]:
    """Yield the weekly letters that are due and not written yet, at most `AT_ONCE`."""
    return islice(_due(now), AT_ONCE)


def _due(now: datetime) -> Iterator[Request]:
    for cohort in Cohort.objects.running(now).order_by("pk"):
        local = now.astimezone(cohort.tz)
        if local.weekday() == MONDAY and local.hour >= FROM_HOUR and 1 <= (cohort.week_at(now) or 0) <= cohort.weeks:
            for role, kind in KINDS.items():
                for member in _without(cohort, role, f"{kind}:{local:%G%V}:", now):
                    yield _letter(kind, f"{kind}:{local:%G%V}:{member.pk}", member, now)


def _without(cohort: Cohort, role: Role, prefix: str, now: datetime) -> Iterator[Membership]:
    """Yield the members who are awake and have not got this week's letter yet: building one is dear."""
    written = Letter.objects.filter(dedup_key=Concat(Value(prefix), OuterRef("pk")))
    muted = {"user__muted_letters__kind": KINDS[role]}
    members = Membership.objects.active().filter(~Exists(written), cohort=cohort, role=role, user__is_active=True)
    loaded = members.exclude(**muted).select_related("user", "cohort__adoption__version", "mentor__user")
    for member in loaded.order_by("pk").iterator(chunk_size=AT_ONCE):
        if not is_asleep(member.user, now):
            yield member


def _letter(kind: str, key: str, member: Membership, now: datetime) -> Request:
    with timezone.override(ZoneInfo(member.user.zone)):
        sections = cards.collect(_viewer(member, now))
        lines = [line for name in ("next", "not_yet", "review") for line in _lines(sections[name])]
    return Request(
        kind,
        key,
        member.user,
        {
            "items": lines or [_("Nothing waits for you now.")],
            "mentor": member.mentor.user.called if member.mentor else "",
            "cohort": member.cohort.title,
            "programme": member.cohort.title,
            "organizer_name": _("The organizers"),
            "link": settings.SITE_URL + reverse("web:home"),
        },
        due_at=now,
        about=f"people.membership:{member.pk}",
        cohort_id=member.cohort_id,
    )


def _viewer(member: Membership, now: datetime) -> Viewer:
    return Viewer(
        user=member.user,
        memberships=[member],
        participation=member if member.role == Role.PARTICIPANT else None,
        now=now,
    )


def _lines(shown: Sequence[Card]) -> Iterator[str]:
    for card in shown:
        if card.title:
            due_words = [_("due %(moment)s") % {"moment": _words(card.due_at)}] if card.due_at else []
            yield "; ".join([card.title, *due_words])


def _words(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "D j M, H:i")
