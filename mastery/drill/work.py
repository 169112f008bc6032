"""The work of the drill: right solutions of many people, handed in by the verbs that pages use."""

from pathlib import Path

from django.utils import timezone

from mastery import attempts
from mastery.models import Attempt, CheckVersion
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

PACK = Path(__file__).parent / "pack"
SOLUTION = (PACK / "modules/01-drill/checks/drill/code/twice/reference.py").read_text(encoding="utf-8")


def make_check() -> tuple[Cohort, CheckVersion]:
    """Load the drill's pack and let a new cohort follow it."""
    version = loading.load(PACK, by=None)
    today = timezone.now()
    cohort = Cohort.objects.create(
        slug="drill", title="Drill", starts_on=today.date(), started_at=today, zone="UTC", seats=10_000
    )
    loading.adopt(cohort, version, by=None)
    organizer = User.objects.create_user("drill-organizer@example.org")
    membership.enrol(organizer, cohort, Role.ORGANIZER, by=None)
    return cohort, CheckVersion.objects.get(version=version)


def enrol(cohort: Cohort, count: int) -> list[Membership]:
    """Make people who study, many at once: enrolling is not what is drilled."""
    people = [User(email=f"drill-{number}@example.org") for number in range(count)]
    User.objects.bulk_create(people)
    rows = [Membership(user=person, cohort=cohort, role=Role.PARTICIPANT) for person in people]
    return Membership.objects.bulk_create(rows)


def hand_in(member: Membership, check: CheckVersion) -> Attempt:
    """Start and submit one attempt with a right solution."""
    attempt = attempts.start(member, check, token=f"drill-{member.pk}", by=member.user)
    return attempts.submit(attempt, {f"{attempt.form.lower()}-double": SOLUTION}, by=member.user)
