"""The demonstration's money, public page, and an earlier cohort whose people have gone on."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from whitebox.people import membership, policies
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, MembershipChange
from whitebox.programme import certificates, follow_ups, placements, progress_page
from whitebox.programme.choices import Doing, PlacementKind, Work
from whitebox.programme.demonstration import World, account
from whitebox.programme.models import BudgetLine, Donation, FollowUp, Grant
from whitebox.programme.placements import Outcome

PILOT = ("Noel Abad", "Odette Chua", "Paolo Dela Rosa", "Quinn Estrada", "Rina Flores", "Sam Go", "Tess Hilario")
LEFT = {5: "Found a full-time job.", 6: "Moved away."}  # by place among the people above, with what they said
BEGAN, ENDED = timedelta(weeks=30), timedelta(weeks=21)  # before now; the first question is asked after three months
FELLOWSHIP, POSITION, COMPANY = "Summer Fellowship in Alignment", "University lab", "Software company"
LINES = (
    ("Stipends", None, 300_000, 62_500),
    ("Teaching", "0.50", 180_000, 41_000),
    ("Rooms and food", None, 60_000, 9_800),
)


def fill(world: World) -> None:
    _money(world)
    progress_page.switch(world.cohort, is_public=True, by=world.organizer)
    _pilot(world)


def _money(world: World) -> None:
    starts = world.cohort.starts_on or world.now.date()
    grant = Grant.objects.create(
        cohort=world.cohort,
        name="First cohort",
        currency="PHP",
        asked=Decimal(650_000),
        minimum=Decimal(400_000),
        starts_on=starts - timedelta(weeks=12),
        ends_on=starts + timedelta(weeks=26),
    )
    for donor, amount in (("A foundation", 450_000), ("Friends of the programme", 90_000)):
        Donation.objects.create(grant=grant, donor=donor, amount=amount, received_on=starts - timedelta(weeks=8))
    for name, fte, amount, spent in LINES:
        BudgetLine.objects.create(grant=grant, name=name, fte=Decimal(fte) if fte else None, amount=amount, spent=spent)


def _pilot(world: World) -> None:
    """Play a cohort that ended: five completed, two left, and the first were asked how they are."""
    cohort = Cohort.objects.create(
        slug="pilot",
        title="Pilot",
        starts_on=_monday(world.now - BEGAN),
        weeks=8,
        zone=world.cohort.zone,
        seats=len(PILOT),
        threshold_percent=80,
    )
    membership.enrol(world.organizer, cohort, Role.ORGANIZER, by=world.organizer)
    people = [_member(world, cohort, place, name) for place, name in enumerate(PILOT)]
    _outcomes(world, people)


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def _member(world: World, cohort: Cohort, place: int, name: str) -> Membership:
    joined = membership.enrol(account(f"pilot{place + 1}@demo.test", name), cohort, by=world.organizer)
    for version in policies.owed(joined.user):
        policies.sign(version, by=joined.user)
    if place in LEFT:
        membership.withdraw(joined, by=world.organizer, reason=LEFT[place])
    else:
        membership.complete(joined, by=world.organizer)
    Membership.objects.filter(pk=joined.pk).update(joined_at=world.now - BEGAN)
    left = MembershipChange.objects.filter(membership=joined).exclude(entered=MembershipState.ACTIVE)
    left.update(at=world.now - ENDED)
    joined.refresh_from_db()
    return joined


def _outcomes(world: World, people: list[Membership]) -> None:
    by, first = world.organizer, (world.now - timedelta(weeks=10)).date()
    url = "https://example.org/people"
    found = (
        (0, Outcome(PlacementKind.FELLOWSHIP, Work.SAFETY, FELLOWSHIP, first, role="Fellow", evidence_url=url)),
        (1, Outcome(PlacementKind.POSITION, Work.SAFETY, POSITION, first, role="Assistant", evidence="Contract seen.")),
        (2, Outcome(PlacementKind.OTHER, Work.OTHER, COMPANY, first, role="Engineer", evidence="Told us by mail.")),
    )
    for place, outcome in found:
        placements.record(people[place], outcome, by=by)
    said = (
        (0, FollowUp(doing=Doing.RESEARCH, work=Work.SAFETY, organisation=FELLOWSHIP, since=first, link=url)),
        (
            3,
            FollowUp(doing=Doing.LOOKING, text="Two applications are out. A reference would help.", wants_contact=True),
        ),
    )
    for place, answer in said:
        follow_ups.answer(people[place], 3, answer)
    certificates.issue(people[0], by=by)
