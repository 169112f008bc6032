"""The demonstration's marking desk: comments to insert, second marks in every state, two disputes."""

from datetime import timedelta

from django.utils.translation import gettext as _

from mastery import disputing, phrases, questions, second_marks
from mastery.choices import SecondMarkState
from mastery.judgements import SecondMark, SecondMarkShare
from mastery.models import Attempt
from whitebox.people.models import Membership
from whitebox.programme.demonstration import World

PERCENT = 75  # a small cohort reads most answers twice
SEED = "the demonstration draws the same"
DISPUTES = {12: False, 3: True}  # by place in the list, and whether the marker has answered
OWN = (
    _("Clear, and the test would really tell the two causes apart."),
    _("Name the mechanism: what does the sum still hold when w is at the minimum?"),
)
SHARED = (
    _("The repair is right. Say next how you would see that it was this and not the learning rate."),
    _("Good. Say next time why the swings do not die out."),
)
REASON = _(
    "The comment says that the test is missing. It is in my last sentence: with the reset and the same rate the loss "
    "falls at every step, and with the bug only later ones overshoot. Is that not a test?"
)
ANSWER = _(
    "It compares two runs, which is the right idea. The rubric asks for a test that separates this from a rate that is "
    "too large, and that case is not named. I would give one level more if it were."
)


def begin(world: World) -> None:
    """Set the share before anything is marked, so that the sample follows from the ledger."""
    SecondMarkShare.objects.create(
        cohort=world.cohort, percent=PERCENT, seed=SEED, by=world.organizer, at=world.now - timedelta(days=30)
    )
    ben = world.mentors[0].user
    for text in OWN:
        phrases.keep(text, by=ben)
    for text in SHARED:
        phrases.keep(text, by=world.organizer, cohort=world.cohort)


def fill(world: World) -> None:
    """Give the second marks but those of mentor@demo.test; one differs. Open two disputes, one of them answered."""
    ben = world.mentors[0].user
    drawn = SecondMark.objects.filter(state=SecondMarkState.WAITING, marker__isnull=False).exclude(marker=ben)
    for place, second in enumerate(drawn.select_related("first", "marker", "attempt__check_version")):
        asked = questions.of_attempt(second.attempt)
        question = questions.one_of(asked, second.item)
        if question is None or second.marker is None:
            continue
        level = int(second.first.detail["level"])
        differs = place == 0
        said = _("The mechanism is named, but not why the swings keep their height.") if differs else ""
        second_marks.give(second, _other(level, question.mastered_from) if differs else level, said, by=second.marker)
    for index, is_answered in DISPUTES.items():
        _dispute(world.participants[index], is_answered=is_answered)


def _other(level: int, mastered_from: int) -> int:
    """Return a level on the other side of mastery."""
    return mastered_from - 1 if level >= mastered_from else mastered_from


def _dispute(membership: Membership, *, is_answered: bool) -> None:
    attempts = Attempt.objects.filter(membership=membership, events__detail__by_person=True).with_check().distinct()
    for attempt in attempts:
        mark = attempt.events.filter(detail__by_person=True).get()
        dispute = disputing.open_one(attempt, mark.item, REASON, by=membership.user)
        if is_answered:
            disputing.answer(dispute, ANSWER, by=dispute.marker)
