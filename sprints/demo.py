"""The demonstration's research: three claims, and an excursion with a log."""

from datetime import timedelta

from sprints import claims, excursions
from sprints.choices import AnswerKind, ExcursionKind
from sprints.excursions import Question
from sprints.models import Claim, Excursion, Problem
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
        excursions.write(opened, text, on=today - timedelta(days=days_ago), by=author)
