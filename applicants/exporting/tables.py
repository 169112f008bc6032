"""What an export of a round says: one row an application; then reviews, decisions, history, revisions."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from applicants import blindness
from applicants.answers import Answer
from applicants.judgements import Assignment, CriterionScore, Decision, Offer, Review
from applicants.models import Application, Revision, Round, StageChange, Upload
from applicants.procedures import Criterion, FormVersion
from applicants.questionnaire import Question, questionnaire_of
from whitebox.people.models import User
from whitebox.text.archives import Cell, Table

CHUNK = 500  # rows that are in memory at once
IDENTITY = ("name", "email", "school", "zone", "links", "relations")
UNTOLD: Sequence[Cell] = [None] * 5  # what stands in place of figures and of what was decided
FACTS = ("code", "state", "stage", "source", "started", "submitted", "erased")


def of_round(round_: Round, *, by: User | None) -> list[Table]:
    """Return the tables of a round, drafts included, without what `by` must not see: see `blindness`."""
    found = told = Application.objects.filter(round=round_)
    unjudged: frozenset[int] = frozenset()
    if by is not None:
        unjudged = blindness.unjudged(by.pk, round_)
        told = found.filter(blindness.may_be_compared(by.pk, "pk"))
        found = found.filter(blindness.may_be_named(by.pk, "pk"))
    questions = _questions(round_)
    return [
        Table("applications", _heads(questions), _applications(found, questions, unjudged)),
        _reviews(round_, told),
        Table("decisions", DECISION, _decisions(told)),
        Table("history", CHANGE, _history(told)),
        Table("revisions", REVISION, _revisions(found, questions)),
    ]


def left_out(round_: Round, *, by: User) -> int:
    """Return how many applications an export by somebody leaves out."""
    return Application.objects.filter(~blindness.may_be_named(by.pk, "pk"), round=round_).count()


def _questions(round_: Round) -> list[Question]:
    """Return the questions of every form that the round's applications answered, the present form's first."""
    used = Exists(Application.objects.filter(round=round_, form=OuterRef("pk")))
    forms = list(FormVersion.objects.filter(used).exclude(pk=round_.form_id).order_by("-pk"))
    found: dict[str, Question] = {}
    for form in [round_.form, *forms]:
        for question in questionnaire_of(form).questions:
            found.setdefault(question.slug, question)
    return list(found.values())


def _heads(questions: Sequence[Question]) -> list[str]:
    return [*FACTS, *IDENTITY, *(one.slug for one in questions), "reviews", "mean", "decision", "offer", "offer until"]


def _applications(found: Any, questions: Sequence[Question], unjudged: Collection[int]) -> Iterator[Sequence[Cell]]:
    decided = Decision.objects.filter(superseded_at=None, released_at__isnull=False).select_related("offer")
    rows = (
        found.select_related("stage", "identity", "draft")
        .prefetch_related(
            Prefetch("revisions", Revision.objects.order_by("number")),
            Prefetch("decisions", decided, to_attr="in_force"),
            Prefetch("uploads", Upload.objects.order_by("pk")),
            Prefetch("assignments__review", Review.objects.filter(state="submitted")),
        )
        .order_by("pk")
    )
    for row in rows.iterator(chunk_size=CHUNK):
        identity = [getattr(row.identity, name) for name in IDENTITY]
        judged = UNTOLD if row.pk in unjudged else [*_figures(row), *_end(row)]
        yield [*_facts(row), *identity, *_answers(row, questions), *judged]


def _facts(row: Application) -> list[Cell]:
    stage = row.stage.title if row.stage else ""
    return [row.code, row.state, stage, row.source, row.started_at, row.submitted_at, row.erased_at]


def _answers(row: Application, questions: Sequence[Question]) -> Iterator[Cell]:
    revisions = list(row.revisions.all())
    answers = revisions[-1].answers if revisions else row.draft.answers
    names = {str(upload.pk): upload.filename for upload in row.uploads.all()}
    for question in questions:
        yield _said(question, answers.get(question.slug), names)


def _said(question: Question, answer: Answer, files: dict[str, str]) -> Cell:
    if isinstance(answer, list):
        return "; ".join(answer)
    if question.kind == "file":
        return files.get(str(answer or ""), str(answer or ""))
    return answer


def _figures(row: Application) -> list[Cell]:
    """Return how many reviews there are, and their mean."""
    reviews = [one.review for one in row.assignments.all() if getattr(one, "review", None) is not None]
    totals = [one.total for one in reviews if one.total is not None]
    return [len(reviews), round(sum(totals, Decimal()) / len(totals), 3) if totals else None]


def _end(row: Application) -> list[Cell]:
    decision: Decision | None = next(iter(row.in_force), None)  # type: ignore[attr-defined]  # prefetched above
    offer: Offer | None = getattr(decision, "offer", None) if decision else None
    return [
        decision.code if decision else "",
        offer.state if offer else "",
        offer.expires_at if offer else None,
    ]


REVIEW = ("code", "stage", "reviewer", "assignment", "origin", "review", "submitted", "revision", "total", "note")


def _reviews(round_: Round, found: Any) -> Table:
    """One row a reading, with a column for each criterion. An empty score of a submitted review is an abstention."""
    forms = FormVersion.objects.filter(Q(rounds=round_) | Q(applications__round=round_))
    slugs = (
        Criterion.objects.filter(rubric__form__in=forms).order_by("rubric", "position").values_list("slug", flat=True)
    )
    criteria = list(dict.fromkeys(slugs))
    return Table("reviews", [*REVIEW, *criteria], _review_rows(found, criteria))


def _review_rows(found: Any, criteria: Sequence[str]) -> Iterator[Sequence[Cell]]:
    rows = (
        Assignment.objects.filter(application__in=found)
        .select_related("application", "stage", "reviewer__membership__user", "review__revision")
        .prefetch_related(Prefetch("review__scores", CriterionScore.objects.select_related("criterion")))
        .order_by("application", "stage__position", "pk")
    )
    for row in rows.iterator(chunk_size=CHUNK):
        review: Review | None = getattr(row, "review", None)
        scores = {one.criterion.slug: one.score for one in review.scores.all()} if review else {}
        judged: list[Cell] = [None] * 5
        if review is not None:
            judged = [review.state, review.submitted_at, review.revision.number, review.total, review.note]
        reader = row.reviewer.membership.user.called
        head = [row.application.code, row.stage.title, reader, row.state, row.origin]
        yield [*head, *judged, *(scores.get(slug) for slug in criteria)]


DECISION = (
    "code", "decision", "reason", "encouragement", "place on the waiting list", "by", "at", "released", "superseded",
    "offer", "offer until", "answered",
)  # fmt: skip


def _decisions(found: Any) -> Iterator[Sequence[Cell]]:
    rows = Decision.objects.filter(application__in=found).select_related("application", "by", "offer")
    for row in rows.order_by("application", "pk").iterator(chunk_size=CHUNK):
        offer: Offer | None = getattr(row, "offer", None)
        made = [offer.state, offer.expires_at, offer.answered_at] if offer else [None] * 3
        by = row.by.called if row.by else ""
        said = [row.code, row.reason, row.encouragement, row.waitlist_rank, by, row.at]
        yield [row.application.code, *said, row.released_at, row.superseded_at, *made]


CHANGE = ("code", "at", "left", "entered", "state", "reason", "by")


def _history(found: Any) -> Iterator[Sequence[Cell]]:
    rows = StageChange.objects.filter(application__in=found).select_related("application", "left", "entered", "by")
    for row in rows.order_by("application", "at", "pk").iterator(chunk_size=CHUNK):
        left, entered = (stage.title if stage else "" for stage in (row.left, row.entered))
        yield [row.application.code, row.at, left, entered, row.state, row.reason, row.by.called if row.by else ""]


REVISION = ("code", "revision", "at", "question", "answer")


def _revisions(found: Any, questions: Sequence[Question]) -> Iterator[Sequence[Cell]]:
    """Only what was submitted more than once: the last one stands in the first table."""
    later = Exists(Revision.objects.filter(application=OuterRef("application"), number__gt=OuterRef("number")))
    rows = Revision.objects.filter(later, application__in=found).select_related("application")
    for row in rows.order_by("application", "number").iterator(chunk_size=CHUNK):
        for question in questions:
            if question.slug in row.answers:
                answer = _said(question, row.answers[question.slug], {})
                yield [row.application.code, row.number, row.at, question.slug, answer]
