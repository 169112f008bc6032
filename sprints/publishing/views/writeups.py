"""Writing: the list of write-ups, a write-up's page, its wordings, authors and figures."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sprints import access as research
from sprints import pictures
from sprints.forms import agreed
from sprints.publishing import access, comparing, gate, importing, releasing, reviewing, subjects, writing
from sprints.publishing.agreements import Endorsement
from sprints.publishing.choices import WHO_READS
from sprints.publishing.drawing import Drawn, below
from sprints.publishing.forms import (
    AltForm,
    AskForm,
    AuthorForm,
    BylineForm,
    CorrectForm,
    FactsForm,
    FigureForm,
    ImportForm,
    RemarkForm,
    RetractForm,
    ReviewForm,
    StartForm,
    WordingForm,
)
from sprints.publishing.models import Figure, Review, Writeup
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people.models import User
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """List the write-ups that one may read, and start one."""
    user = signed_in(request)
    access.reader_or_404(user)
    cohorts = access.writing_cohorts(user)
    form = StartForm(request.POST or None)
    form.offer(cohorts)
    if form.is_bound and form.is_valid() and cohorts:
        try:
            started = writing.start(
                form.cohort(), form.cleaned_data["kind"], form.wording(), key=form.cleaned_data["key"], by=user
            )
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The write-up is started. Nobody but its readers in the house sees it."))
            return redirect("publishing:edit", started.pk)
    context = {
        "writeups": access.visible(user).prefetch_related("authors__user"),
        "form": form if cohorts else None,
        "byline": BylineForm(initial={"name": writing.byline_name(user)}, auto_id="byline-%s"),
    }
    return render(request, "publishing/writeups.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def rename(request: HttpRequest) -> HttpResponse:
    """Change the name under which one publishes."""
    user = signed_in(request)
    access.reader_or_404(user)
    form = BylineForm(request.POST)
    if form.is_valid():
        writing.byline_of(user)
        releasing.rename(user, form.cleaned_data["name"])
        messages.success(request, _("The name is saved, also on what is published."))
    return redirect("publishing:writeups")


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return writeup_page(request, access.writeup_or_404(signed_in(request), pk))


def writeup_page(request: HttpRequest, shown: Writeup, *, refused: Form | None = None) -> HttpResponse:
    """Answer with a write-up and what can be done with it. `refused` is the form that was not taken."""
    user = signed_in(request)
    is_author, is_organizer = access.is_author(user, shown), research.organizes(user, shown.cohort)
    people = access.people_of(shown.cohort)
    forms: dict[str, Form] = {
        "remark_form": RemarkForm(auto_id="remark-%s"),
        "review_form": ReviewForm(auto_id="review-%s"),
        "author_form": AuthorForm(auto_id="author-%s"),
        "figure_form": FigureForm(auto_id="figure-%s"),
        "import_form": ImportForm(auto_id="import-%s", initial={"base": _number(shown)}),
        "facts_form": FactsForm(auto_id="facts-%s", initial=_facts(shown)),
        "ask_form": AskForm(auto_id="ask-%s"),
        "correct_form": CorrectForm(auto_id="correct-%s"),
        "retract_form": RetractForm(auto_id="retract-%s"),
    }
    forms |= {name: refused for name, form in forms.items() if refused is not None and type(form) is type(refused)}
    _offer(forms, shown, user, people)
    context: dict[str, Any] = {
        "writeup": shown,
        "revision": shown.latest,
        "html": below(shown.latest.html if shown.latest else "", reverse("publishing:writeup", args=[shown.pk])),
        "authors": shown.authors.select_related("user__byline", "consents_to"),
        "figures": shown.figures.all(),
        "revisions": shown.revisions.select_related("by").defer("source", "html", "bibliography"),
        "remarks": reviewing.placed(shown),
        "reviews": _reviews(shown),
        "endorsements": Endorsement.objects.filter(revision__writeup=shown).select_related("revision"),
        "conditions": gate.conditions(shown),
        "who_reads": WHO_READS[shown.level],
        "is_author": is_author,
        "is_organizer": is_organizer,
        "has_consented": shown.authors.filter(user=user, consents_to=shown.latest).exists(),
        "level_address": subjects.shown(shown).level_address,
        "corrections": shown.corrections.all(),
        **forms,
    }
    return render(request, "publishing/writeup.html", context, status=400 if refused is not None else 200)


def _number(writeup: Writeup) -> int:
    return writeup.latest.number if writeup.latest else 0


def _facts(writeup: Writeup) -> dict[str, object]:
    return {
        "kind": writeup.kind,
        "licence": writeup.licence,
        "problems": ", ".join(writeup.problems.values_list("number", flat=True)),
        "excursions": [str(one) for one in writeup.excursions.values_list("pk", flat=True)],
    }


def _offer(forms: dict[str, Form], shown: Writeup, user: User, people: Any) -> None:
    for form in forms.values():
        if isinstance(form, RemarkForm):
            form.offer(shown.latest.paragraphs if shown.latest else [])
        elif isinstance(form, AuthorForm) and not form.is_bound:
            form.offer(people)
        elif isinstance(form, FactsForm) and not form.is_bound:
            form.offer(_own_excursions(user, shown))


def _own_excursions(user: User, shown: Writeup) -> Any:
    return research.visible_excursions(user).filter(claim__membership__cohort=shown.cohort_id).order_by("-pk")[:50]


def _reviews(shown: Writeup) -> Any:
    return Review.objects.filter(revision__writeup=shown).select_related("by", "revision").order_by("-at", "-pk")


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, look at it beside the source, save. Looking saves nothing, and a refused save keeps what was typed."""
    user = signed_in(request)
    written = access.own_or_404(user, pk)
    form = WordingForm(request.POST) if request.method == "POST" else WordingForm.of(written)
    if form.is_bound and form.is_valid() and "preview" not in request.POST:
        try:
            writing.save(written, form.wording(), base=form.on(), by=user)
        except RuleViolation as refused:
            written.refresh_from_db()  # The next save is meant on top of what the others saved.
            form = WordingForm({**request.POST.dict(), "base": str(_number(written))})
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The wording is saved."))
            return redirect("publishing:writeup", written.pk)
    context = {
        "writeup": written,
        "form": form,
        "drawn": _drawn(written, form),
        "is_unsaved": form.is_bound,
        "figures": written.figures.all(),
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "publishing/edit.html", context, status=status)


