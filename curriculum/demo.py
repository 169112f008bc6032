"""The demonstration's sessions, ticks and one extension."""

import uuid
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import attendance, confidence, deadlines, pace, preparation, questions, schedule, syllabus
from curriculum.choices import AttendanceState, ItemKind
from curriculum.commitments import Confidence
from curriculum.models import ModuleVersion, Resource, Session, Tick
from whitebox.people import membership as membership_steps
from whitebox.people.models import Cohort, Membership
from whitebox.programme.demonstration import World, account


def fill(world: World) -> None:
    """Plan the sessions of both cohorts; most people have done week 1 and part of week 2."""
    for cohort in Cohort.objects.filter(memberships__user=world.organizer):
        schedule.plan_sessions(cohort, by=world.organizer)
    first, second = ModuleVersion.objects.followed_by(world.cohort).without_text()[:2]
    for index, membership in enumerate(world.participants):
        _tick_some(world, membership, first, share=0.3 if index % 6 == 5 else 1.0)
        _tick_some(world, membership, second, share=world.rng.choice([0.0, 0.3, 0.5, 0.8]) if index else 0.5)
    _extend(world, world.participants[3], second)
    for index, membership in enumerate(world.participants):
        _rate(world, membership)
        if index % 3 == 0:
            _agree(membership, late=index == 0)
    _fall_silent(world, world.participants[11])
    _ask(world, world.participants[0], second)
    _meet(world)
    _defer(world)


def _tick_some(world: World, membership: Membership, module: ModuleVersion, *, share: float) -> None:
    resources = list(
        Resource.objects.filter(module_version=module, is_required=True).select_related(
            "module_version__module", "module_version__version"
        )
    )
    for resource in resources[: round(len(resources) * share)]:
        took = round(resource.minutes * world.rng.uniform(0.8, 1.6))
        known = took if world.rng.random() < 0.5 else None
        preparation.tick(membership, resource, by=membership.user, minutes_taken=known)


def _extend(world: World, membership: Membership, module: ModuleVersion) -> None:
    base = deadlines.effective_deadline(membership, module, ItemKind.CHECK)
    if base is not None:
        deadlines.extend(
            membership,
            module,
            ItemKind.CHECK,
            base + timedelta(days=2),
            reason=_("Ill for three days this week."),
            by=world.organizer,
        )


def _rate(world: World, membership: Membership) -> None:
    """Everybody said at the start how sure they felt: hardly at all about the later weeks."""
    asked = confidence.topics(syllabus.present(membership.cohort_id))
    levels = {
        topic: max(1, world.rng.choice([1, 2, 3]) - (1 if index > 8 else 0)) for index, (topic, _m) in enumerate(asked)
    }
    start = datetime.combine(membership.cohort.starts_on or date.min, time(9), tzinfo=membership.cohort.tz)
    confidence.rate(membership, levels, by=membership.user, now=start)


def _fall_silent(world: World, membership: Membership) -> None:
    """Let somebody's last trace be eight days old."""
    for model in (Tick, Confidence):
        model.objects.filter(membership=membership).update(at=world.now - timedelta(days=8))


def _agree(membership: Membership, *, late: bool) -> None:
    """Some people set days of their own; the first changed their mind once."""
    plan = pace.of_cohort(membership.cohort, [membership], timezone.now())[membership.pk]
    for days, reason in ((2, ""), (4, _("The exam week of my university.")))[: 2 if late else 1]:
        targets = {one.module.module_id: one.target + timedelta(days=days) for one in plan.steps if one.target}
        pace.agree(membership, targets, by=membership.user, reason=reason)


def _ask(world: World, membership: Membership, module: ModuleVersion) -> None:
    texts = (
        _("Why does the mask use minus infinity and not zero?"),
        _("Is the residual stream the same thing as the embedding, only later?"),
    )
    asked = [
        questions.ask(membership, module, text, key=uuid.UUID(int=world.rng.getrandbits(128)), by=membership.user)
        for text in texts
    ]
    mentor = Membership.objects.get(pk=membership.pk).mentor
    if mentor is not None:
        answer = _("Because softmax turns zero into a positive share. Try it with two numbers on paper.")
        questions.answer(asked[0], answer, by=mentor.user)


def _meet(world: World) -> None:
    """The mentors lead in turn; at the first session one was late, one excused and one absent."""
    sessions = list(Session.objects.filter(cohort=world.cohort).order_by("week"))
    for number, session in enumerate(sessions):
        schedule.name_leader(session, world.mentors[number % len(world.mentors)], by=world.organizer)
    by = world.mentors[0].user
    for place, state in ((2, AttendanceState.LATE), (7, AttendanceState.EXCUSED), (11, AttendanceState.ABSENT)):
        attendance.mark(sessions[0], {world.participants[place].pk}, state, by=by)
    attendance.mark_the_rest_present(sessions[0], by=by)


def _defer(world: World) -> None:
    """One person began with this cohort and goes on with the next."""
    following = Cohort.objects.filter(memberships__user=world.organizer).exclude(pk=world.cohort.pk).first()
    if following is None:
        return
    user = account("deferred@demo.test", "Nina Flores")
    joined = membership_steps.enrol(user, world.cohort, by=None, reason=_("Accepted the offer."))
    membership_steps.defer(joined, following, by=world.organizer, reason=_("The final year's thesis comes first."))
