"""The organizer's export of a round."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from applicants import rights
from applicants.exporting import tables
from applicants.models import Application
from whitebox.text import archives
from whitebox.web.visitor import signed_in

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def of_round(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Say what an export holds."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    left_out = tables.left_out(round_, by=user)
    context = {
        "round": round_,
        "count": Application.objects.filter(round=round_).count() - left_out,
        "left_out": left_out,
    }
    return render(request, "applicants/export.html", context)


def download(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """Send everything of a round as a workbook or as CSV files, row by row."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    if kind not in KINDS:
        raise Http404
    found = tables.of_round(round_, by=user)
    parts: Iterator[bytes] = archives.workbook(found) if kind == "xlsx" else archives.csv_archive(found)
    name = f"{round_.slug}-{timezone.localdate():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(parts, content_type=KINDS[kind], headers=headers)


PAGES = (
    ("export/<slug:slug>/", of_round, "applicants_export"),
    ("export/<slug:slug>/<slug:kind>/", download, "applicants_export_download"),
)
