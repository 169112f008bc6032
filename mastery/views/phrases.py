"""Reusable comments: one's own, and those of the cohorts in which one marks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mastery import phrases
from mastery.desk_forms import PhraseForm
from mastery.views.desk import marker_or_404


@require_http_methods(["GET", "POST"])
@login_required
def comments(request: HttpRequest) -> HttpResponse:
    """List the reusable comments, most used first, and keep another one."""
    user, _teaching = marker_or_404(request)
    form = PhraseForm(request.POST or None, cohorts=phrases.cohorts_of(user))
    if request.method == "POST" and form.is_valid():
        phrases.keep(form.cleaned_data["text"], by=user, cohort=form.cleaned_data["cohort"])
        messages.success(request, _("Kept."))
        return redirect("mastery:comments")
    context = {
        "form": form,
        "comments": phrases.readable_by(user),
        "editable": set(phrases.editable_by(user).values_list("pk", flat=True)),
    }
    return render(request, "mastery/comments.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Word a reusable comment anew, share it, or delete it."""
    user, _teaching = marker_or_404(request)
    found = get_object_or_404(phrases.editable_by(user), pk=pk)
    if "delete" in request.POST:
        phrases.remove(found, by=user)
        messages.success(request, _("Deleted. Marks that used its words keep them."))
        return redirect("mastery:comments")
    form = PhraseForm(request.POST or None, cohorts=phrases.cohorts_of(user), comment=found)
    if request.method == "POST" and form.is_valid():
        phrases.change(found, form.cleaned_data["text"], by=user, cohort=form.cleaned_data["cohort"])
        messages.success(request, _("Kept."))
        return redirect("mastery:comments")
    context = {"form": form, "comment": found}
    return render(request, "mastery/comment.html", context, status=422 if form.errors else 200)
