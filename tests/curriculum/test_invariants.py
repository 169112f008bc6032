from datetime import timedelta

from django.utils import timezone

from curriculum.invariants import INVARIANTS
from tests.curriculum.worlds import running
from tests.factories.curriculum import ModuleVersionFactory, SessionFactory, TickFactory
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role


def broken() -> list[str]:
    return [one.name for one in INVARIANTS if one.broken().exists()]


def test_running_cohort_keeps_every_invariant(db: None) -> None:
    running(weeks=2)

    assert broken() == []


def test_each_breach_is_found(db: None) -> None:
    TickFactory.create(membership=MembershipFactory.create(role=Role.MENTOR))
    SessionFactory.create()  # long over: it keeps what it was about
    SessionFactory.create(on=timezone.localdate() + timedelta(days=7))
    ModuleVersionFactory.create()

    assert broken() == [
        "a tick belongs to a participant",
        "a session ahead is about a module of the pack its cohort follows",
        "every module has an objective",
    ]
