"""The gradebook, on the page and as a file."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mastery import gradebook
from mastery.gradebook import Gradebook
from mastery.interval_chart import interval
from whitebox.people import team
from whitebox.people.access import cohort_or_404
from whitebox.people.choices import Role
from whitebox.people.models import Cohort
from whitebox.text import archives
from whitebox.web.visitor import signed_in

A_PAGE = 200  # people; a browser draws 200 x 60 cells in a moment, not ten times as many
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@never_cache
@login_required
def page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show mentors their own people, and organizers everybody, objective by objective."""
    cohort, book = _book(request, cohort_slug)
    shown = Paginator(book.chosen, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "book": book,
        "page": shown,
        "rows": book.rows(list(shown.object_list)),
        "totals": [(one, interval(one.share) if one.share else "") for one in book.totals],
        "fewest": gradebook.FEWEST,
        "signs": [(state, gradebook.SIGNS[state], word) for state, word in gradebook.WORDS.items()],
        "query": request.GET.urlencode(),
    }
    return render(request, "mastery/gradebook.html", context)


@require_GET
@never_cache
@login_required
def download(request: HttpRequest, cohort_slug: str, kind: str) -> HttpResponseBase:
    """Send what the page shows, all rows of it, as a workbook or as one CSV file."""
    cohort, book = _book(request, cohort_slug)
    if kind not in KINDS:
        raise Http404
    sheets = gradebook.tables(book)
    parts: Iterator[bytes] = archives.workbook(sheets) if kind == "xlsx" else archives.csv_file(sheets[0])
    name = f"gradebook-{cohort.slug}-{timezone.localdate():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(parts, content_type=KINDS[kind], headers=headers)


def _book(request: HttpRequest, cohort_slug: str) -> tuple[Cohort, Gradebook]:
    cohort = cohort_or_404(request.user, cohort_slug, Role.MENTOR, Role.ORGANIZER)
    user = signed_in(request)
    return cohort, gradebook.of_cohort(cohort, team.taught(user, cohort), request.GET.dict(), reader=user)
