"""Pages for whoever runs the site, and for the programs that watch it."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from whitebox.operation import backlog, chores, metrics, queues, security
from whitebox.operation.choices import Chore
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people import access
from whitebox.web.visitor import signed_in


@require_safe
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures. Without the token, and where none is set, there is no such page."""
    given: str = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


@require_GET
@never_cache
@login_required
def status(request: HttpRequest) -> HttpResponse:
    """Show organizers whether work gets done, and what needs a person."""
    user = signed_in(request)
    if not (user.is_superuser or access.is_organizer(user)):
        raise Http404
    now = timezone.now()
    waiting = backlog.all_of_them(now)
    return render(
        request,
        "operation/status.html",
        {
            "now": now,
            "waiting": [(one, one.is_late(now)) for one in waiting],
            "parts": [*queues.signs_of_life()],
            "stuck": _stuck(request),
            "chores": [(chore, chores.last_good(chore), chores.last(chore)) for chore in Chore],
            "has_backups": settings.BACKUP_DIR is not None,
        },
    )


def _stuck(request: HttpRequest) -> dict[str, int]:
    """Count the letters that need a decision, among those the list of letters shows this reader."""
    shown = admin.site.get_model_admin(Letter).get_queryset(request)
    needy = shown.filter(state__in=[LetterState.FAILED, LetterState.UNCERTAIN]).order_by()
    counted = dict(needy.values_list("state").annotate(Count("pk")))
    return {"failed": counted.get(LetterState.FAILED, 0), "uncertain": counted.get(LetterState.UNCERTAIN, 0)}


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116). Without a contact there is no such page."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    return HttpResponse(security.text(timezone.now()), content_type="text/plain; charset=utf-8")
