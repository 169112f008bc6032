"""Lists of talks for those who hold them. Each takes the same number of queries whatever its length."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from mastery import examiners
from mastery.choices import AttemptState
from mastery.models import Attempt
from mastery.talks import SecondExaminer, Talk
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

AHEAD = timedelta(days=14)
MOST = 50


def joined_by(user: User) -> QuerySet[Talk]:
    """Return the talks that somebody has joined and that are not over."""
    mine = SecondExaminer.objects.filter(talk=OuterRef("pk"), mentor__user=user, left_at=None)
    return Talk.objects.booked().filter(Exists(mine)).with_people().order_by("slot__starts_at", "pk")


def of_others(user: User, now: datetime) -> list[Talk]:
    """Return talks of others in the next weeks that `user` could join."""
    teaching = Membership.objects.active().filter(user=user, role__in=examiners.TEACHES)
    taken = SecondExaminer.objects.filter(talk=OuterRef("pk"), left_at=None)
    found = Talk.objects.booked().filter(
        ~Exists(taken),
        attempt__membership__cohort__in=teaching.values("cohort"),
        slot__starts_at__gt=now,
        slot__starts_at__lte=now + AHEAD,
    )
    barred = examiners.barred_for(user)
    own = Q(slot__mentor__user=user) | Q(attempt__membership__user__in=barred)
    return list(found.exclude(own).with_people().order_by("slot__starts_at", "pk")[:MOST])


def waiting_for_a_time(user: User) -> list[Attempt]:
    """Return the attempts that wait for a talk and have none booked: of own mentees, and of cohorts one organizes."""
    ahead = Talk.objects.booked().filter(attempt=OuterRef("pk"))
    found = Attempt.objects.filter(
        ~Exists(ahead),
        Q(membership__mentor__user=user, membership__mentor__state=MembershipState.ACTIVE)
        | Q(membership__cohort__in=Membership.objects.active().filter(user=user, role=Role.ORGANIZER).values("cohort")),
        state=AttemptState.NEEDS_TALK,
        membership__state=MembershipState.ACTIVE,
    ).exclude(membership__user__in=examiners.barred_for(user))
    return list(found.with_check().order_by("submitted_at", "pk")[:MOST])


def held_by(user: User) -> QuerySet[Talk]:
    """Return the talks that somebody holds or has joined and whose outcome is not recorded, earliest first."""
    joined = SecondExaminer.objects.filter(talk=OuterRef("pk"), mentor__user=user, left_at=None)
    mine = Q(slot__mentor__user=user) | Q(Exists(joined))
    return Talk.objects.booked().filter(mine).with_people().order_by("slot__starts_at", "pk")
