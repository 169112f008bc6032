"""Letters about claims, check-ins and hackathons, each before it is too late, and about results."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from sprints import check_ins
from sprints.choices import ClaimState, InfohazardLevel
from sprints.claims import WARNED_BEFORE, shown, warning_key
from sprints.contests import Entry, Hackathon, Judge, Rating
from sprints.models import Claim, Excursion
from whitebox.outbox.letters import Request
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

# A claim that ends unseen is lost, so only the mentor's weekly letter can be switched off.
OPTIONAL: Mapping[str, str | Promise] = {"check-ins-due": _lazy("Excursions wait for your weekly check-in")}
DAY_BEFORE, TO_RATE = timedelta(days=1), timedelta(days=2)
MENTOR = "claim__membership__mentor"
TEAM = "team__members__membership__user"
TOLD_WITHIN = timedelta(days=3)  # after a longer outage a letter about an old end would only confuse


def due(now: datetime) -> Iterator[Request]:
    """Yield the letters about claims that are due by `now`. Seven queries, and three more for teams."""
    organizers = _organizers()
    soon = Claim.objects.active().with_people().filter(ends_at__gt=now, ends_at__lte=now + WARNED_BEFORE)
    for claim in soon.prefetch_related(TEAM):
        if warned_from(claim) <= now:
            yield from _letters("claim-expiring", warning_key(claim), claim, organizers, now)
    over = Claim.objects.with_people().filter(state=ClaimState.EXPIRED, ended_at__gt=now - TOLD_WITHIN)
    for claim in over.prefetch_related(TEAM):
        yield from _letters("claim-expired", f"claim-expired:{claim.pk}", claim, organizers, now)
    yield from _check_ins(now)
    yield from _deadlines(now)
    yield from _ratings(now)
    yield from _results(now)


def _check_ins(now: datetime) -> Iterator[Request]:
    """Yield one letter a mentor and week about the excursions on which nobody has checked in for seven days."""
    piles: dict[Membership, list[Excursion]] = defaultdict(list)
    loaded = (
        check_ins.waiting(now).exclude(level=InfohazardLevel.SECRET).filter(claim__membership__mentor__isnull=False)
    )
    for excursion in loaded.select_related("claim__membership__user", MENTOR, f"{MENTOR}__cohort", f"{MENTOR}__user"):
        mentor = excursion.claim.membership.mentor
        if mentor is not None and mentor.state == MembershipState.ACTIVE:
            piles[mentor].append(excursion)
    for mentor, some in piles.items():
        year, week, _day = now.astimezone(mentor.cohort.tz).isocalendar()
        yield Request(
            kind="check-ins-due",
            dedup_key=f"check-ins-due:{mentor.pk}:{year}-{week}",
            to=mentor.user,
            due_at=now,
            about=f"membership:{mentor.pk}",
            cohort_id=mentor.cohort_id,
            context={
                "people": ", ".join(dict.fromkeys(one.claim.membership.user.called for one in some)),
                "count": len(some),
                "link": settings.SITE_URL + reverse("sprints:research"),
                "programme": mentor.cohort.title,
            },
        )


def _deadlines(now: datetime) -> Iterator[Request]:
    """Tell everybody of a registered team a day before the deadline what is saved. Five queries."""
    soon = Entry.objects.present().filter(hackathon__due_at__gt=now, hackathon__due_at__lte=now + DAY_BEFORE)
    loaded = soon.select_related("hackathon__cohort", "team")
    for entry in loaded.prefetch_related("drafts", "team__members__membership__user"):
        address = reverse("sprints:entry", args=[entry.pk])
        more: dict[str, str | int | bool] = {"team": entry.team.name, "is_saved": bool(entry.drafts.all())}
        for one in entry.team.members.all():
            if one.left_at is None:
                yield _about("hackathon-due", entry.hackathon, one.membership.user, now, address, more)


def _ratings(now: datetime) -> Iterator[Request]:
    """Remind a judge once, two days after entries were handed out to them, of those not rated. One query."""
    late = Rating.objects.filter(
        submitted_at=None, handed_out_at__lte=now - TO_RATE, judge__hackathon__released_at=None
    )
    piles: dict[Judge, int] = defaultdict(int)
    for rating in late.select_related("judge__hackathon__cohort", "judge__membership__user"):
        piles[rating.judge] += 1
    for judge, count in piles.items():
        address = reverse("sprints:hackathon", args=[judge.hackathon_id])
        yield _about("ratings-waiting", judge.hackathon, judge.membership.user, now, address, {"count": count})


def _results(now: datetime) -> Iterator[Request]:
    """Tell everybody of a team that has a place that the results are out. Two queries."""
    is_out = Q(hackathon__released_at__gt=now - TOLD_WITHIN, hackathon__released_at__lte=now)
    out = Entry.objects.present().filter(is_out, Q(result__isnull=False) | Q(placement__isnull=False))
    loaded = out.select_related("hackathon__cohort", "team", "result", "placement").order_by("pk")
    for entry in loaded.prefetch_related("team__members__membership__user"):
        found = getattr(entry, "result", None) or entry.placement
        address = reverse("sprints:results", args=[entry.hackathon_id])
        more: dict[str, str | int | bool] = {
            "team": entry.team.name,
            "place": found.place,
            "is_choice": entry.hackathon.judges_choice_id == entry.pk,
        }
        for one in entry.team.members.all():
            if one.left_at is None:
                yield _about("hackathon-results", entry.hackathon, one.membership.user, now, address, more)


def _about(  # a letter is described by this much
    kind: str, hackathon: Hackathon, to: User, now: datetime, address: str, more: Mapping[str, str | int | bool]
) -> Request:
    due = hackathon.due_at.astimezone(ZoneInfo(to.zone))
    return Request(
        kind=kind,
        dedup_key=f"{kind}:{hackathon.pk}:{to.pk}:{hackathon.due_at.isoformat()}",
        to=to,
        due_at=now,
        about=f"hackathon:{hackathon.pk}",
        cohort_id=hackathon.cohort_id,
        context={
            "hackathon": hackathon.title,
            "deadline": date_format(due, "D j M, H:i"),
            "link": settings.SITE_URL + address,
            "programme": hackathon.cohort.title,
            **more,
        },
    )


def warned_from(claim: Claim) -> datetime:
    """Return when a warning makes sense: three days before the end, but not in the first half of a short claim."""
    return max(claim.ends_at - WARNED_BEFORE, claim.set_at + (claim.ends_at - claim.set_at) / 2)


def _letters(kind: str, key: str, claim: Claim, organizers: Mapping[int, str], now: datetime) -> Iterator[Request]:
    """Yield a letter to the holder, and one to each other person of the team."""
    holder = claim.membership.user
    yield _letter(kind, key, claim, holder, organizers, now)
    for one in claim.team.members.all() if claim.team else ():
        if one.left_at is None and one.membership.user_id != holder.pk:
            user = one.membership.user
            yield _letter(kind, f"{key}:{user.pk}", claim, user, organizers, now)


def _letter(  # a letter is described by this much
    kind: str, key: str, claim: Claim, to: User, organizers: Mapping[int, str], now: datetime
) -> Request:
    cohort = claim.membership.cohort
    return Request(
        kind=kind,
        dedup_key=key,
        to=to,
        due_at=now,
        about=f"claim:{claim.pk}",
        cohort_id=cohort.pk,
        context={
            "problem": f"{claim.problem.number} {claim.problem.title}",
            "until": shown(claim.until),
            "reader_zone_note": _zone_note(claim, to),
            "link": settings.SITE_URL + reverse("sprints:problem", args=[claim.problem_id]),
            "organizer_name": organizers.get(cohort.pk, ""),
            "programme": cohort.title,
        },
    )


def _zone_note(claim: Claim, to: User) -> str:
    """Say the end in the reader's clock where it is another one."""
    theirs = claim.ends_at.astimezone(ZoneInfo(to.zone))
    if theirs.utcoffset() == claim.ends_at.astimezone(ZoneInfo(claim.zone)).utcoffset():
        return ""
    return _("%(moment)s your time") % {"moment": date_format(theirs, "D j M, H:i")}


def _organizers() -> dict[int, str]:
    """Return the name that signs a cohort's letters: the organizer who has been there longest."""
    found = Membership.objects.active().filter(role=Role.ORGANIZER).select_related("user").order_by("-joined_at", "-pk")
    return {one.cohort_id: one.user.called for one in found}
