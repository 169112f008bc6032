"""The pages around one session: attendance, the code of the room, checking in, more time for one person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from curriculum import attendance, check_in
from curriculum.attendance_sheet import sheet
from curriculum.choices import AttendanceState
from curriculum.models import Session
from curriculum.session_forms import CheckInForm, MoreTimeForm
from curriculum.study import Study, study_or_404
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.people.choices import Role
from whitebox.web.visitor import signed_in

TEACHES = frozenset({Role.MENTOR, Role.ORGANIZER})


def _session_or_404(study: Study, module_slug: str) -> Session:
    found = Session.objects.filter(cohort=study.cohort, module__slug=module_slug)
    return get_object_or_404(found.select_related("cohort", "module"))


def taught_session_or_404(request: HttpRequest, cohort_slug: str, module_slug: str) -> Session:
    """Return a session of a cohort in which the reader teaches."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *TEACHES)
    found = Session.objects.filter(cohort=cohort, module__slug=module_slug)
    return get_object_or_404(found.select_related("cohort", "module"))


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def mark(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    """Take attendance: one tap a person, the rest present with one more, and the last tap undone."""
    session = taught_session_or_404(request, cohort_slug, module_slug)
    here = reverse("curriculum:attendance", args=[cohort_slug, module_slug])
    if request.method == "POST":
        return redirect(f"{here}{_marked(request, session)}")
    context = {"session": session, "cohort": session.cohort, "sheet": sheet(session, signed_in(request))}
    return render(request, "curriculum/attendance.html", context)


def _marked(request: HttpRequest, session: Session) -> str:
    """Do what one button asks for, and return where on the page the reader goes on."""
    by = signed_in(request)
    if "undo" in request.POST:
        count = attendance.undo(session, by=by)
        words = ngettext("Undone for %(count)d person.", "Undone for %(count)d people.", count)
        messages.success(request, words % {"count": count})
        return ""
    if "rest" in request.POST:
        attendance.mark_the_rest_present(session, by=by)
        return ""
    person, _colon, state = request.POST.get("mark", "").partition(":")
    if digits.whole(person) is None or state not in AttendanceState.values:
        raise RuleViolation(_("Nothing was marked. Use the buttons beside a name."))
    attendance.mark(session, {digits.key(person)}, AttendanceState(state), by=by)
    return f"#person-{person}"


@require_GET
@never_cache
@login_required
def room_code(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    """Show the code to the room; where JavaScript runs the page asks for the next one by itself."""
    session = taught_session_or_404(request, cohort_slug, module_slug)
    now = timezone.now()
    context = {
        "session": session,
        "cohort": session.cohort,
        "is_open": check_in.is_open(session, now),
        "code": check_in.code(session, now),
        "changes_at": check_in.next_code_at(now),
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "curriculum/_code.html" if is_part else "curriculum/code.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def arrive(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    """Let a participant type the code that is shown in the room."""
    study = study_or_404(request, cohort_slug)
    if not study.is_participant:
        raise Http404
    session = _session_or_404(study, module_slug)
    form = CheckInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = check_in.check_in(session, study.membership, form.cleaned_data["code"], by=signed_in(request))
        except RuleViolation as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, _("You are marked as %(state)s.") % {"state": row.get_state_display()})
            return redirect("curriculum:module", cohort_slug, module_slug)
    context = {
        "session": session,
        "cohort": study.cohort,
        "form": form,
        "is_open": check_in.is_open(session, timezone.now()),
    }
    return render(request, "curriculum/check_in.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def more_time(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Show one participant's deadlines to whoever teaches them, and give more time with a reason."""
    person = access.taught_or_404(request.user, cohort_slug, pk)
    form = MoreTimeForm(request.POST or None, membership=person)
    if request.method == "POST" and form.is_valid():
        try:
            form.grant(by=signed_in(request))
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Extended. Their pages, reminders and calendar follow."))
            return redirect("curriculum:more_time", cohort_slug, pk)
    given = person.extensions.select_related("module", "by").order_by("-at", "-pk")
    context = {"person": person, "cohort": person.cohort, "form": form, "given": given}
    return render(request, "curriculum/more_time.html", context, status=422 if form.errors else 200)
