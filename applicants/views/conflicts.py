"""The organizer's page of who must not judge whom, and of readings that came back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applicants import blindness, conflicts, rights
from applicants.choices import AssignmentState
from applicants.judgements import Assignment, ConflictOfInterest, Reviewer
from applicants.models import Application, Round
from whitebox import digits
from whitebox.people.models import User
from whitebox.web.visitor import signed_in

SHOWN = 200  # rows of each list, the latest


def of_round(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the conflicts of a round and the readings that were handed back; set or lift one. Own ones are left out."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    if request.method == "POST":
        return _taken(request, round_, user)
    # Reasons name people, so what is to be read without the name is left out too.
    other = blindness.may_be_named(user.pk, "application")
    known = ConflictOfInterest.objects.filter(other, application__round=round_)
    back = Assignment.objects.filter(
        other, application__round=round_, state__in=[AssignmentState.RECUSED, AssignmentState.DECLINED]
    )
    joined = ("application", "reviewer__membership__user")
    context = {
        "round": round_,
        "conflicts": known.select_related(*joined).order_by("-at", "-pk")[:SHOWN],
        "unsettled": _unsettled(round_, user),
        "back": back.select_related(*joined, "stage").order_by("-pk")[:SHOWN],
        "reviewers": _reviewers(round_),
    }
    return render(request, "applicants/conflicts.html", context)


def _unsettled(round_: Round, user: User) -> list[tuple[Assignment, str]]:
    found = conflicts.unsettled(round_)
    keys = {reading.application_id for reading, _line in found}
    own = Application.objects.filter(blindness.may_be_named(user.pk, "pk"), pk__in=keys)
    shown = set(own.values_list("pk", flat=True)) if keys else set()
    return [(reading, line) for reading, line in found if reading.application_id in shown]


def _reviewers(round_: Round) -> list[Reviewer]:
    found = Reviewer.objects.filter(round=round_, is_active=True)
    return list(found.select_related("membership__user").order_by("membership__user__name", "pk"))


def _taken(request: HttpRequest, round_: Round, user: User) -> HttpResponse:
    if "lift" in request.POST:
        lifted = ConflictOfInterest.objects.filter(application__round=round_, pk=_number(request, "lift"))
        conflict = lifted.select_related("application", "reviewer").first()
        if conflict is None:
            raise Http404
        conflicts.lift(conflict, by=user)
        messages.success(request, _("The conflict is lifted. It will not be detected again."))
    else:
        reviewer = Reviewer.objects.filter(round=round_, pk=_number(request, "reviewer")).first()
        application = Application.objects.filter(round=round_, code=request.POST.get("code", "").strip()).first()
        if reviewer is None or application is None:
            messages.error(request, _("Choose a reviewer and write the code of an application of this round."))
            return redirect(request.path)
        conflicts.pin(reviewer, application, reason=request.POST.get("reason", ""), by=user)
        messages.success(
            request,
            _("They are kept apart from now on: an open reading comes back, and a booked interview is cancelled, with "
              "a letter to the applicant, who can choose another time. “Interviews” shows who has to."),
        )  # fmt: skip
    return redirect(request.path)


def _number(request: HttpRequest, name: str) -> int:
    return digits.key(request.POST.get(name, ""))


PAGES = (("conflicts/<slug:slug>/", of_round, "applicants_conflicts"),)
