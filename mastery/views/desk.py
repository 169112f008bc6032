"""The marking desk: work of one's own people, longest waiting first."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mastery import desk as work
from mastery import lookups, marking
from mastery.desk import MarkForm
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.web.visitor import signed_in


@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits for a mark by this person."""
    user = signed_in(request)
    teaching = Membership.objects.active().filter(user=user, role__in=[Role.MENTOR, Role.ORGANIZER])
    if not teaching.exists():
        raise Http404
    return render(request, "mastery/desk.html", {"entries": work.entries(user), "now": timezone.now()})


@require_http_methods(["GET", "POST"])
@login_required
def mark(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Show one answer beside its rubric; a mark leads to the next one."""
    user = signed_in(request)
    attempt = lookups.markable_attempt_or_404(user, pk)
    sheet = work.sheet(attempt, item, user)
    if sheet is None:
        raise Http404
    if sheet.is_marked:
        messages.info(request, _("This answer has its mark."))
        return redirect("mastery:desk")
    form = MarkForm(request.POST or None, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        marking.mark(attempt, item, form.judgement(), by=user)
        following = work.entries(user)
        messages.success(request, _("Marked. Thank you."))
        return redirect(following[0].address if following else "mastery:desk")
    context = {"sheet": sheet, "form": form, "entries": work.entries(user), "now": timezone.now()}
    return render(request, "mastery/mark.html", context, status=422 if form.errors else 200)
