"""Pages of reviews: the next question, what came of it, what to practise, and the switch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curriculum import syllabus
from curriculum.models import Corrective
from mastery import lookups, remembering, review_items, review_pages, reviewing
from mastery.cards import RetentionCard
from mastery.review_items import Candidate
from mastery.review_pages import ReviewForm
from mastery.reviewing import Given
from whitebox import digits
from whitebox.people import access
from whitebox.people.models import Membership
from whitebox.web.visitor import signed_in


@require_GET
@never_cache
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """Ask the question that is due first; say when the next one is where none is."""
    studying = access.participation_or_404(signed_in(request))
    page = review_pages.overview(studying, timezone.now())
    return render(request, "mastery/reviews.html", {"page": page, "cohort": studying.cohort})


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Switch reviews off, or on again."""
    user = signed_in(request)
    off = request.POST.get("off") == "1"
    remembering.switch(access.participation_or_404(user), off=off, by=user)
    told = _("Reviews are off. Nothing is lost: you can switch them on again here.") if off else _("Reviews are on.")
    messages.success(request, told)
    return redirect("mastery:reviews")


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the answer to a review. An empty one is named; what was typed stays on the page."""
    user = signed_in(request)
    studying = access.participation_or_404(user)
    card = lookups.own_card_or_404(user, pk)
    number = digits.whole(request.POST.get("number", ""))
    if number is None:
        raise Http404
    sent = card.answers.filter(number=number).first()
    if sent is not None:
        return redirect("mastery:review_answer", sent.pk)  # The second click of two.
    candidate = review_items.chosen(card, syllabus.present(studying.cohort_id))
    name = request.POST.get("asked", "")
    if candidate is None or candidate.name != name or number > card.number:
        messages.info(request, _("Another question is asked now. Nothing was counted."))
        return redirect("mastery:reviews")
    form, is_unknown = review_pages.form_for(card, candidate, request.POST), "unknown" in request.POST
    if not is_unknown and not form.is_valid():
        return _asked_again(request, studying, card, candidate, form)
    value = form.values().get(candidate.question.slug, "")
    given = Given(number, name, value, is_helped="helped" in request.POST, is_unknown=is_unknown)
    made = reviewing.answer(card, given, by=user)
    return redirect("mastery:review_answer", made.pk)


def _asked_again(
    request: HttpRequest, studying: Membership, card: RetentionCard, candidate: Candidate, form: ReviewForm
) -> HttpResponse:
    page = review_pages.overview(studying, timezone.now(), asked=review_pages.Asked(card, candidate, form))
    return render(request, "mastery/reviews.html", {"page": page, "cohort": studying.cohort}, status=422)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def answered(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what came of an answer, or let the person judge it beside a good one."""
    user = signed_in(request)
    given = lookups.own_review_answer_or_404(user, pk)
    if request.method == "POST":
        level = digits.whole(request.POST.get("level", ""))
        reviewing.judge(given, -1 if level is None else level, by=user)
        return redirect("mastery:review_answer", given.pk)
    studying = access.participation_or_404(user)
    page = review_pages.outcome(given, studying, timezone.now())
    return render(request, "mastery/review_answer.html", {"page": page, "cohort": studying.cohort})


@require_http_methods(["GET", "POST"])
@login_required
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a way to practise what has lapsed; take that it was gone."""
    user = signed_in(request)
    studying = access.participation_or_404(user)
    card = lookups.own_card_or_404(user, pk)
    if request.method == "POST":
        reviewing.practised(card, by=user)
        messages.success(request, _("Good. It comes up again when it is due."))
        return redirect("mastery:reviews")
    way = reviewing.practice(card, syllabus.of_page(studying.cohort))
    if way is None:
        raise Http404
    found = get_object_or_404(Corrective.objects.select_related("objective_version"), pk=way.pk)
    return render(request, "mastery/review_practice.html", {"card": card, "corrective": found})
