"""The organizer's pages of a round's form: what it asks, how it judges, by which stages it goes, entry by entry.

Nothing here changes the form in use but `changes`, which shows what it does before it does it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applicants import form_drafts, form_parts, form_versions, letters, rights, windows
from applicants.choices import ApplicationState, QuestionKind, ShownTo, StageKind
from applicants.form_parts import Entry, Kind, Parts, Place
from applicants.forms import SectionForm
from applicants.models import Application, FormDraft, Round, StageWindow
from applicants.pack import MAIN
from applicants.part_forms import FORMS, DatesForm
from applicants.procedures import Stage
from applicants.questionnaire import Questionnaire
from whitebox.errors import RuleViolation
from whitebox.outbox.models import LetterTemplate
from whitebox.people.models import User
from whitebox.web.visitor import signed_in

MOST_SHOWN = 200  # lines of what changes


@dataclass(frozen=True)
class Work:
    """A round's form as it is worked on: the draft, or the form in use."""

    user: User
    round: Round
    draft: FormDraft | None
    files: dict[str, str]

    @property
    def parts(self) -> Parts:
        return form_parts.read(self.files)

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            "round": self.round,
            "draft": self.draft,
            "since": form_drafts.seen(self.round, self.files),
            "change_count": len(form_drafts.changes(self.round, self.files)) if self.draft else 0,
            **more,
        }

    def keep(self, request: HttpRequest, parts: Parts) -> bool:
        files = form_parts.files(parts)
        return form_drafts.keep(self.round, files, since=request.POST.get("since", ""), by=self.user)


def work_or_404(request: HttpRequest, slug: str) -> Work:
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    draft = form_drafts.of_round(round_)
    return Work(user, round_, draft, form_drafts.files_of(round_, draft))


def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all that the form says; the buttons beside an entry move it up or down."""
    work = work_or_404(request, slug)
    if request.method == "POST":
        return _moved(request, work)
    parts = work.parts
    submitted = Application.objects.filter(round=work.round).exclude(state=ApplicationState.DRAFT)
    context = work.context(
        steps=[
            (section, [_question_row(one) for one in parts.of_section(section["slug"])]) for section in parts.sections
        ],
        rubrics=[
            (name, criteria, [stage["title"] for stage in parts.stages_of(name)])
            for name, criteria in parts.rubrics.items()
        ],
        stages=_stage_rows(work.round, parts),
        letters=LetterTemplate.objects.filter(kind__in=letters.KINDS).order_by("kind"),
        submitted=submitted.count(),
        versions=form_versions.used_by(work.round),
        main=MAIN,
    )
    return render(request, "applicants/form_editor.html", context)


def _question_row(entry: Entry) -> Entry:
    return entry | {
        "kind_label": QuestionKind(entry["kind"]).label,
        "shown_label": ShownTo(entry["shown_to"]).label,
        "choices": len(entry.get("options", [])),
    }


def _stage_rows(round_: Round, parts: Parts) -> list[Entry]:
    dates = {one.stage.slug: one for one in StageWindow.objects.filter(round=round_).select_related("stage")}
    return [
        one
        | {
            "kind_label": StageKind(one.get("kind", StageKind.READING)).label,
            "is_blind": one.get("blind", True),
            "wanted": one.get("reviews", 2),
            "window": dates.get(one["slug"]),
        }
        for one in parts.stages
    ]


def _moved(request: HttpRequest, work: Work) -> HttpResponse:
    for step, name in ((-1, "up"), (1, "down")):
        kind, _colon, entry = request.POST.get(name, "").partition(":")
        if (place := Place.named(kind, entry)) is not None:
            parts = work.parts
            form_parts.move(parts, place, step)
            work.keep(request, parts)
            return redirect(f"{request.path}#{place.kind}-{place.slug}")
    raise RuleViolation(_("Nothing was moved. Use the buttons beside an entry."))


def _place_or_404(work: Work, kind: str, name: str) -> Place:
    place = Place.named(kind, name)
    is_rubric = place is not None and (place.kind != Kind.CRITERION or place.rubric in work.parts.rubrics)
    if place is None or not is_rubric or (place.slug and work.parts.find(place) is None):
        raise Http404
    return place


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, slug: str, kind: str, name: str) -> HttpResponse:
    """Change one entry, or take it out."""
    work = work_or_404(request, slug)
    place = _place_or_404(work, kind, name)
    if not place.slug:
        raise Http404
    return _edited(request, work, place)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Add an entry. A step comes with its first question, and a rubric with its stage."""
    work = work_or_404(request, slug)
    rubric = request.GET.get("rubric", MAIN)
    place = _place_or_404(work, kind, f"{rubric}." if kind == Kind.CRITERION else "")
    if place.kind == Kind.SECTION:
        raise Http404
    return _edited(request, work, place)


