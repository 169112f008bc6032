"""What reviewers read of an answer. An organizer takes out what tells who wrote it; the original stays.

A redaction outlives its revision. Where an answer comes back unchanged, so does the text that reviewers read; where it
was changed, the words that were taken out are taken out again wherever they stand, and an organizer is asked to look.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applicants import blindness, conflicts, differences, rulebook
from applicants.answers import LONGEST, Answers
from applicants.judgements import Redaction
from applicants.models import Application, Revision
from applicants.questionnaire import Question
from applicants.traces import Span
from whitebox.errors import RuleViolation
from whitebox.people.models import User
from whitebox.prepared import prepared

TEXTS = {"short", "long", "link"}  # the kinds of questions that are answered in the applicant's own words
REMOVED = "[removed]"  # of one length, so that nobody can count letters


@dataclass(frozen=True, slots=True)
class Redacted:
    """The answer of one question as reviewers read it. `is_stale`: it changed after an organizer looked at it."""

    text: str
    is_redacted: bool = False
    is_stale: bool = False


class Kept(Protocol):
    """A redaction of an answer, or of a part of handed-in work."""

    @property
    def question(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def original(self) -> str: ...


def of_application(application: Application, revisions: Iterable[Revision] | None = None) -> list[Redaction]:
    """Return all redactions of an application, the latest last. One query, one more without its `revisions` given."""
    found = _kept(application.pk)
    if found:
        known = {one.pk: one for one in revisions or application.revisions.all()}
        for one in found:
            one.revision = known[one.revision_id]
    return found


@prepared
def _kept(application: int) -> QuerySet[Redaction]:
    return Redaction.objects.filter(revision__application=application).order_by("pk")


def as_read(answers: Answers, redactions: Sequence[Kept]) -> Answers:
    """Return answers with every redacted one replaced by what reviewers read."""
    if not redactions:
        return answers
    touched = {redaction.question for redaction in redactions}
    return {**answers, **{slug: of_answer(slug, answers, redactions).text for slug in touched & answers.keys()}}


def of_answer(slug: str, answers: Answers, redactions: Sequence[Kept]) -> Redacted:
    """Return what reviewers read of one answer: the last redaction of this very wording counts."""
    original = str(answers.get(slug) or "")
    own = [redaction for redaction in redactions if redaction.question == slug]
    if not own:
        return Redacted(original)
    same = [redaction for redaction in own if redaction.original == original]
    if same:
        return Redacted(same[-1].text, is_redacted=same[-1].text != original)
    text = without(original, differences.removed(own[-1].original, own[-1].text))
    return Redacted(text, is_redacted=text != original, is_stale=True)


def without(text: str, words: Iterable[str]) -> str:
    """Return a text with runs of words taken out wherever they stand, whatever their case."""
    bare = [word.strip(".,;:!?\"'()") for run in words for word in [run, *_telling(run)]]
    either = "|".join(re.escape(word) for word in sorted(filter(None, bare), key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{either})(?!\w)", REMOVED, text, flags=re.IGNORECASE) if either else text


def _telling(run: str) -> list[str]:
    """Return the words of a run that may come back alone: names, addresses, links."""
    return [word for word in run.split() if len(word) > 2 and (word[0].isupper() or "@" in word or "/" in word)]


def cut(text: str, spans: Iterable[Span]) -> str:
    """Return a text with places taken out."""
    for span in sorted(spans, key=lambda one: one.start, reverse=True):
        text = text[: span.start] + REMOVED + text[span.end :]
    return text


def questions_of(application: Application) -> list[Question]:
    """Return the questions whose answers reviewers read in the applicant's own words."""
    return [question for question in rulebook.of(application).questions if question.kind in TEXTS]


@transaction.atomic
def redact(application: Application, revision: Revision, question: str, text: str, *, by: User) -> None:
    """Let reviewers read `text` in place of an answer. The text they read already writes nothing.

    Raises RuleViolation for an earlier revision, a question that reviewers do not see, or a conflict of interest.
    """
    # Two organizers at once: the later text counts, and both are kept.
    current = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    conflicts.require_none(by, current)
    blindness.require_named(by, current)
    last = current.revisions.last()
    if last is None or last.pk != revision.pk:
        raise RuleViolation(_("The applicant has changed their answers. Look at the new ones first."))
    if question not in {one.slug for one in questions_of(current)}:
        raise RuleViolation(_("Reviewers do not read this answer."))
    kept = text.replace("\r\n", "\n").strip()[:LONGEST]
    present = of_answer(question, last.answers, of_application(current))
    if present.text == kept and not present.is_stale:
        return
    Redaction.objects.create(revision=last, question=question, text=kept, by=by)


def restore(application: Application, revision: Revision, question: str, *, by: User) -> None:
    """Let reviewers read the original again. What was read before stays in the history."""
    redact(application, revision, question, str(revision.answers.get(question) or ""), by=by)
