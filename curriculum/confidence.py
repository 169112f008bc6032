"""How sure people feel about the topics of the programme, by their own word, at its start and at its end.

It is asked to see a change, not to judge anybody: no gate, mark or decision reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import syllabus
from curriculum.choices import Moment
from curriculum.commitments import LEAST_SURE, MOST_SURE, Confidence
from curriculum.syllabus import Syllabus
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

STARTS_UNTIL_WEEK = 2  # who has seen two weeks no longer knows how the start felt
FEWEST = 8  # people; a mean of fewer says more about single persons than about the programme


def open_moment(cohort: Cohort, now: datetime) -> Moment | None:
    """Return which rating can be given now: the start's until the end of week 2, the end's from the last week on."""
    week = cohort.week_at(now)
    if week is None or week <= min(STARTS_UNTIL_WEEK, cohort.weeks - 1):
        return Moment.START
    return Moment.END if week >= cohort.weeks else None


def topics(followed: Syllabus) -> list[tuple[str, str]]:
    """Return the topics of a pack version in the order of weeks, each once, with the title of its first module."""
    found: dict[str, str] = {}
    for module, objectives in followed.objectives.items():
        for one in objectives:
            found.setdefault(one.topic, module.title)
    return list(found.items())


def ratings(membership: Membership) -> dict[Moment, dict[str, int]]:
    """Return what a person said, by moment and topic."""
    found: dict[Moment, dict[str, int]] = {moment: {} for moment in Moment}
    for moment, topic, level in membership.confidences.values_list("moment", "topic", "level"):
        found[Moment(moment)][topic] = level
    return found


@transaction.atomic
def rate(membership: Membership, levels: Mapping[str, int], *, by: User, now: datetime | None = None) -> int:
    """Keep how sure a person feels about some topics and return how many; the same again changes nothing.

    Until the moment closes a rating can be changed. Raises RuleViolation for somebody else's record, outside of both
    moments, for a topic the programme does not have, and for a level outside of 1 to 5.
    """
    held = Membership.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=membership.pk)
    _require_own(held, by)
    moment = open_moment(held.cohort, now or timezone.now())
    if moment is None:
        raise RuleViolation(_("This is asked at the start and at the end. Nothing was changed."))
    known = {topic for topic, _module in topics(syllabus.present(held.cohort_id))}
    if not set(levels) <= known or any(not LEAST_SURE <= level <= MOST_SURE for level in levels.values()):
        raise RuleViolation(_("One of the answers does not belong to this page. Reload it and choose again."))
    rows = [
        Confidence(membership=held, moment=moment, topic=topic, level=level, at=timezone.now())
        for topic, level in levels.items()
    ]
    Confidence.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["membership", "moment", "topic"], update_fields=["level", "at"]
    )
    return len(rows)


def _require_own(membership: Membership, by: User) -> None:
    if membership.user_id != by.pk or membership.role != Role.PARTICIPANT:
        raise RuleViolation(_("Only participants answer here."))
    if membership.state != MembershipState.ACTIVE:
        raise RuleViolation(_("You no longer study in this cohort. What you said is kept."))


@dataclass(frozen=True, slots=True)
class Delta:
    """One topic over the people of a cohort who rated it at the start and at the end."""

    topic: str
    people: int  # who rated it both times
    asked: int  # participants, those who left included
    start: float | None  # means; None below FEWEST people
    end: float | None

    @property
    def change(self) -> float | None:
        return None if self.start is None or self.end is None else self.end - self.start


def deltas(cohort: Cohort) -> Sequence[Delta]:
    """Compare start and end topic by topic, over those who answered both times: two queries."""
    asked = Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT)
    asked_count = asked.exclude(state=MembershipState.DEFERRED).count()
    rows = Confidence.objects.filter(membership__in=asked).order_by("topic", "membership")
    pairs: dict[str, list[tuple[int, int]]] = {}
    keyed = rows.values_list("topic", "membership", "moment", "level")
    for (topic, _member), some in groupby(keyed, key=lambda row: row[:2]):
        said = {moment: level for _topic, _key, moment, level in some}
        if len(said) == len(Moment):
            pairs.setdefault(topic, []).append((said[Moment.START], said[Moment.END]))
    return [_delta(topic, both, asked_count) for topic, both in pairs.items()]


def _delta(topic: str, both: list[tuple[int, int]], asked: int) -> Delta:
    if len(both) < FEWEST:
        return Delta(topic, len(both), asked, None, None)
    start, end = (sum(levels) / len(both) for levels in zip(*both, strict=True))
    return Delta(topic, len(both), asked, start, end)