def _edited(request: HttpRequest, work: Work, place: Place) -> HttpResponse:
    if "remove" in request.POST:
        return _removed(request, work, place)
    initial = {} if place.slug else {"section": request.GET.get("section", "")}
    form = FORMS[place.kind](request.POST or None, parts=work.parts, place=place, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            work.keep(request, form.changed_parts())
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept. Applicants see nothing of it before you apply the changes."))
            return redirect(f"{_home(work)}#{place.kind}-{form.entry['slug']}")
    present = form.present or {}
    context = work.context(
        form=form,
        place=place,
        called=present.get("title") or present.get("label", ""),
        kind_label=place.kind.label,
    )
    return render(request, "applicants/form_entry.html", context | _dates_context(work, place))


def _home(work: Work) -> str:
    return reverse("admin:applicants_form", args=[work.round.slug])


def _removed(request: HttpRequest, work: Work, place: Place) -> HttpResponse:
    parts = work.parts
    form_parts.take_out(parts, place)
    work.keep(request, parts)
    messages.success(request, _("Taken out. Applicants see nothing of it before you apply the changes."))
    return redirect(_home(work))


def _dates_context(work: Work, place: Place, form: DatesForm | None = None) -> dict[str, Any]:
    """Return the form of a stage's dates. They belong to the round: a stage has some once it is in use."""
    if place.kind != Kind.STAGE or not place.slug:
        return {}
    stage = Stage.objects.filter(form=work.round.form_id, slug=place.slug).first()
    if stage is None:
        return {"has_no_dates": True}
    window = StageWindow.objects.filter(round=work.round, stage=stage).first()
    initial = {name: _wall(getattr(window, name, None), work.round.zone) for name in ("opens_at", "closes_at")}
    return {"dates": form or DatesForm(zone=work.round.zone, initial=initial), "stage": stage}


def _wall(moment: datetime | None, zone: str) -> datetime | None:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None


@require_POST
def dates(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Say when a stage of the form in use is read. This holds at once: dates are no part of a form's version."""
    work = work_or_404(request, slug)
    found = get_object_or_404(Stage, form=work.round.form_id, slug=stage)
    form = DatesForm(request.POST, zone=work.round.zone)
    if not form.is_valid():
        raise RuleViolation(_("Write both dates as the field asks for them, or leave them empty. Nothing was changed."))
    windows.set_dates(work.round, found, form.cleaned_data["opens_at"], form.cleaned_data["closes_at"])
    messages.success(request, _("The dates of this stage are saved."))
    return redirect(f"{_home(work)}#stage-{found.slug}")


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the draft changes; apply exactly that, or throw it away."""
    work = work_or_404(request, slug)
    if "discard" in request.POST:
        form_drafts.discard(work.round)
        messages.success(request, _("The changes are thrown away. The form in use stays as it is."))
        return redirect(_home(work))
    if request.method == "POST":
        form = form_drafts.apply(work.round, since=request.POST.get("since", ""), by=work.user)
        messages.success(request, _("The round follows form %(number)d from now on.") % {"number": form.number})
        return redirect(_home(work))
    found = form_drafts.changes(work.round, work.files)
    kept = Application.objects.filter(round=work.round)
    context = work.context(
        changes=[(one.file, one.place, one.kind.value, one.before, one.after) for one in found],
        lines=form_drafts.lines(work.round, work.files),
        most=MOST_SHOWN,
        submitted=kept.exclude(state=ApplicationState.DRAFT).count(),
        drafts=kept.filter(state=ApplicationState.DRAFT).count(),
    )
    return render(request, "applicants/form_changes.html", context)


@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every step as applicants will see it. Nothing can be sent from here."""
    work = work_or_404(request, slug)
    parts = work.parts
    asked = Questionnaire.model_validate({"sections": parts.sections, "questions": parts.questions})
    steps = [(section, SectionForm(asked.of_section(section.slug), {})) for section in asked.sections]
    context = work.context(
        steps=steps, minutes=asked.minutes, stages=[stage["applicant_title"] for stage in parts.stages]
    )
    return render(request, "applicants/form_preview.html", context)


PAGES = (
    ("form/<slug:slug>/", overview, "applicants_form"),
    ("form/<slug:slug>/changes/", changes, "applicants_form_changes"),
    ("form/<slug:slug>/preview/", preview, "applicants_form_preview"),
    ("form/<slug:slug>/new/<slug:kind>/", new, "applicants_form_new"),
    ("form/<slug:slug>/dates/<slug:stage>/", dates, "applicants_form_dates"),
    ("form/<slug:slug>/entry/<slug:kind>/<str:name>/", entry, "applicants_form_entry"),
)
