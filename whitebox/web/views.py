"""Pages of the site itself: home, health, calendar."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from whitebox.outbox import preferences
from whitebox.people import policies
from whitebox.together import together
from whitebox.web import ahead, cards, feed, health, navigation, see_as, viewing
from whitebox.web.models import CalendarFeed
from whitebox.web.visitor import signed_in


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show what is next, what is not yet, and who helps. Policies that wait for a signature come first."""
    viewer = viewing.viewer(signed_in(request))
    navigation.remember(request, viewer.memberships)
    with together([policies.foreseen(viewer.user), *ahead.of_home(viewer)]):
        if policies.unsigned(viewer.user, {membership.role for membership in viewer.memberships}):
            return redirect("people:policies")
        context = {"viewer": viewer, "sections": cards.collect(viewer), "week": _week(viewer)}
        return render(request, "web/home.html", context)


def _week(viewer: cards.Viewer) -> int | None:
    return viewer.participation.cohort.week_at(viewer.now) if viewer.participation else None


@require_http_methods(["GET", "POST"])
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Let people choose which letters they get. Duties are named, and cannot be switched off."""
    user = signed_in(request)
    choices = preferences.optional()
    if request.method == "POST":
        preferences.choose(user, [kind for kind in choices if request.POST.get(kind)])
        messages.success(request, _("Saved."))
        return redirect("web:letters")
    off = preferences.muted(user)
    return render(
        request, "web/letters.html", {"choices": [(kind, words, kind not in off) for kind, words in choices.items()]}
    )


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers. Nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether every part works: 503 where a vital one does not."""
    found = health.findings()
    rows = {one.name: {"ok": one.is_ok, "detail": one.detail} for one in found}
    is_ready = all(one.is_ok for one in found if one.is_vital)
    return JsonResponse({"ready": is_ready, "parts": rows}, status=200 if is_ready else 503)


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Serve a person's calendar to whoever knows its address."""
    owner = get_object_or_404(
        CalendarFeed.objects.select_related("user").filter(user__is_active=True), token=token
    ).user
    content = feed.ical(owner)
    tag = feed.etag(content)
    response = HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"ETag": tag, "Cache-Control": "private, max-age=300"},
    )
    answer = get_conditional_response(request, etag=tag, response=response)
    return answer or response  # The answer is empty where a calendar program has this very content already.


@require_GET
@never_cache
@login_required
def calendar_settings(request: HttpRequest) -> HttpResponse:
    """Show a person the address of their calendar."""
    address = reverse("web:calendar", args=[feed.feed_of(signed_in(request)).token])
    return render(request, "web/calendar.html", {"address": request.build_absolute_uri(address)})


@require_POST
@login_required
def calendar_renew(request: HttpRequest) -> HttpResponse:
    feed.renew(signed_in(request))
    messages.success(request, _("Your calendar has a new address. The old one no longer works."))
    return redirect("web:calendar_settings")


@require_POST
@login_required
def see_as_start(request: HttpRequest) -> HttpResponse:
    """Begin to look as the person that is named; who may not finds nothing."""
    seen = see_as.begin(request, signed_in(request), request.POST.get("kind", ""), request.POST.get("key", ""))
    return redirect(seen.first)


@require_POST
@login_required
def see_as_stop(request: HttpRequest) -> HttpResponse:
    see_as.end(request)
    messages.success(request, _("You look with your own eyes again."))
    return redirect("web:home")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a refused form in words; `reason` is for programmers and stays in the log."""
    return render(request, "403_csrf.html", status=403)
