"""Who may hold a talk with whom: everybody who teaches in the person's cohort, unless a conflict is declared."""

from django.db.models import Q, QuerySet

from mastery import conflicts
from mastery.models import Attempt
from mastery.talks import Talk
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

TEACHES = (Role.MENTOR, Role.ORGANIZER)


def present(attempt: Attempt) -> Membership | None:
    """Return the membership under which the person of an attempt studies now: after a deferral it is another one."""
    record = Membership.objects.of_record(attempt.membership.first_key)
    return record.active().filter(role=Role.PARTICIPANT).select_related("cohort", "user").order_by("-pk").first()


def of_person(membership: Membership) -> QuerySet[Membership]:
    """Return the memberships by which people may examine somebody, in the cohort they study in now."""
    teaching = Membership.objects.active().filter(cohort=membership.cohort_id, role__in=TEACHES)
    return teaching.exclude(user__in=barred_from(membership.user_id)).filter(user__is_active=True)


def barred_from(person: int) -> set[int]:
    """Return the keys of those who must not examine a person: they themselves, and who declared a conflict."""
    return conflicts.barred_from(person)


def barred_for(examiner: User) -> set[int]:
    """Return the keys of those whom somebody must not examine."""
    return {examiner.pk, *conflicts.persons_of(examiner)}


def by_which(user: User, attempt: Attempt) -> Membership | None:
    """Return the membership by which `user` may examine the person of an attempt; None where they may not."""
    studying = present(attempt)
    if studying is None:
        return None
    # A mentor who also organizes examines as a mentor.
    return of_person(studying).filter(user=user).order_by("role").first()


def may_examine(user: User, attempt: Attempt) -> bool:
    return by_which(user, attempt) is not None


def is_examiner(user: User, talk: Talk) -> bool:
    """Tell whether `user` holds this talk or has joined it, and still may."""
    takes_part = talk.slot.mentor.user_id == user.pk or talk.seconds.filter(mentor__user=user, left_at=None).exists()
    return takes_part and may_examine(user, talk.attempt)


def listeners(talk: Talk, *, without: User) -> list[User]:
    """Return who hears a talk besides `without`, and still may examine its person."""
    joined = talk.seconds.filter(left_at=None).select_related("mentor__user")
    both = [talk.slot.mentor.user, *(one.mentor.user for one in joined)]
    return [one for one in both if one.pk != without.pk and may_examine(one, talk.attempt)]


def talks_seen_by(user: User) -> Q:
    """Return the filter of talks that `user` may find: own ones, and all of cohorts in which they teach."""
    teaching = Membership.objects.active().filter(user=user, role__in=TEACHES)
    of_cohort = Q(attempt__membership__cohort__in=teaching.values("cohort"))
    since = Q(attempt__membership__deferred_to__cohort__in=teaching.values("cohort"))
    return Q(attempt__membership__user=user) | of_cohort | since
