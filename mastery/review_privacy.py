"""What reviews store about a person: their answers, and when an objective is due. Nobody else reads them."""

from collections.abc import Mapping, Sequence

from mastery.cards import RetentionCard, Review, ReviewAnswer, ReviewsOff
from whitebox.people.subjects import Erasure, Row, Subject


def export(subject: Subject) -> Mapping[str, Sequence[Row]]:
    cards = RetentionCard.objects.filter(membership__user=subject.user).order_by("pk")
    answers = ReviewAnswer.objects.filter(card__in=cards).order_by("pk")
    log = Review.objects.filter(card__in=cards).order_by("card", "number")
    return {
        "retention_cards": list(
            cards.values("objective__slug", "stability", "difficulty", "reviewed_at", "due_at", "lapsed_at")
        ),
        "review_answers": list(answers.values("card__objective__slug", "number", "item", "value", "is_helped", "at")),
        "review_log": list(log.values("card__objective__slug", "number", "rating", "at")),
        "reviews_off": list(ReviewsOff.objects.filter(membership__user=subject.user).values("at")),
    }


def erase(subject: Subject, done: Erasure) -> None:
    """Take all of it: no mark and no gate rests on a review."""
    cards = RetentionCard.objects.filter(membership__user=subject.user)
    done.add("reviews", Review.objects.filter(card__in=cards).delete()[0])
    done.add("answers in reviews", ReviewAnswer.objects.filter(card__in=cards).delete()[0])
    done.add("retention cards", cards.delete()[0])
    done.add("choices about reviews", ReviewsOff.objects.filter(membership__user=subject.user).delete()[0])
