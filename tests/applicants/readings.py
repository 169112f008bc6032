"""Applications that were read: scores by the verbs, so that summaries and history are as the verbs leave them."""

from collections.abc import Mapping, Sequence

from applicants import reviewing
from applicants.judgements import Assignment, Review, Reviewer
from applicants.models import Application, Round
from applicants.procedures import Criterion
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, ReviewerFactory

Levels = Mapping[str, int | None]


def judge(application: Application, reviewer: Reviewer, levels: Levels | int, note: str = "") -> Review:
    """Hand in a review; a number gives that level to each criterion."""
    assignment = Assignment.objects.filter(application=application, reviewer=reviewer, stage=application.stage).first()
    assignment = assignment or AssignmentFactory.create(application=application, reviewer=reviewer)
    criteria = Criterion.objects.filter(rubric__stages=application.stage)
    scores = {one: levels if isinstance(levels, int) else levels[one.slug] for one in criteria}
    revision = application.revisions.latest("number")
    return reviewing.submit(assignment, revision, scores, note, by=reviewer.membership.user)


def read_round(
    round_: Round, rows: Sequence[Sequence[int | None]], reviewers: int = 3
) -> tuple[list[Application], list[Reviewer]]:
    """Make applications with these scores, one row each and one column a reviewer; None was not read."""
    readers = [ReviewerFactory.create(round=round_) for _ in range(reviewers)]
    found = [ApplicationFactory.create(round=round_) for _ in rows]
    for application, levels in zip(found, rows, strict=True):
        for reader, level in zip(readers, levels, strict=False):
            if level is not None:
                judge(application, reader, level)
    return found, readers
