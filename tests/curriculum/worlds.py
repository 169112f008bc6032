"""A cohort that follows a version with planned sessions, and one participant in it."""

from dataclasses import dataclass

from curriculum import schedule
from curriculum.models import ModuleVersion, Resource, Session
from tests.factories.curriculum import (
    AdoptionFactory,
    ModuleVersionFactory,
    ObjectiveVersionFactory,
    ResourceFactory,
)
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.outbox.models import LetterTemplate
from whitebox.people.models import Cohort, Membership, User


@dataclass
class World:
    cohort: Cohort
    participant: Membership
    organizer: User
    modules: list[ModuleVersion]
    sessions: list[Session]

    @property
    def module(self) -> ModuleVersion:
        return self.modules[0]

    @property
    def session(self) -> Session:
        return self.sessions[0]

    @property
    def resource(self) -> Resource:
        return self.module.resources.get(position=1)

    def address(self, tail: str = "") -> str:
        return f"/learn/{self.cohort.slug}/{self.module.module.slug}/{tail}"


def running(*, weeks: int = 1, zone: str = "Asia/Manila", rows: int = 1, **cohort: object) -> World:
    """Make a cohort whose `weeks` modules each have `rows` resources and objectives, and plan its sessions."""
    followed = AdoptionFactory.create(cohort=CohortFactory.create(zone=zone, place="Room 304", **cohort))
    modules = [ModuleVersionFactory.create(version=followed.version, week=week) for week in range(1, weeks + 1)]
    for module in modules:
        for row in range(1, rows + 1):
            ResourceFactory.create(module_version=module, position=row)
            ObjectiveVersionFactory.create(module_version=module, position=row)
    organizer = UserFactory.create()
    sessions = schedule.plan_sessions(followed.cohort, by=organizer)
    participant = MembershipFactory.create(cohort=followed.cohort, user__zone=zone)
    return World(followed.cohort, participant, organizer, modules, sessions)


def letters() -> None:
    """Store the wordings of the curriculum's letters, reduced to what a test looks at."""
    for kind, body in (
        ("prework-due", "{{ module }} {{ deadline }} {{ reader_zone_note }} {{ time_left }} {{ link }}"),
        ("session-tomorrow", "{{ module }} {{ session_time }} {{ reader_zone_note }} {{ place }} {{ link }}"),
    ):
        LetterTemplate.objects.create(kind=kind, subject=kind, body=body)
