"""The demonstration's write-ups: one that waits for a vote, and one on its public page. Each by its own verbs."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from sprints.choices import InfohazardLevel
from sprints.demo_figure import plotted
from sprints.pictures import NewFigure
from sprints.publishing import endorsing, levels, releasing, reviewing, writing
from sprints.publishing.agreements import PublicationRule, TrustedReader
from sprints.publishing.choices import CreditRole, Kind, Opinion
from sprints.publishing.models import Writeup
from sprints.publishing.writing import Wording
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User
from whitebox.programme.demonstration import World

READERS = (
    ("Tala Ocampo", "tala@reader.test", "Institute for Careful Models"),
    ("Noel Baez", "noel@reader.test", "Independent"),
)
DRAFT = Wording(
    "Two features share neuron 131",
    "Neuron 131 of the one-layer model responds to words for water, to names of months, and to nothing else we found.",
    r"""We asked whether the neuron has one meaning or several [@elhage2022].

## What we did

We collected the 200 inputs with the strongest activation $a = \max(0, w_{in} \cdot x + b)$ and sorted them by
hand.[^hand]

![](activations.png "Kinds of words among the strongest activations")

[^hand]: Two people sorted them apart from each other and agreed on 191.""",
    r"""@article{elhage2022,
  title = {Toy Models of Superposition},
  author = {Elhage, Nelson and Hume, Tristan and Olsson, Catherine},
  journal = {Transformer Circuits Thread},
  year = {2022},
  url = {https://transformer-circuits.pub/2022/toy_model/index.html}
}""",
)
POST = Wording(
    "Counting features by hand takes an afternoon",
    "Sorting 200 activations by hand finds the second feature of a neuron as reliably as an hour of clustering.",
    r"""Before anything is trained, one can look.

## The afternoon

Sort the strongest activations into piles, with a colleague who sorts them too. With $n = 200$ inputs the share of a
pile is known to within $\pm 7$ percentage points, since $1.96\sqrt{0.25/n} \approx 0.07$.

```python
half_width = 1.96 * (0.25 / n) ** 0.5
```

## What it does not show

Features that the neuron responds to weakly. For those, see the clustering of the next post.""",
)
ALT = "Three bars: water words 60, months 38, all others 2 percent of the strongest activations."
ENOUGH = 3  # people a small demonstration has at least


def fill(world: World) -> None:
    """Write a draft and a post. A demonstration with too few people has neither."""
    organizer = Membership.objects.filter(user=world.organizer, cohort=world.cohort, role=Role.ORGANIZER).first()
    if organizer is None or len(world.participants) < ENOUGH:
        return
    PublicationRule.objects.create(cohort=world.cohort, coordinator=organizer)
    for name, email, affiliation in READERS:
        TrustedReader.objects.create(cohort=world.cohort, name=name, email=email, affiliation=affiliation)
    first, second, *_others = (one.user for one in world.participants)
    draft = _draft(world, first)
    reviewing.remark(draft, 2, "p-1", "Say in a sentence why it would matter.", by=world.organizer)
    levels.propose(draft, InfohazardLevel.PUBLIC, "It helps others to look before they train.", by=first)
    _post(world, second)


def _draft(world: World, author: User) -> Writeup:
    draft = writing.start(world.cohort, Kind.NOTE, DRAFT, key=uuid.uuid5(uuid.NAMESPACE_URL, "demo-draft"), by=author)
    figure = NewFigure(SimpleUploadedFile("activations.png", plotted((60, 38, 2))), ALT)
    writing.attach(draft, "activations.png", figure, by=author)
    later = Wording(DRAFT.title, DRAFT.abstract, DRAFT.source + "\n\nThe code is in the log.", DRAFT.bibliography)
    writing.save(draft, later, base=1, by=author)
    draft.refresh_from_db()
    return draft


def _post(world: World, author: User) -> None:
    key = uuid.uuid5(uuid.NAMESPACE_URL, "demo-post")
    post = writing.start(world.cohort, Kind.DISTILLATION, POST, key=key, by=author)
    writing.add_author(post, author, [CreditRole.INVESTIGATION, CreditRole.WRITING], by=author)
    change = levels.propose(post, InfohazardLevel.PUBLIC, "A method that everybody can use.", by=author)
    levels.ask_readers(change, list(world.cohort.trusted_readers.all()), by=world.organizer)
    for vote in change.votes.filter(is_yes=None):
        levels.vote(vote, is_yes=True, reason="I see no way to do harm with it.", by=vote.user)
    writing.consent(post, 1, by=author)
    reviewing.review(post, 1, Opinion.READY, "Clear and short. I checked the interval.", by=world.organizer)
    asked = endorsing.ask(post, "Rita Salcedo", "rita@reader.test", by=author)
    text = "I give this to every new student before they train anything."
    endorsing.endorse(asked, name="Rita Salcedo", affiliation="Institute for Careful Models", text=text)
    releasing.publish(post, by=world.organizer)
    releasing.correct(post, "The first version named 5 percentage points; with 200 inputs it is 7.", by=author)
