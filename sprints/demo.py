"""The demonstration's research: claims, a team, excursions with a log, what is known, and what somebody would like."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from sprints import additions, board, check_ins, claims, demo_hackathons, excursions, for_you, known, teams
from sprints.additions import Addition
from sprints.board import Plan
from sprints.choices import AnswerKind, ExcursionKind, LinkKind, Pace
from sprints.demo_figure import plotted
from sprints.excursions import NewLink, Question
from sprints.models import Claim, Excursion, Problem
from sprints.pictures import NewFigure
from whitebox.people.models import Membership
from whitebox.programme.demonstration import World

CLAIMED = (("1.2", 6), ("3.7", 2), ("4.14", 20))  # number and days; the second one ends soon
QUESTION = Question(
    text="Does neuron 131 of the one-layer model respond to one feature, or to several that share it?",
    kind=ExcursionKind.HYPOTHESIS,
    answer=AnswerKind.WRITE_UP,
    budget_days=5,
)
FIRST = """Collected the 200 inputs with the strongest activation. About **60 %** end in a word for a body of water; the
rest look mixed.

Next: the direction $w_{in}$ against the embedding of *river*."""
SECOND = r"""Cosine of $w_{in}$ with the mean embedding of the water words: $0.31$, against $0.02 \pm 0.05$ for random
words of the same frequency.

```python
cosine = (w_in @ mean) / (norm(w_in) * norm(mean))
```"""
THIRD = (
    "The other 40 % are names of months. So at least two features share the neuron. Not yet clear: is there a third?"
)
FOURTH = "The activations by kind of word. Water and months stand apart from the rest."
ALT = "Three bars: water words 60, months 38, all others 2 percent of the strongest activations."
ACTIVATIONS = (60, 38, 2)
CHECKED = "We looked at the months together: the second feature is real. Do not chase a third one yet."
NEXT_STEP = "Write up the two features with the figure."
LINKS = {2: [NewLink(LinkKind.NOTEBOOK, "https://example.org/notebooks/neuron-131")]}
WORK = ("Toy models of superposition", "https://transformer-circuits.pub/2022/toy_model/index.html")
ADDED = "Do sparse autoencoders trained on two seeds of one small model find the same features?"
SPRINT = "First sprint: neurons"
TOGETHER, LAST_OF_TEAM = "1.3", 5  # a problem, and the last of two participants who share it
SHARED = Question(
    text="Which neurons of the one-layer model fire on three words in a row, and on which three?",
    kind=ExcursionKind.DIGEST,
    answer=AnswerKind.DEMONSTRATION,
    budget_days=6,
)
LOG = ((4, FIRST), (2, SECOND), (1, THIRD))  # days ago, text


def fill(world: World) -> None:
    """Add claims by participants; where the pack has no such problems, nothing."""
    held = [
        claim
        for participant, (number, days) in zip(world.participants, CLAIMED, strict=False)
        if (claim := _claim(world, participant, number, days)) is not None
    ]
    if held:
        _excursion(world, held[0])
        if world.mentors:
            _knowledge(world, held)
        _team(world)
        _sprint(world)
    demo_hackathons.fill(world)


def _claim(world: World, participant: Membership, number: str, days: int) -> Claim | None:
    problem = Problem.objects.filter(number=number, ordinal=1).first()
    if problem is None:
        return None
    until = world.now.astimezone(world.cohort.tz).date() + timedelta(days=days)
    made = claims.claim(problem, until, by=participant.user)
    begun = world.now - timedelta(days=5)
    Claim.objects.filter(pk=made.pk).update(since=begun, set_at=begun)  # the demonstration begins in its past
    return made


def _excursion(world: World, claim: Claim) -> None:
    author = claim.membership.user
    opened = excursions.open_excursion(claim, QUESTION, by=author)
    Excursion.objects.filter(pk=opened.pk).update(opened_at=world.now - timedelta(days=4))
    today = world.now.astimezone(world.cohort.tz).date()
    for days_ago, text in LOG:
        excursions.write(opened, text, on=today - timedelta(days=days_ago), by=author, links=LINKS.get(days_ago, ()))
    figure = NewFigure(SimpleUploadedFile("activations.png", plotted(ACTIVATIONS)), ALT)
    excursions.write(opened, FOURTH, on=today, by=author, figures=[figure])
    if claim.membership.mentor is not None:
        check_ins.record(opened, Pace.FINE, CHECKED, next_step=NEXT_STEP, by=claim.membership.mentor.user)


def _knowledge(world: World, held: list[Claim]) -> None:
    """Name a work, add a problem of our own, and say what two people would like."""
    by = held[0].membership.user
    known.add(held[0].problem, *WORK, published_on=date(2022, 9, 14), by=by)
    additions.add(Addition(ADDED, held[0].problem.category, lowest="B", highest="C"), by=world.mentors[0].user)
    for person, letter in zip(world.participants, ("B", "A"), strict=False):
        for_you.state_taste([held[0].problem.category], letter, by=person.user)


def _team(world: World) -> None:
    """Two people hold a problem together, and are over the budget of their question."""
    problem = Problem.objects.filter(number=TOGETHER, ordinal=1).first()
    if problem is None or len(world.participants) < LAST_OF_TEAM + 1:
        return
    first, second = world.participants[LAST_OF_TEAM - 1], world.participants[LAST_OF_TEAM]
    team = teams.found("Triples", by=first.user)
    teams.join(team, by=second.user)
    until = world.now.astimezone(world.cohort.tz).date() + timedelta(days=12)
    held = claims.claim(problem, until, by=first.user, team=team)
    opened = excursions.open_excursion(held, SHARED, by=second.user)
    long_ago = world.now - timedelta(days=9)
    Claim.objects.filter(pk=held.pk).update(since=long_ago, set_at=long_ago)
    Excursion.objects.filter(pk=opened.pk).update(opened_at=long_ago)


def _sprint(world: World) -> None:
    """Put what runs on one board, the first one under way."""
    day = world.now.astimezone(world.cohort.tz).date()
    sprint = board.plan(
        world.cohort, Plan(SPRINT, day - timedelta(days=5), day + timedelta(days=9)), by=world.organizer
    )
    running = Excursion.objects.filter(verdict=None, claim__membership__cohort=world.cohort).order_by("pk")
    cards = [board.put(sprint, excursion, by=world.organizer) for excursion in running]
    for card in cards[:1]:
        board.move(card, sprint.columns.get(name="Doing"), by=world.organizer)
