"""Pages of those who hold talks: the times they offer, and what happens in a talk."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mastery import booking, examiners, examining, lookups, talk_lists, talk_pages
from mastery.talk_pages import OfferForm, OutcomeForm
from mastery.talks import OralSlot, Talk
from whitebox.people.models import Membership, User
from whitebox.web.visitor import signed_in

KEPT = timedelta(days=14)  # how long past talks stay on the page
MINUTES, PAUSE = 20, 10


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def times(request: HttpRequest) -> HttpResponse:
    """List the times somebody offers and who waits for one; open more."""
    user = signed_in(request)
    teaching = _teaching_or_404(user)
    form = OfferForm(request.POST or None, initial={"minutes": MINUTES, "pause": PAUSE, "zone": user.zone})
    if request.method == "POST" and form.is_valid():
        made = booking.open_slots(teaching[0], form.series, place=form.cleaned_data["place"], by=user)
        told = ngettext("%(count)d time can be booked now.", "%(count)d times can be booked now.", len(made))
        messages.success(request, told % {"count": len(made)})
        return redirect("mastery:talk_times")
    now = timezone.now()
    offered = booking.slots_of(user, now - KEPT)
    context = {
        "coming": [(slot, talk) for slot, talk in offered if slot.ends_at > now],
        "past": [(slot, talk) for slot, talk in reversed(offered) if slot.ends_at <= now and talk],
        "joined": talk_lists.joined_by(user),
        "others": talk_lists.of_others(user, now),
        "waiting": talk_lists.waiting_for_a_time(user),
        "form": form,
        "now": now,
    }
    return render(request, "mastery/talk_times.html", context, status=422 if form.errors else 200)


def _teaching_or_404(user: User) -> list[Membership]:
    found = Membership.objects.active().filter(user=user, role__in=examiners.TEACHES)
    teaching = list(found.select_related("cohort").order_by("-cohort__starts_on", "role", "pk"))
    if not teaching:
        raise Http404
    return teaching


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer an own time no more."""
    user = signed_in(request)
    found = get_object_or_404(OralSlot.objects.select_related("mentor"), pk=pk, mentor__user=user)
    booking.take_back(found, reason=request.POST.get("reason", ""), by=user)
    messages.success(request, _("This time is offered no longer."))
    return redirect("mastery:talk_times")


@require_POST
@login_required
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the questions of a talk whose time has come."""
    found, user = _examined(request, pk)
    examining.begin(found, by=user)
    return redirect("mastery:talk", found.pk)


@require_POST
@login_required
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the notes of a talk; what else was chosen on the page stays chosen."""
    found, user = _examined(request, pk)
    examining.keep_notes(found, request.POST.get("notes", ""), by=user)
    found.refresh_from_db(fields=["notes"])
    form = OutcomeForm(items=booking.still_to_talk(found.attempt), notes=found.notes)
    form.initial = {name: request.POST.get(name, "") for name in form.fields}
    messages.success(request, _("Your notes are saved."))
    return render(request, "mastery/talk.html", {"page": talk_pages.page(found, user, timezone.now(), form)})


@require_POST
@login_required
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the outcome of a talk. The notes are kept in any case."""
    found, user = _examined(request, pk)
    form = OutcomeForm(request.POST, items=booking.still_to_talk(found.attempt))
    examining.keep_notes(found, request.POST.get("notes", ""), by=user)
    if not form.is_valid():
        shown = talk_pages.page(found, user, timezone.now(), form)
        return render(request, "mastery/talk.html", {"page": shown}, status=422)
    examining.judge(found, form.outcome(), by=user)
    messages.success(request, _("Recorded. The participant gets a letter."))
    return redirect("mastery:talk", found.pk)


@require_POST
@login_required
def missed(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that the participant did not come."""
    found, user = _examined(request, pk)
    examining.miss(found, by=user)
    messages.success(request, _("Noted. It costs no attempt: they can book another time."))
    return redirect("mastery:talk_times")


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = _examined(request, pk)
    examining.join(found, by=user)
    messages.success(request, _("You join this talk. It stands in your calendar."))
    return redirect("mastery:talk", found.pk)


@require_POST
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = _examined(request, pk)
    examining.leave(found, by=user)
    messages.success(request, _("You join this talk no longer."))
    return redirect("mastery:talk", found.pk)


def _examined(request: HttpRequest, pk: int) -> tuple[Talk, User]:
    user = signed_in(request)
    return lookups.examined_talk_or_404(user, pk), user
