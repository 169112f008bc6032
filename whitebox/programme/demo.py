"""The demonstration's money, its first outcomes, and its public page."""

from datetime import timedelta
from decimal import Decimal

from whitebox.programme import placements, progress_page
from whitebox.programme.choices import PlacementKind, Work
from whitebox.programme.demonstration import World
from whitebox.programme.models import BudgetLine, Donation, Grant
from whitebox.programme.placements import Outcome

LINES = (  # what for, full-time posts, planned, spent
    ("Stipends", None, 300_000, 62_500),
    ("Teaching", "0.50", 180_000, 41_000),
    ("Rooms and food", None, 60_000, 9_800),
)
# Who has found something already: the place among the participants, and in how many weeks from the start it begins.
FOUND = (
    (3, 0, PlacementKind.POSITION, Work.SAFETY, "Institute for Careful Models", "research assistant, one day a week"),
    (7, 1, PlacementKind.OTHER, Work.OTHER, "University of the Philippines", "teaching assistant"),
    (9, 14, PlacementKind.FELLOWSHIP, Work.SAFETY, "Summer fellowship in interpretability", "fellow"),
)
EVIDENCE = "The letter of acceptance, seen by the organizer."
DONORS = (("A foundation", 450_000), ("Friends of the programme", 90_000))


def fill(world: World) -> None:
    """Add a grant that is partly spent, and let everybody read how far the cohort is."""
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
    for donor, amount in DONORS:
        Donation.objects.create(grant=grant, donor=donor, amount=amount, received_on=starts - timedelta(weeks=8))
    for name, fte, amount, spent in LINES:
        posts = Decimal(fte) if fte else None
        BudgetLine.objects.create(grant=grant, name=name, fte=posts, amount=amount, spent=spent)
    _outcomes(world)
    progress_page.switch(world.cohort, is_public=True, by=world.organizer)


def _outcomes(world: World) -> None:
    """Write down what a few participants have found already; the last of it begins after the programme."""
    starts = world.cohort.starts_on or world.now.date()
    for place, weeks, kind, work, organisation, role in FOUND:
        if place < len(world.participants):
            begins = starts + timedelta(weeks=weeks)
            found = Outcome(kind, work, organisation, begins, role=role, evidence=EVIDENCE)
            placements.record(world.participants[place], found, by=world.organizer)
