"""80 problems more, 1,500 claims that ended, 40 that run, and the logs of 300 excursions."""

from collections.abc import Sequence
from datetime import timedelta

from sprints.choices import ClaimState, ProblemState, Verdict
from sprints.models import Category, Claim, Excursion, LogEntry, Problem, ProblemSource
from sprints.numbering import sort_key
from sprints.wording import search_text
from tests.benchmarks.loads.crowd import Crowd
from whitebox.people.models import Membership
from whitebox.text.rendering import render

PROBLEMS, ENDED, RUNNING, EXCURSIONS, ENTRIES = 80, 1_500, 40, 300, 5
LOG = "Trained the small model again with **three** seeds. The direction of feature $w_{in}$ is the same in two."
RENDERER = 1


def claim(crowd: Crowd) -> None:
    """Add problems, and give them a history."""
    _problems()
    problems = list(Problem.objects.filter(state=ProblemState.OPEN))
    everybody, present = crowd.participants, crowd.present_participants
    ended = [_claim(crowd, crowd.rng.choice(problems), crowd.rng.choice(everybody), is_over=True) for _ in range(ENDED)]
    held = [
        _claim(crowd, problem, present[place], is_over=False)
        for place, problem in enumerate(crowd.rng.sample(problems, RUNNING))
    ]
    claims = Claim.objects.bulk_create([*ended, *held])
    Problem.objects.filter(pk__in=[one.problem_id for one in held]).update(state=ProblemState.CLAIMED)
    _excursions(crowd, [one for one in claims if one.ended_at][:EXCURSIONS])


def _problems() -> None:
    source = ProblemSource.objects.create(slug="measured", title="More problems")
    categories = list(Category.objects.all())
    Problem.objects.bulk_create(
        _problem(source, f"L{1 + place // 10}.{1 + place % 10}", categories[place % len(categories)])
        for place in range(PROBLEMS)
    )


def _problem(source: ProblemSource, number: str, category: Category) -> Problem:
    title = f"Does the effect of {number} hold in a model of another size?"
    return Problem(
        source=source,
        number=number,
        sort_key=sort_key(number),
        category=category,
        difficulty_lowest="B",
        difficulty_highest="C",
        title=title,
        search_text=search_text(number, title, "", category.name),
    )


def _claim(crowd: Crowd, problem: Problem, membership: Membership, *, is_over: bool) -> Claim:
    since = crowd.now - timedelta(days=crowd.rng.randrange(40, 400) if is_over else 3)
    made = Claim(
        problem=problem,
        membership=membership,
        since=since,
        set_at=since,
        zone=crowd.present.zone,
        state=ClaimState.EXPIRED if is_over else ClaimState.ACTIVE,
        ended_at=since + timedelta(days=21) if is_over else None,
    )
    made.last_until((since + timedelta(days=20)).date())
    return made


def _excursions(crowd: Crowd, claims: Sequence[Claim]) -> None:
    """Write closed excursions with a log under claims that ended."""
    html = render(LOG).html
    made = Excursion.objects.bulk_create(
        Excursion(
            claim=one,
            question="Is the direction the same under another seed?",
            budget_days=5,
            opened_at=one.since,
            verdict=Verdict.INCONCLUSIVE,
            conclusion=LOG,
            conclusion_html=html,
            closed_at=one.since + timedelta(days=5),
        )
        for one in claims
    )
    LogEntry.objects.bulk_create(
        LogEntry(
            excursion=excursion,
            author_id=excursion.claim.membership.user_id,
            on=(excursion.opened_at + timedelta(days=day)).date(),
            source=LOG,
            html=html,
            renderer=RENDERER,
        )
        for excursion in made
        for day in range(ENTRIES)
    )
