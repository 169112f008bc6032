"""What the pages of a talk show, put together so that a template asks nothing. A question is there once it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum.models import ObjectiveVersion
from mastery import booking, examiners, ledger, reading, second_marks
from mastery.choices import TalkState
from mastery.examining import Said
from mastery.judgements import SecondMark
from mastery.levels import mastery_level
from mastery.models import GradeEvent
from mastery.questions import Question, TalkQuestion
from mastery.talks import LONGEST_NOTES, SecondExaminer, Talk
from whitebox.people.hours import Hours
from whitebox.people.hours_form import HoursForm
from whitebox.people.models import User


class OfferForm(HoursForm):
    """Times for talks, in one week or in several."""

    weeks = forms.IntegerField(
        label=gettext_lazy("For so many weeks"),
        min_value=1,
        max_value=booking.MOST_WEEKS,
        initial=1,
        help_text=gettext_lazy("The same hours each week; they stay where they are when the clocks change."),
    )
    place = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=500,
        help_text=gettext_lazy("A room, or the address of a call. Participants read it once they have booked."),
    )

    @property
    def series(self) -> list[Hours]:
        return self.hours.weekly(self.cleaned_data["weeks"])


class OutcomeForm(forms.Form):
    """Notes for those who teach, and for each objective of a talk a level of the rubric and words."""

    notes = forms.CharField(
        label=gettext_lazy("Notes, for those who teach"),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, data: Any = None, *, items: list[Question], notes: str = "") -> None:
        super().__init__(data, initial={"notes": notes})
        self.items = items
        for item in items:
            levels = [(str(one.level), str(one.level)) for one in item.rubric]
            self.fields[f"{item.slug}-level"] = forms.ChoiceField(
                label=_("Level"),
                choices=levels,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a level.")},
            )
            self.fields[f"{item.slug}-comment"] = forms.CharField(
                label=_("Words for the participant"),
                required=False,
                max_length=4000,
                widget=forms.Textarea({"rows": 3}),
            )

    def outcome(self) -> dict[str, Said]:
        given = self.cleaned_data
        return {one.slug: Said(int(given[f"{one.slug}-level"]), given[f"{one.slug}-comment"]) for one in self.items}


@dataclass(frozen=True, slots=True)
class TalkItem:
    """One objective of a talk: what was drawn for it, and how it is judged."""

    question: Question
    objective: ObjectiveVersion
    drawn: TalkQuestion | None
    event: GradeEvent | None
    level: BoundField | None = None
    comment: BoundField | None = None

    @property
    def levels(self) -> list[tuple[str, str, bool]]:
        """The levels of the rubric: number, words, and whether it means mastered."""
        full = mastery_level(self.question)
        return [(str(one.level), one.html, one.level >= full) for one in self.question.rubric]


@dataclass(frozen=True, slots=True)
class TalkPage:
    talk: Talk
    items: list[TalkItem]
    own_marks: list[SecondMark]  # that the reader, who heard the talk, has still to give
    is_mine: bool  # the reader is the participant
    is_examiner: bool  # the reader holds the talk or has joined it
    second: SecondExaminer | None
    form: OutcomeForm | None
    now: datetime

    @property
    def is_booked(self) -> bool:
        return self.talk.state == TalkState.BOOKED

    @property
    def has_begun(self) -> bool:
        return self.talk.begun_at is not None

    @property
    def may_begin(self) -> bool:
        return self.is_booked and not self.has_begun and self.now >= self.talk.slot.starts_at

    @property
    def may_move(self) -> bool:
        return booking.may_move(self.talk, self.now)

    @property
    def may_join(self) -> bool:
        return self.is_booked and not (self.is_mine or self.is_examiner or self.second)


def page(talk: Talk, reader: User, now: datetime, form: OutcomeForm | None = None) -> TalkPage:
    """Return a talk as `reader` may see it: eleven queries at most.

    Who heard it and has still to give marks of their own sees neither those that were given nor the notes.
    """
    is_mine = talk.attempt.membership.user_id == reader.pk
    is_examiner = not is_mine and examiners.is_examiner(reader, talk)
    asked = booking.asked_in_talks(talk.attempt)
    if form is None and is_examiner and talk.begun_at is not None and talk.state == TalkState.BOOKED:
        form = OutcomeForm(items=booking.still_to_talk(talk.attempt), notes=talk.notes)
    owed = list(second_marks.waiting_for(reader).filter(attempt=talk.attempt)) if is_examiner else []
    return TalkPage(
        talk=talk,
        items=_items(talk, asked, form, is_blind=bool(owed)),
        own_marks=owed,
        is_mine=is_mine,
        is_examiner=is_examiner,
        second=talk.seconds.filter(left_at=None).select_related("mentor__user").first(),
        form=form,
        now=now,
    )


def _items(talk: Talk, asked: list[Question], form: OutcomeForm | None, *, is_blind: bool) -> list[TalkItem]:
    drawn: Mapping[str, str] = dict(talk.drawn.values_list("item", "question")) if talk.begun_at else {}
    stated = reading.objectives_of(talk.attempt)
    is_shown = talk.state == TalkState.HELD and not is_blind
    events = ledger.current(talk.attempt.events.select_related("by")) if is_shown else {}
    judged = {item.slug for item in form.items} if form else set()
    return [
        TalkItem(
            question=one,
            objective=stated[one.objective],
            drawn=next((some for some in one.talk if some.slug == drawn.get(one.slug)), None),
            event=events.get(one.slug),
            level=form[f"{one.slug}-level"] if form and one.slug in judged else None,
            comment=form[f"{one.slug}-comment"] if form and one.slug in judged else None,
        )
        for one in asked
    ]
