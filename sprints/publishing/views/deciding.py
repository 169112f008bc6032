"""Levels: who may read something, and how that changes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import models
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sprints.forms import agreed
from sprints.publishing import access, levels, subjects
from sprints.publishing.agreements import LevelChange, TrustedReader
from sprints.publishing.choices import WHO_READS, Capacity
from sprints.publishing.forms import LevelForm, NameForm, ReadersForm, VoteForm
from sprints.publishing.models import Writeup
from sprints.publishing.subjects import Subject
from whitebox import digits
from whitebox.people.models import User
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@login_required
def level(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Show who may read something and every decision about it; ask for another level."""
    user = signed_in(request)
    subject = subjects.subject_or_404(user, what, pk)
    if request.method == "GET":
        return level_page(request, subject)
    form = LevelForm(request.POST, auto_id="level-%s")
    form.offer(subject.level)
    if form.is_valid() and agreed(form, lambda: levels.propose(subject, **form.cleaned_data, by=user)):
        messages.success(request, _("Your wish is kept with its reason."))
        return redirect(subjects.shown(subject).level_address)
    return level_page(request, subject, refused=form)


def level_page(request: HttpRequest, subject: Subject, *, refused: Form | None = None) -> HttpResponse:
    user = signed_in(request)
    changes = list(
        LevelChange.objects.filter(**subjects.about(subject))
        .select_related("by", "revision")
        .prefetch_related("votes__user", "votes__reader")
    )
    current = next((one for one in changes if one.is_open), None)
    coordinator = subjects.coordinator_of(subject)
    is_author = subjects.authors_of(subject).filter(pk=user.pk).exists()
    context = {
        "subject": subject,
        "shown": subjects.shown(subject),
        "who_reads": _who_reads(subject),
        "decided": [one for one in changes if not one.is_open],
        "open_change": current,
        "own_votes": _own_votes(current, user),
        "coordinator": coordinator,
        "may_tighten": is_author or coordinator == user,
        "may_keep_list": is_author or coordinator == user,
        "may_withdraw": current is not None and (current.by_id == user.pk or is_author),
        "named": subjects.named_on(subject),
        **_forms(subject, current, may_ask_readers=coordinator == user, refused=refused),
    }
    return render(request, "publishing/level.html", context, status=400 if refused is not None else 200)


def _who_reads(subject: Subject) -> object:
    return WHO_READS[subject.level] if isinstance(subject, Writeup) else subject.get_level_display()


def _own_votes(current: LevelChange | None, user: User) -> list[object]:
    votes = current.votes.all() if current is not None else ()
    return [one for one in votes if one.user_id == user.pk and one.is_yes is None]


def _forms(
    subject: Subject, current: LevelChange | None, *, may_ask_readers: bool, refused: Form | None
) -> dict[str, Form | None]:
    """Return the forms of the page; the one that was refused in the place of its empty twin."""
    forms: dict[str, Form | None] = {
        "level_form": LevelForm(auto_id="level-%s"),
        "vote_form": VoteForm(auto_id="vote-%s"),
    }
    forms["name_form"] = NameForm(auto_id="name-%s")
    forms["readers_form"] = None
    if may_ask_readers and current is not None and current.wanted == "public" and current.clock_from is not None:
        forms["readers_form"] = ReadersForm(auto_id="readers-%s")
    for name, form in forms.items():
        if refused is not None and type(form) is type(refused):
            forms[name] = refused
        elif isinstance(form, LevelForm):
            form.offer(subject.level)
        elif isinstance(form, NameForm):
            form.offer(access.people_of(subjects.cohort_of(subject)))
        elif isinstance(form, ReadersForm) and current is not None:
            form.offer(_unasked(subject, current))
    return forms


def _unasked(subject: Subject, current: LevelChange) -> "models.QuerySet[TrustedReader]":
    asked = current.votes.filter(capacity=Capacity.READER).values("reader")
    return TrustedReader.objects.filter(cohort=subjects.cohort_of(subject), is_active=True).exclude(pk__in=asked)


def _change_or_404(user: User, pk: int) -> tuple[LevelChange, Subject]:
    """Return a change of something that `user` may read."""
    found = get_object_or_404(LevelChange.objects.select_related("writeup", "excursion", "entry__excursion"), pk=pk)
    word = next(word for word, name in subjects.WORDS.items() if name == subjects.field_of(found.subject))
    return found, subjects.subject_or_404(user, word, found.subject.pk)


@require_POST
@login_required
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    change, subject = _change_or_404(user, pk)
    found = get_object_or_404(change.votes.filter(user=user), pk=digits.key(request.POST.get("vote", "")))
    form = VoteForm(request.POST, auto_id="vote-%s")
    if form.is_valid() and agreed(
        form, lambda: levels.vote(found, is_yes=form.is_yes, reason=form.cleaned_data["reason"], by=user)
    ):
        messages.success(request, _("Your vote is kept with its reason."))
        return redirect(subjects.shown(subject).level_address)
    return level_page(request, subject, refused=form)


@require_POST
@login_required
def ask_readers(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    change, subject = _change_or_404(user, pk)
    form = ReadersForm(request.POST, auto_id="readers-%s")
    form.offer(_unasked(subject, change))
    if form.is_valid() and agreed(form, lambda: levels.ask_readers(change, form.chosen(), by=user)):
        messages.success(request, _("The private links leave within a minute. The readers have ten days."))
        return redirect(subjects.shown(subject).level_address)
    return level_page(request, subject, refused=form)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    change, subject = _change_or_404(user, pk)
    levels.withdraw(change, by=user)
    messages.success(request, _("The proposal is withdrawn."))
    return redirect(subjects.shown(subject).level_address)


@require_POST
@login_required
def name(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Put somebody on the need-to-know list."""
    user = signed_in(request)
    subject = subjects.subject_or_404(user, what, pk)
    form = NameForm(request.POST, auto_id="name-%s")
    form.offer(access.people_of(subjects.cohort_of(subject)))
    if form.is_valid() and agreed(form, lambda: levels.name(subject, form.chosen(), by=user)):
        return redirect(subjects.shown(subject).level_address)
    return level_page(request, subject, refused=form)


@require_POST
@login_required
def strike(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    user = signed_in(request)
    subject = subjects.subject_or_404(user, what, pk)
    found = get_object_or_404(subjects.named_on(subject), pk=digits.key(request.POST.get("named", "")))
    levels.strike(found, by=user)
    return (
        redirect("publishing:writeups") if found.user_id == user.pk else redirect(subjects.shown(subject).level_address)
    )
