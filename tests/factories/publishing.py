"""Write-ups as their verbs leave them, at the step a test needs."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sprints.choices import InfohazardLevel
from sprints.demo_figure import plotted
from sprints.pictures import NewFigure
from sprints.publishing import endorsing, levels, releasing, reviewing, writing
from sprints.publishing.agreements import Endorsement, LevelChange, PublicationRule, TrustedReader, Vote
from sprints.publishing.choices import Capacity, Kind, Opinion
from sprints.publishing.models import Writeup
from sprints.publishing.writing import Wording
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

ALT = "Two bars, the second higher."
TEXT = """We ask a question [@elhage2022].

## Method

Mathematics $x^2$ and a note.[^1]

![](bars.png "What we saw")

[^1]: It says more.
"""
BIBTEX = """@article{elhage2022,
  title = {Toy Models of Superposition},
  author = {Elhage, Nelson and Hume, Tristan},
  journal = {Transformer Circuits Thread},
  year = {2022},
  url = {https://transformer-circuits.pub/2022/toy_model/index.html}
}
"""


def started_cohort() -> Cohort:
    return CohortFactory.create(started_at=timezone.now() - timedelta(days=7))


def make_writeup(by: User | None = None, cohort: Cohort | None = None, **wording: Any) -> Writeup:
    """Return a private write-up with a text, a figure and a reference, by one author with a mentor."""
    cohort = cohort or started_cohort()
    by = by or MembershipFactory.create(cohort=cohort, role=Role.PARTICIPANT).user
    said = {
        "title": "Neurons count",
        "abstract": "Some neurons count.",
        "source": TEXT,
        "bibliography": BIBTEX,
    } | wording
    first = Wording(said["title"], said["abstract"])
    made = writing.start(cohort, Kind.NOTE, first, key=uuid.uuid4(), by=by)
    figure = NewFigure(SimpleUploadedFile("bars.png", plotted([20, 80])), ALT)
    writing.attach(made, "bars.png", figure, by=by)
    writing.save(made, Wording(**said), base=1, by=by)
    return fresh(made)


def fresh(writeup: Writeup) -> Writeup:
    return Writeup.objects.select_related("latest", "shown", "cohort").get(pk=writeup.pk)


def ruled(cohort: Cohort, *, endorsements: int = 1) -> Membership:
    """Give a cohort a coordinator and return their membership."""
    coordinator = MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER)
    PublicationRule.objects.create(cohort=cohort, coordinator=coordinator, endorsements=endorsements)
    return coordinator


def readers(cohort: Cohort, count: int = 2) -> list[TrustedReader]:
    return [
        TrustedReader.objects.create(cohort=cohort, name=f"Reader {n}", email=f"reader{n}@example.test")
        for n in range(count)
    ]


def cleared(writeup: Writeup, coordinator: User) -> LevelChange:
    """Let a write-up become public by the votes of all who are asked."""
    author = writeup.authors.get().user
    change = levels.propose(writeup, InfohazardLevel.PUBLIC, "It helps.", by=author)
    levels.ask_readers(change, readers(writeup.cohort), by=coordinator)
    for vote in Vote.objects.filter(change=change, is_yes=None):
        by = None if vote.capacity == Capacity.READER else vote.user
        levels.vote(vote, is_yes=True, reason="Harmless.", by=by)
    change.refresh_from_db()
    return change


def endorsed(writeup: Writeup, by: User) -> Endorsement:
    asked = endorsing.ask(writeup, "Rita Researcher", "rita@example.test", by=by)
    endorsing.endorse(asked, name="Rita Researcher", affiliation="Institute", text="Careful work.")
    asked.refresh_from_db()
    return asked


def ready(coordinator: Membership, **wording: Any) -> Writeup:
    """Return a write-up that meets every condition of the gate."""
    made = make_writeup(cohort=coordinator.cohort, **wording)
    author = made.authors.get().user
    number = made.wording.number
    cleared(made, coordinator.user)
    writing.consent(made, number, by=author)
    reviewing.review(made, number, Opinion.READY, "I read it all.", by=coordinator.user)
    endorsed(made, author)
    return fresh(made)


def published(coordinator: Membership, **wording: Any) -> Writeup:
    return fresh(releasing.publish(ready(coordinator, **wording), by=coordinator.user))
