"""Hackathons as teams and organizers meet them: rules, registration, handing in, placements."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sprints import access, hackathons, standings, teams
from sprints.contests import Artefact, Entry, Hackathon, Rating
from sprints.forms import agreed
from sprints.forms_hackathons import ArtefactForm, DraftForm, HackathonForm, JudgeForm, PlaceForm, RegisterForm
from sprints.hackathons import CRITERIA
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.web import navigation
from whitebox.web.visitor import signed_in

EMPTY = {"criteria": CRITERIA, "ratings_each": 3, "kind": "own"}


def _opened(request: HttpRequest) -> list[Membership]:
    memberships = access.memberships_or_404(signed_in(request))
    navigation.remember(request, memberships)
    return memberships


@require_http_methods(["GET", "POST"])
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Show the hackathons of the reader's cohorts; organizers plan one."""
    user, memberships = signed_in(request), _opened(request)
    led = {one.cohort_id: one.cohort for one in memberships if one.role == Role.ORGANIZER}
    if request.method == "POST" and not led:
        raise Http404
    form = HackathonForm(request.POST or None, initial=EMPTY)
    form.offer(led)
    if form.is_valid():
        try:
            made = hackathons.plan(form.cohort(), form.facts(), by=user)
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The hackathon is planned. Teams of the cohort can register."))
            return redirect("sprints:hackathon", made.pk)
    found = Hackathon.objects.filter(cohort__in={one.cohort_id for one in memberships}).select_related("cohort")
    context = {"hackathons": found, "form": form if led else None, "now": timezone.now()}
    return render(request, "sprints/hackathons.html", context, status=400 if form.is_bound else 200)


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return hackathon_page(request, access.hackathon_or_404(_opened(request), pk))


def hackathon_page(request: HttpRequest, shown: Hackathon, refused: Form | None = None) -> HttpResponse:
    """Answer with a hackathon; `refused` is the form on it that was refused."""
    user, now = signed_in(request), timezone.now()
    entries = list(shown.entries.present().select_related("team").prefetch_related("team__members__membership__user"))
    own_teams = [team for team in teams.of(user) if team.cohort_id == shown.cohort_id]
    own = [entry for entry in entries if entry.team in own_teams]
    free = [] if own else own_teams  # a person enters with one team
    register_form = refused if isinstance(refused, RegisterForm) else RegisterForm()
    if isinstance(register_form, RegisterForm):
        register_form.offer(free)
    context = {
        "hackathon": shown,
        "now": now,
        "entries": [(entry, teams.in_words(entry.team)) for entry in entries],
        "own": own,
        "criteria": shown.criteria.all(),
        "may_register": bool(free) and now <= shown.registers_until,
        "may_found": access.may_research(access.memberships_or_404(user), now) and now <= shown.registers_until,
        "register_form": register_form,
        "ratings": Rating.objects.filter(judge__hackathon=shown, judge__membership__user=user).select_related(
            "entry__team"
        ),
    }
    if access.organizes(user, shown.cohort):
        context |= _organized(shown, refused)
    return render(request, "sprints/hackathon.html", context, status=400 if refused is not None else 200)


def _organized(shown: Hackathon, refused: Form | None) -> dict[str, object]:
    """Return what organizers see beside: judges, what they have rated, what is missing."""
    judges = list(shown.judges.select_related("membership__user").prefetch_related("ratings"))
    there = {judge.membership_id for judge in judges}
    people = Membership.objects.active().filter(cohort=shown.cohort).exclude(pk__in=there).select_related("user")
    form = refused if isinstance(refused, JudgeForm) else JudgeForm()
    form.offer(list(people.order_by("role", "user__name", "pk")))
    return {
        "is_organizer": True,
        "judges": [(judge, len(judge.ratings.all()), _submitted(judge.ratings.all())) for judge in judges],
        "judge_form": form,
        "missing": standings.missing(shown, standings.rated_in(shown)) if shown.handed_out_at else [],
    }


