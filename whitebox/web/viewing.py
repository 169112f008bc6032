"""Whose home page it is, and the memberships that come with it. They are asked for in one trip with the reader."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from whitebox import digits
from whitebox.people import backends
from whitebox.people.choices import Role
from whitebox.people.models import ContactNote, Membership, User
from whitebox.prepared import Call, prepared
from whitebox.web.cards import Viewer


def viewer(user: User) -> Viewer:
    memberships = _held(user.pk)
    for one in memberships:
        one.user = user  # Cards ask for its time zone; it is here already.
    studying = next((one for one in memberships if one.role == Role.PARTICIPANT), None)
    return Viewer(user=user, memberships=memberships, participation=studying, now=timezone.now())


def foreseen(request: HttpRequest) -> list[Call]:
    """Return what is asked for before the page itself: the reader of the session, and what they belong to."""
    key = digits.key(request.session.get(SESSION_KEY, ""))
    return [backends.by_key.call(key), _held.call(key)] if key else []


@prepared
def _held(user: int) -> QuerySet[Any]:
    held = Membership.objects.active().filter(user=user)
    loaded = held.select_related("cohort__adoption__version", "mentor__user").order_by("-cohort__starts_on", "-pk")
    # What was agreed in the last talk comes along: a query of its own would cost the page more.
    told = ContactNote.objects.told_to(user).order_by("-at", "-pk")
    return loaded.annotate(told_at=Subquery(told.values("at")[:1]), told_step=Subquery(told.values("next_step")[:1]))