def _drawn(written: Writeup, form: WordingForm) -> Drawn | None:
    if not form.is_bound:
        wording = writing.Wording(form.initial["title"], "", form.initial["source"], form.initial["bibliography"])
        return writing.drawn_for(written, wording)
    if form.is_valid() or {"source", "bibliography"} <= form.cleaned_data.keys():
        wording = writing.Wording("", "", form.cleaned_data["source"], form.cleaned_data["bibliography"])
        return writing.drawn_for(written, wording.tidied())
    return None


@require_POST
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the drawing alone, for the pane beside the source."""
    written = access.own_or_404(signed_in(request), pk)
    return render(request, "publishing/_drawn.html", {"drawn": _drawn(written, WordingForm(request.POST))})


@require_POST
@login_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a file the next wording."""
    user = signed_in(request)
    written = access.own_or_404(user, pk)
    form = ImportForm(request.POST, request.FILES, auto_id="import-%s")
    if form.is_valid() and agreed(
        form,
        lambda: importing.take(
            written,
            form.cleaned_data["file"],
            form.cleaned_data["pictures"],
            base=digits.key(form.cleaned_data["base"]),
            by=user,
        ),
    ):
        messages.success(request, _("The file is the latest wording. Give each figure its words."))
        return redirect("publishing:writeup", written.pk)
    return writeup_page(request, written, refused=form)


