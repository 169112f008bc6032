"""What the pages of reviews show, put together so that a template asks nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from typing_extensions import override

from curriculum import syllabus
from curriculum.models import ObjectiveVersion
from mastery import levels, reading, review_items, reviewing
from mastery.attempts import unanswered
from mastery.cards import RetentionCard, Review, ReviewAnswer
from mastery.choices import Recall
from mastery.forms import AttemptForm
from mastery.questions import Question
from mastery.reading import ItemView
from mastery.review_items import Candidate
from mastery.reviewing import Session
from whitebox.people.models import Membership


class ReviewForm(AttemptForm):
    """One item. An answer is asked for, or the word that there is none."""

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or {}
        self._require_readable()
        for question in unanswered(self.asked, self.values()):
            self.add_error(question.slug, _("Answer it, or say that you do not know it now."))
        return cleaned


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a review with its control."""

    card: RetentionCard
    candidate: Candidate
    form: ReviewForm


@dataclass(frozen=True, slots=True)
class Overview:
    session: Session
    asked: Asked | None
    item: ItemView | None
    objective: ObjectiveVersion | None
    lapsed: list[tuple[RetentionCard, ObjectiveVersion]]
    next_at: datetime | None  # when something is due next, where nothing is now

    @property
    def is_over(self) -> bool:
        """Whether today's reviews are done although more is due."""
        return self.session.due > 0 and not self.session.cards and self.session.done >= reviewing.A_SESSION


def form_for(card: RetentionCard, candidate: Candidate, data: Mapping[str, Any] | None = None) -> ReviewForm:
    return ReviewForm((candidate.question,), card.next_seed, drafts={}, data=data)


def overview(membership: Membership, now: datetime, asked: Asked | None = None) -> Overview:
    """Return the reviews of a person with the question that comes first: nine queries at most."""
    followed = syllabus.of_page(membership.cohort)
    session = reviewing.session(membership, followed, now)
    stated = {one.objective_id: one for some in followed.objectives.values() for one in some}
    if asked is None and session.cards and session.unjudged is None:
        asked = _asked(session.cards[0], followed)
    return Overview(
        session=session,
        asked=asked,
        item=reading.item(1, asked.candidate.question, asked.card.next_seed, asked.form) if asked else None,
        objective=stated.get(asked.card.objective_id) if asked else None,
        lapsed=[(one, stated[one.objective_id]) for one in session.lapsed if one.objective_id in stated],
        next_at=session.next_at if not session.cards else None,
    )


def _asked(card: RetentionCard, followed: syllabus.Syllabus) -> Asked | None:
    candidate = review_items.chosen(card, followed)
    return Asked(card, candidate, form_for(card, candidate)) if candidate else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer with what came of it; without a review, it waits for the person's own judgement."""

    given: ReviewAnswer
    question: Question
    objective: ObjectiveVersion | None
    answer: Any  # text, or a list of HTML
    is_html: bool
    review: Review | None
    session: Session

    @property
    def is_passed(self) -> bool:
        return self.review is not None and self.review.rating != Recall.AGAIN

    @property
    def levels(self) -> list[tuple[int, str]]:
        return levels.described(self.question)

    @property
    def passed_from(self) -> int:
        return levels.mastery_level(self.question)

    @property
    def solution(self) -> str:
        """A right solution, where the question asked for code."""
        return self.question.exercise.reference if self.question.exercise is not None else ""


def outcome(given: ReviewAnswer, membership: Membership, now: datetime) -> Outcome:
    followed = syllabus.of_page(membership.cohort)
    stated = {one.objective_id: one for some in followed.objectives.values() for one in some}
    question = reviewing.asked(given)
    if question is None:
        raise LookupError("an answer is to an item of its version, which never changes")
    shown, is_html = reading.shown_answer(question, given.value)
    return Outcome(
        given=given,
        question=question,
        objective=stated.get(given.card.objective_id),
        answer=shown,
        is_html=is_html,
        review=getattr(given, "review", None),
        session=reviewing.session(membership, followed, now),
    )