def _submitted(ratings: "object") -> int:
    return sum(one.submitted_at is not None for one in ratings)  # type: ignore[attr-defined]  # ratings of one judge


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    shown = access.organized_hackathon_or_404(user, pk)
    names = ("title", "kind", "host", "url", "registers_until", "starts_at", "due_at", "late_until", "rules")
    present = {name: getattr(shown, name) for name in (*names, "ratings_each")}
    form = HackathonForm(request.POST or None, initial=present | {"criteria": hackathons.criteria_as_text(shown)})
    if form.is_valid() and agreed(form, lambda: hackathons.change(shown, form.facts(), by=user)):
        messages.success(request, _("The hackathon is changed."))
        return redirect("sprints:hackathon", shown.pk)
    context = {"form": form, "hackathon": shown}
    return render(request, "sprints/hackathon_change.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def register(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    shown = access.hackathon_or_404(_opened(request), pk)
    form = RegisterForm(request.POST)
    form.offer(list(teams.of(user)))
    if form.is_valid() and agreed(form, lambda: hackathons.register(shown, form.chosen(), by=user)):
        messages.success(request, _("Your team is registered."))
        return redirect("sprints:hackathon", shown.pk)
    return hackathon_page(request, shown, form)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    entry = access.own_entry_or_404(user, pk)
    hackathons.withdraw(entry, by=user)
    messages.success(request, _("Your team is out. What you saved is kept."))
    return redirect("sprints:hackathon", entry.hackathon_id)


@require_GET
@login_required
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    return _entry_page(request, access.entry_in_hackathon_or_404(signed_in(request), pk))


def _entry_page(request: HttpRequest, shown: Entry, refused: Form | None = None) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    drafts = list(shown.drafts.select_related("by"))
    last = drafts[0] if drafts else None
    names = ("title", "source", "repository", "demonstration")
    written = {name: getattr(last, name) for name in names} if last else {}
    is_own = shown.team.members.present().filter(membership__user=user).exists()
    is_organizer = access.organizes(user, shown.hackathon.cohort)
    hackathon = shown.hackathon
    context = {
        "entry": shown,
        "hackathon": hackathon,
        "drafts": drafts,
        "last": last,
        "artefacts": shown.artefacts.all(),
        "is_own": is_own,
        "may_write": is_own and shown.withdrawn_at is None and hackathon.handed_out_at is None
        and not hackathon.is_released and hackathon.starts_at <= now <= hackathon.closes_at,
        "is_late_now": now > hackathon.due_at,
        "may_place": not hackathon.is_own and now >= hackathon.due_at and (is_own or is_organizer),
        "placement": getattr(shown, "placement", None),
        "result": getattr(shown, "result", None) if hackathon.is_released else None,
        "comments": _comments(shown) if hackathon.is_released and (is_own or is_organizer) else [],
        "draft_form": refused if isinstance(refused, DraftForm) else DraftForm(initial=written, auto_id="draft-%s"),
        "artefact_form": refused if isinstance(refused, ArtefactForm) else ArtefactForm(auto_id="artefact-%s"),
        "place_form": refused if isinstance(refused, PlaceForm) else PlaceForm(auto_id="place-%s"),
    }  # fmt: skip
    return render(request, "sprints/entry.html", context, status=400 if refused is not None else 200)


def _comments(shown: Entry) -> list[str]:
    """Return what judges wrote to the team, in an order that tells nobody who it was."""
    found = shown.ratings.filter(submitted_at__isnull=False).exclude(comment="")
    return sorted(found.values_list("comment", flat=True))


@require_POST
@login_required
def save_draft(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    written = access.own_entry_or_404(user, pk)
    form = DraftForm(request.POST, auto_id="draft-%s")
    if form.is_valid() and agreed(form, lambda: hackathons.save_draft(written, form.text(), by=user)):
        messages.success(request, _("The draft is saved. The last saved draft is what counts."))
        return redirect("sprints:entry", written.pk)
    return _entry_page(request, written, form)


@require_POST
@login_required
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    written = access.own_entry_or_404(user, pk)
    form = ArtefactForm(request.POST, request.FILES, auto_id="artefact-%s")
    if form.is_valid() and agreed(form, lambda: hackathons.attach(written, form.cleaned_data["file"], by=user)):
        messages.success(request, _("The file belongs to your entry now."))
        return redirect("sprints:entry", written.pk)
    return _entry_page(request, written, form)


@require_POST
@login_required
def place(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    placed = access.placeable_entry_or_404(user, pk)
    form = PlaceForm(request.POST, auto_id="place-%s")
    if form.is_valid() and agreed(form, lambda: hackathons.record_placement(placed, form.found(), by=user)):
        messages.success(request, _("The place is written down."))
        return redirect("sprints:entry", placed.pk)
    return _entry_page(request, placed, form)


@require_GET
@login_required
def artefact(request: HttpRequest, pk: int) -> FileResponse:
    """Answer with a file of an entry that the reader may read, as a download."""
    visible = access.visible_entries_of(signed_in(request))
    found = get_object_or_404(Artefact.objects.filter(entry__in=visible.values("pk")), pk=pk)
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.filename,
        content_type=found.content_type,
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