@require_POST
@login_required
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    described = access.own_or_404(user, pk)
    form = FactsForm(request.POST, auto_id="facts-%s")
    form.offer(_own_excursions(user, described))
    if form.is_valid() and agreed(
        form,
        lambda: writing.describe(
            described,
            kind=form.cleaned_data["kind"],
            licence=form.cleaned_data["licence"],
            problems=form.cleaned_data["problems"],
            excursions=form.chosen(),
            by=user,
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("publishing:writeup", described.pk)
    return writeup_page(request, described, refused=form)


@require_POST
@login_required
def authors(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an author, or say anew what part one has."""
    user = signed_in(request)
    written = access.own_or_404(user, pk)
    form = AuthorForm(request.POST, auto_id="author-%s")
    form.offer(access.people_of(written.cohort))
    if form.is_valid() and agreed(
        form, lambda: writing.add_author(written, form.chosen(), form.cleaned_data["roles"], by=user)
    ):
        messages.success(request, _("The authors are saved."))
        return redirect("publishing:writeup", written.pk)
    return writeup_page(request, written, refused=form)


@require_POST
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    writing.leave(access.own_or_404(user, pk), by=user)
    messages.success(request, _("You are no author of it any more."))
    return redirect("publishing:writeups")


@require_POST
@login_required
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    written = access.own_or_404(user, pk)
    writing.consent(written, digits.key(request.POST.get("number", "")), by=user)
    messages.success(request, _("You consent to this wording. A later one will ask you again."))
    return redirect("publishing:writeup", written.pk)


@require_POST
@login_required
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    written = access.own_or_404(user, pk)
    form = FigureForm(request.POST, request.FILES, auto_id="figure-%s")
    if form.is_valid() and agreed(form, lambda: writing.attach(written, form.called(), form.figure(), by=user)):
        messages.success(request, _("The figure is there. Its line for the text stands beside it."))
        return redirect("publishing:writeup", written.pk)
    return writeup_page(request, written, refused=form)


@require_POST
@login_required
def describe_figure(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = get_object_or_404(
        Figure.objects.filter(writeup__in=access.visible(user), writeup__authors__user=user), pk=pk
    )
    form = AltForm(request.POST)
    writing.say_what_it_shows(found, form.cleaned_data["alt"] if form.is_valid() else "", by=user)
    messages.success(request, _("The figure has its words."))
    return redirect("publishing:writeup", found.writeup_id)


@require_GET
@login_required
def figure(request: HttpRequest, pk: int, name: str) -> FileResponse:
    """Answer with a figure to those who may read the write-up."""
    return pictures.shown(access.figure_or_404(access.writeup_or_404(signed_in(request), pk), name))


@require_GET
@login_required
def figure_in_revision(request: HttpRequest, pk: int, number: int, name: str) -> FileResponse:
    """Answer with a figure where an earlier wording is shown: its pictures stand below its own address."""
    writeup = access.writeup_or_404(signed_in(request), pk)
    access.revision_or_404(writeup, number)
    return pictures.shown(access.figure_or_404(writeup, name))


@require_GET
@login_required
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    shown = access.writeup_or_404(signed_in(request), pk)
    found = access.revision_or_404(shown, number)
    return render(request, "publishing/revision.html", {"writeup": shown, "revision": found})


@require_GET
@login_required
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what differs between two wordings: by default the latest and the one before."""
    shown = access.writeup_or_404(signed_in(request), pk)
    last = digits.key(request.GET.get("to", "")) or _number(shown)
    first = digits.key(request.GET.get("from", "")) or max(1, last - 1)
    old, new = access.revision_or_404(shown, first), access.revision_or_404(shown, last)
    context = {"writeup": shown, "old": old, "new": new, "parts": comparing.changes(old, new)}
    return render(request, "publishing/changes.html", context)
