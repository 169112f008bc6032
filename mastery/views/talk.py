"""Pages of a talk for the person who studies: book a time, move it, give it back; and the talk itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mastery import booking, examiners, lookups, reading, talk_pages
from mastery.models import Attempt
from mastery.talks import OralSlot
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer the times at which an attempt's talk can be held; take the one that is chosen."""
    user = signed_in(request)
    found = lookups.own_attempt_or_404(user, pk)
    if not booking.asked_in_talks(found):
        raise Http404
    if request.method == "GET":
        return render(request, "mastery/book_talk.html", _choice(request, found))
    chosen = digits.whole(request.POST.get("slot", ""))
    if chosen is None:
        raise RuleViolation(_("Choose one of the times."))
    slot = get_object_or_404(OralSlot, pk=chosen)
    talk = booking.book(found, slot, by=user)
    messages.success(request, _("Booked. It stands in your calendar, and a letter tells you when and where."))
    return redirect("mastery:talk", talk.pk)


def _choice(request: HttpRequest, found: Attempt) -> dict[str, object]:
    user, now = signed_in(request), timezone.now()
    talk, studying = booking.current(found), examiners.present(found)
    waits = booking.still_to_talk(found)
    times = list(booking.free(studying, now)[:200]) if studying and waits else []
    own = [one for one in times if studying and one.mentor_id == studying.mentor_id]
    others = [one for one in times if one not in own]
    stated = reading.objectives_of(found)
    return {
        "attempt": found,
        "talk": talk,
        "objectives": [stated[one.objective] for one in booking.asked_in_talks(found)],
        "prompts": [one.prompt_html for one in booking.asked_in_talks(found)],
        "waits": bool(waits),
        "may_move": talk is not None and booking.may_move(talk, now),
        "moves_left": booking.moves_left(found),
        "groups": [
            (_("With your mentor"), booking.by_day(own, user.zone)),
            (_("With others who teach"), booking.by_day(others, user.zone)),
        ],
        "has_times": bool(times),
        "zone": user.zone,
    }


@require_GET
@never_cache
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a talk to those who take part in it, and to others who teach there."""
    user = signed_in(request)
    found = lookups.talk_or_404(user, pk)
    return render(request, "mastery/talk.html", {"page": talk_pages.page(found, user, timezone.now())})


@require_POST
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an own time back."""
    user = signed_in(request)
    found = lookups.talk_or_404(user, pk)
    if found.attempt.membership.user_id != user.pk:
        raise Http404
    booking.cancel(found, by=user)
    messages.success(request, _("The time is given back. Choose another one when you are ready."))
    return redirect("mastery:book_talk", found.attempt_id)
