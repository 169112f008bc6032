"""The organizer's pages that take out of answers what would tell reviewers who wrote them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applicants import blindness, conflicts, looks, redactions, rights, traces, work_redactions, work_tests
from applicants.appointments import HandIn, WorkRedaction
from applicants.choices import WorkPart
from applicants.judgements import Redaction
from applicants.models import Application, Revision, Round
from applicants.questionnaire import Question
from whitebox import digits
from whitebox.people.models import User
from whitebox.web.visitor import signed_in

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One application of the list: how many places are proposed and how many answers are redacted."""

    application: Application
    proposed: int
    redacted: int
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text. `span` is the place it may be taken out at, or None between two of them."""

    text: str
    span: traces.Span | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a part of handed-in work. `name` is of the field that says which."""

    name: str
    slug: str
    label: str
    original: str
    shown: redactions.Redacted
    pieces: list[Piece]
    spans: list[traces.Span]
    history: Sequence[Redaction | WorkRedaction]

    @property
    def is_file(self) -> bool:
        return (self.name, self.slug) == ("part", WorkPart.FILE)

    @property
    def anchor(self) -> str:
        return f"{self.name}-{self.slug}"


def of_round(request: HttpRequest, slug: str) -> HttpResponse:
    """List the applications of a round with what may tell who wrote them, without what is not to be named here."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    found = Application.objects.filter(
        blindness.may_be_named(user.pk, "pk"), round=round_, submitted_at__isnull=False, erased_at=None
    )
    handed_in = Prefetch("work_tests__hand_ins", HandIn.objects.order_by("number"))
    rows = found.select_related("identity", "stage").prefetch_related("revisions", handed_in).order_by("code", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    kept: dict[int, list[Redaction]] = {}
    for one in Redaction.objects.filter(revision__application__in=page.object_list).select_related("revision"):
        kept.setdefault(one.revision.application_id, []).append(one)
    of_work: dict[int, list[WorkRedaction]] = {}
    for part in work_redactions.of_applications(page.object_list):
        of_work.setdefault(part.hand_in.work_test.application_id, []).append(part)
    lines = [
        _line(row, sorted(kept.get(row.pk, []), key=lambda one: one.pk), of_work.get(row.pk, []))
        for row in page.object_list
    ]
    return render(request, "applicants/redactions.html", {"round": round_, "page": page, "lines": lines})


def _line(application: Application, kept: list[Redaction], of_work: list[WorkRedaction]) -> Line:
    revisions = sorted(application.revisions.all(), key=lambda one: one.number)
    answers = revisions[-1].answers if revisions else {}
    shown = [redactions.of_answer(one.slug, answers, kept) for one in redactions.questions_of(application)]
    proposed = sum(len(traces.found(one.text, application.identity)) for one in shown)
    for test in application.work_tests.all():
        judged = work_tests.judged(test) if test.stage_id == application.stage_id else None
        if judged is not None:
            parts = [_part(application, judged, part, of_work) for part in WorkPart]
            shown += [one.shown for one in parts]
            proposed += sum(len(one.spans) for one in parts)
    return Line(
        application=application,
        proposed=proposed,
        redacted=sum(one.is_redacted for one in shown),
        is_stale=any(one.is_stale for one in shown),
    )


def of_application(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show each answer in the applicant's words beside what reviewers read, and take another wording of it."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    application = _application_or_404(user, round_, code)
    revision = application.revisions.last()
    if revision is None:
        raise Http404
    if request.method == "POST":
        return _taken(request, application, revision)
    looks.opened(application, "admin:applicants_redaction", round_=round_, by=user)
    kept = redactions.of_application(application)
    answers = [_answer(application, revision, kept, one) for one in redactions.questions_of(application)]
    test = work_tests.current(application)
    judged = work_tests.judged(test) if test else None
    if test is not None and judged is not None:
        of_work = work_redactions.of_test(test)
        answers += [_part(application, judged, part, of_work) for part in WorkPart]
    context = {
        "round": round_,
        "application": application,
        "revision": revision,
        "hand_in": judged,
        "answers": [one for one in answers if one.original],
        "removed": redactions.REMOVED,
    }
    return render(request, "applicants/redaction.html", context)


def _application_or_404(user: User, round_: Round, code: str) -> Application:
    """Return a submitted application of a round that `user` runs and has no conflict with."""
    found = Application.objects.filter(code=code, round=round_, submitted_at__isnull=False, erased_at=None)
    own = found.filter(conflicts.none_with(user.pk, "pk"))
    application = own.select_related("identity", "round", "stage").first()
    if application is None:
        raise Http404
    blindness.require_named(user, application)
    return application


def _answer(application: Application, revision: Revision, kept: list[Redaction], question: Question) -> Answer:
    shown = redactions.of_answer(question.slug, revision.answers, kept)
    spans = traces.found(shown.text, application.identity)
    return Answer(
        name="question",
        slug=question.slug,
        label=question.label,
        original=str(revision.answers.get(question.slug) or ""),
        shown=shown,
        pieces=_pieces(shown.text, spans),
        spans=spans,
        history=[one for one in kept if one.question == question.slug],
    )


def _part(application: Application, hand_in: HandIn, part: WorkPart, kept: Sequence[WorkRedaction]) -> Answer:
    """Return a part of handed-in work. A link tells by the words in it, and a file is given out or not."""
    answers = work_redactions.parts_of(hand_in)
    shown = redactions.of_answer(part.value, answers, kept)
    look = {WorkPart.TEXT: traces.found, WorkPart.LINK: traces.in_link}.get(part)
    spans = look(shown.text, application.identity) if look else []
    return Answer(
        name="part",
        slug=part.value,
        label=_("Work test: %(part)s") % {"part": part.label},
        original=str(answers[part.value]),
        shown=shown,
        pieces=_pieces(shown.text, spans),
        spans=spans,
        history=[one for one in kept if one.part == part],
    )


def _pieces(text: str, spans: list[traces.Span]) -> list[Piece]:
    pieces, at = [], 0
    for span in spans:
        pieces += [Piece(text[at : span.start], None), Piece(span.text, span)]
        at = span.end
    return [piece for piece in [*pieces, Piece(text[at:], None)] if piece.text]


def _taken(request: HttpRequest, application: Application, revision: Revision) -> HttpResponse:
    """Take out what is ticked, keep a text as it was edited, or put the original back."""
    user = signed_in(request)
    if "part" in request.POST:
        return _work_taken(request, application, user)
    question, seen = request.POST.get("question", ""), request.POST.get("revision", "")
    asked = application.revisions.filter(pk=digits.key(seen)).first() or revision
    if "restore" in request.POST:
        redactions.restore(application, asked, question, by=user)
    elif "cut" in request.POST:
        _cut(request, application, asked, question)
    else:
        redactions.redact(application, asked, question, request.POST.get("text", ""), by=user)
    messages.success(request, _("Reviewers read this text from now on."))
    return redirect(f"{request.path}#question-{question}")


def _work_taken(request: HttpRequest, application: Application, user: User) -> HttpResponse:
    """Do the same to a part of handed-in work; a file is withheld, or given out again."""
    seen, named = request.POST.get("hand_in", ""), request.POST["part"]
    found = HandIn.objects.filter(work_test__application=application, pk=digits.key(seen))
    hand_in = found.select_related("work_test").first()
    if hand_in is None or named not in WorkPart.values:
        raise Http404
    part = WorkPart(named)
    if "restore" in request.POST:
        work_redactions.restore(hand_in, part, by=user)
    elif "cut" in request.POST:
        shown = _part(application, hand_in, part, work_redactions.of_test(hand_in.work_test))
        work_redactions.redact(hand_in, part, redactions.cut(shown.shown.text, _ticked(request, shown.spans)), by=user)
    else:
        text = work_redactions.WITHHELD if part == WorkPart.FILE else request.POST.get("text", "")
        work_redactions.redact(hand_in, part, text, by=user)
    messages.success(request, _("Reviewers read this work as you left it from now on."))
    return redirect(f"{request.path}#part-{part.value}")


def _ticked(request: HttpRequest, spans: list[traces.Span]) -> list[traces.Span]:
    ticked = set(request.POST.getlist("span"))
    return [one for one in spans if f"{one.start}:{one.text}" in ticked]


def _cut(request: HttpRequest, application: Application, revision: Revision, question: str) -> None:
    shown = redactions.of_answer(question, revision.answers, redactions.of_application(application))
    spans = _ticked(request, traces.found(shown.text, application.identity))
    redactions.redact(application, revision, question, redactions.cut(shown.text, spans), by=signed_in(request))


PAGES = (
    ("redactions/<slug:slug>/", of_round, "applicants_redactions"),
    ("redactions/<slug:slug>/<slug:code>/", of_application, "applicants_redaction"),
)
