"""What an organizer who also reads must not see of an application before their own review of it is in.

One rule for every page, list, order, search, count, letter and file of organizers. See decision 50.

- With a conflict of interest: nothing but that there is such a code.
- With an own reading that is open: no judgement by others, and nothing that follows from one.
- Where that reading is at a blind stage: neither who applied, nor anything that tells it.

It ends when the review is handed in or the reading is given back, and with nothing else.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applicants import conflicts
from applicants.choices import AssignmentState
from applicants.judgements import Assignment
from applicants.models import Application, Round
from whitebox.errors import RuleViolation
from whitebox.people.models import User


def own_open(user_id: int | None) -> QuerySet[Assignment]:
    """Return the readings that somebody has still to hand in, whichever of their memberships has them."""
    return Assignment.objects.filter(reviewer__membership__user_id=user_id or 0, state=AssignmentState.OPEN).order_by()


def may_be_named(user_id: int | None, path: str) -> Q:
    """Return the condition that `user_id` may know who applied with the application at `path` of a row."""
    return conflicts.none_with(user_id, path) & _not_among(path, own_open(user_id).filter(stage__is_blind=True))


def may_be_compared(user_id: int | None, path: str) -> Q:
    """Return the condition that `user_id` may see how others judged the application at `path` of a row."""
    return conflicts.none_with(user_id, path) & _not_among(path, own_open(user_id))


def _not_among(path: str, readings: QuerySet[Assignment]) -> Q:
    # Not correlated either: by row it took SQLite longer than all the rest.
    return ~Q(**{f"{path}__in": readings.values("application")})


def unseen_anywhere(user_id: int) -> QuerySet[Application]:
    """Return the applications of all rounds whose judgement is none of `user_id`'s business now."""
    barred = Q(pk__in=conflicts.of_user(user_id).values("application"))
    return Application.objects.filter(barred | Q(pk__in=own_open(user_id).values("application"))).order_by()


def unjudged(user_id: int, round_: Round) -> frozenset[int]:
    """Return the applications of a round that `user_id` has still to judge."""
    found = own_open(user_id).filter(application__round=round_)
    return frozenset(found.values_list("application_id", flat=True))


def unseen(user_id: int, round_: Round) -> frozenset[int]:
    """Return the applications of a round whose judgement is none of `user_id`'s business now. One query."""
    barred = conflicts.of_user(user_id).filter(application__round=round_).order_by().values_list("application_id")
    unread = own_open(user_id).filter(application__round=round_).values_list("application_id")
    return frozenset(pk for (pk,) in barred.union(unread))


def require_named(user: User, application: Application) -> None:
    """Raise RuleViolation where `user` has still to read an application without knowing who wrote it."""
    if own_open(user.pk).filter(application=application, stage__is_blind=True).exists():
        raise RuleViolation(
            _(
                "You still have to read %(code)s without knowing who wrote it. Hand in your review, or give the "
                "reading back; then this opens to you."
            )
            % {"code": application.code}
        )


def require_compared(user: User, application: Application) -> None:
    """Raise RuleViolation where `user` has still to judge an application by themselves."""
    if own_open(user.pk).filter(application=application).exists():
        raise RuleViolation(
            _(
                "You still have to judge %(code)s yourself. Hand in your review, or give the reading back; what the "
                "others found opens to you then."
            )
            % {"code": application.code}
        )
