"""The screening board and its neighbours: disagreements, the sheet of an application, reviewers' scales, the file."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants import board, calibrating, charts, disagreements, rights, scales, wording
from applicants.board import Chosen, Line, View
from applicants.choices import ApplicationState, DecisionCode, Tier
from whitebox import digits
from whitebox.web.visitor import signed_in

SHOWN = 100  # rows of each list of disagreements
SHOWS = ("grey", "apart", "second", "stale", "undecided")


def view_or_404(request: HttpRequest, slug: str) -> View:
    user = signed_in(request)
    return disagreements.view_or_404(rights.round_or_404(user, slug), request.GET.get("stage", ""), user)


def _chosen(request: HttpRequest) -> Chosen:
    asked = {name: request.GET.get(name, "") for name in ("show", "tier", "state", "sort")}
    sort = asked["sort"] if asked["sort"] in board.SORTS else "adjusted"
    return Chosen(asked["show"], asked["tier"], asked["state"], sort)


def ranking(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the applications of a stage, ranked, with what the ranking is worth."""
    view = view_or_404(request, slug)
    chosen = _chosen(request)
    last = board.newest(view)
    places = last.places if last else calibrating.places_of(view.round)
    cut = board.cut_of(view, places)
    pages: Paginator[Any] = Paginator(board.rows(view, chosen), board.PAGE)  # type: ignore[arg-type]  # it has parts
    page = pages.get_page(request.GET.get("page"))
    context = {
        "round": view.round,
        "view": view,
        "page": page,
        "lines": board.lines(view, list(page), cut),
        "chosen": chosen,
        "calibration": last,
        "places": places,
        "cut": cut,
        "axis": charts.axis(cut),
        "reliability": wording.reliability(last),
        "cautions": wording.cautions(last),
        "open": board.open_decisions(view, last),
        "apart": board.counted(board.unsettled(view)),
        "counted": board.COUNTED,
        "states": [state for state in ApplicationState.choices if state[0] != ApplicationState.DRAFT],
        "tiers": Tier.choices,
        "codes": DecisionCode.choices,
    }
    return render(request, "applicants/board.html", context)


HEAD = (
    "code", "state", "tier", "reviews", "mean", "sd", "adjusted", "se", "p_top", "p_bar", "spread", "pending", "stale",
)  # fmt: skip


def file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Send the rows that the board shows as CSV, in the same order."""
    view = view_or_404(request, slug)
    name = f"{view.round.slug}-{view.stage.slug}-board.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_csv(view, _chosen(request)), content_type="text/csv; charset=utf-8", headers=headers)


def _csv(view: View, chosen: Chosen) -> Iterator[str]:
    yield _row(HEAD)
    part: list[tuple[object, ...]] = []
    for row in board.rows(view, chosen).everything():
        part.append(row)
        if len(part) == 1_000:
            yield "".join(_row(_cells(line)) for line in board.lines(view, part, None))
            part = []
    yield "".join(_row(_cells(line)) for line in board.lines(view, part, None))


def _cells(line: Line) -> tuple[object, ...]:
    figures = (line.mean, line.sd, line.adjusted, line.se, line.p_top, line.p_bar)
    mean, sd, *others = ("" if one is None else f"{one:.4f}" for one in figures)
    stale = "yes" if line.is_stale else ""
    return (line.code, _plain(line.where), line.tier, line.reviews, mean, sd, *others, line.spread, line.pending, stale)


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a title that somebody wrote for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _row(cells: tuple[object, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def differing(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where reviewers differ and where one reading has to do; take a note on several at once."""
    view = view_or_404(request, slug)
    if request.method == "POST":
        return _noted(request, view)
    apart = board.unsettled(view).select_related("application").order_by("-spread", "application_id")[:SHOWN]
    single = board.single(view).select_related("application").order_by("reviews", "application_id")[:SHOWN]
    context = {
        "round": view.round,
        "view": view,
        "apart": disagreements.with_totals(list(apart)),
        "single": list(single),
        "apart_count": board.counted(board.unsettled(view)),
        "single_count": board.counted(board.single(view)),
        "counted": board.COUNTED,
    }
    return render(request, "applicants/disagreements.html", context)


def _noted(request: HttpRequest, view: View) -> HttpResponse:
    picked = digits.keys(request.POST.getlist("pick"))
    rows = list(view.summaries().filter(application__in=picked).select_related("application", "stage"))
    for row in rows:
        disagreements.note(row.application, row.stage, request.POST.get("text", ""), by=signed_in(request))
    done = ngettext("%(count)d note is kept.", "%(count)d notes are kept.", len(rows)) % {"count": len(rows)}
    if rows:
        messages.success(request, done)
    else:
        messages.error(request, _("Choose at least one application. Nothing was written."))
    return redirect(request.get_full_path())


def sheet(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show all reviews of one application side by side, and take a note on what came of them."""
    view = view_or_404(request, slug)
    found = disagreements.sheet_or_404(view, code)
    if request.method == "POST":
        disagreements.note(found.application, view.stage, request.POST.get("text", ""), by=signed_in(request))
        messages.success(request, _("The note is kept."))
        return redirect(request.get_full_path())
    return render(request, "applicants/sheet.html", {"round": view.round, "view": view, "sheet": found})


def of_reviewers(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how strict each reviewer is, how that drifts, and whose absence would change who is in."""
    view = view_or_404(request, slug)
    last = board.newest(view)
    context = {
        "round": view.round,
        "view": view,
        "calibration": last,
        "reliability": wording.reliability(last),
        "cautions": wording.cautions(last),
        **(scales.of(view, last) if last else {}),
    }
    return render(request, "applicants/scales.html", context)


PAGES = (
    ("pipeline/<slug:slug>/board/", ranking, "applicants_board"),
    ("pipeline/<slug:slug>/board.csv", file, "applicants_board_file"),
    ("pipeline/<slug:slug>/board/disagreements/", differing, "applicants_disagreements"),
    ("pipeline/<slug:slug>/board/scales/", of_reviewers, "applicants_scales"),
    ("pipeline/<slug:slug>/board/<slug:code>/", sheet, "applicants_sheet"),
)
