"""The organizer's pages for taking over the CSV file of another form tool: upload, map, dry run, apply."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applicants import rights
from applicants.importing import guessing, mapping, sheets, taking, waiting
from applicants.importing.mapping import ImportMap
from applicants.importing.sheets import Sheet
from applicants.models import ApplicationImport, ImportFile, Round
from applicants.questionnaire import Questionnaire, questionnaire_of
from whitebox.errors import RuleViolation
from whitebox.web.visitor import signed_in

SALT = "applicants.import"
STANDS_FOR = 60 * 60  # seconds; a dry run that is older must be looked at again
EXAMPLES, LONGEST_EXAMPLE = 3, 60
SHOWN = 100  # lines of each list of the report
FACTS = (
    ("name", gettext_lazy("name")),
    ("first", gettext_lazy("first name")),
    ("last", gettext_lazy("last name")),
    ("email", gettext_lazy("e-mail address")),
    ("school", gettext_lazy("school or employer")),
    ("links", gettext_lazy("links")),
    ("zone", gettext_lazy("time zone")),
    ("relations", gettext_lazy("people of ours they know")),
    ("submitted_at", gettext_lazy("moment of submission")),
    ("source", gettext_lazy("source")),
    ("id", gettext_lazy("id of the row")),
)
CHOICES = {
    "same_person": ("last", "first"),
    "long_answers": ("refuse", "keep"),
    "dates": ("", "month-first", "day-first"),
}


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column of the file on the page."""

    place: int
    name: str
    examples: list[str]
    target: str


def of_round(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a file, and list what was imported before."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    file = request.FILES.get("file")
    problem = ""
    if request.method == "POST" and isinstance(file, UploadedFile):
        try:
            return redirect("admin:applicants_import_map", round_.slug, waiting.keep(round_, file, by=user).pk)
        except RuleViolation as refused:
            problem = str(refused)
    elif request.method == "POST":
        problem = _("Choose a file first.")
    context = {
        "round": round_,
        "problem": problem,
        "imports": ApplicationImport.objects.filter(round=round_).select_related("by")[:20],
        "waiting": ImportFile.objects.filter(round=round_).order_by("-pk"),
    }
    return render(request, "applicants/import.html", context)


def of_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what each column becomes, try it, and do exactly what was tried."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    kept = get_object_or_404(ImportFile, round=round_, pk=pk)
    content = waiting.content_of(kept)
    sheet = sheets.read(content)
    digest = sha256(content).hexdigest()
    if "token" in request.POST:
        return _taken(request, round_, kept, sheet, digest)
    questionnaire = questionnaire_of(round_.form)
    if request.method == "POST":
        targets = _posted(request, sheet, questionnaire)
    else:
        targets = guessing.targets(sheet, questionnaire)
    context = {
        "round": round_,
        "kept": kept,
        "sheet": sheet,
        "columns": _columns(sheet, targets),
        "facts": FACTS,
        "questions": questionnaire.questions,
        "chosen": {name: request.POST.get(name, values[0]) for name, values in CHOICES.items()},
    }
    if request.method == "POST":
        context |= _tried(request, round_, sheet, digest, targets)
    return render(request, "applicants/import_map.html", context)


def _columns(sheet: Sheet, targets: Mapping[int, str]) -> list[ColumnRow]:
    rows = []
    for place, name in enumerate(sheet.header):
        cells = (" ".join(row.cell(place).split()) for row in sheet.rows[:50])
        examples = list(dict.fromkeys(cell[:LONGEST_EXAMPLE] for cell in cells if cell))[:EXAMPLES]
        rows.append(ColumnRow(place, name, examples, targets.get(place, "")))
    return rows


def _posted(request: HttpRequest, sheet: Sheet, questionnaire: Questionnaire) -> dict[int, str]:
    known = {name for name, _label in FACTS} | {f"answers.{one.slug}" for one in questionnaire.questions}
    sent = {place: request.POST.get(f"column-{place}", "") for place in range(len(sheet.header))}
    return {place: target for place, target in sent.items() if target in known}


def _tried(
    request: HttpRequest, round_: Round, sheet: Sheet, digest: str, targets: Mapping[int, str]
) -> dict[str, Any]:
    """Return the report of a dry run, or why the map cannot be used."""
    questionnaire = questionnaire_of(round_.form)
    try:
        found = _map(request, sheet, questionnaire, targets)
        result = taking.take(round_, sheet, found, by=signed_in(request), is_dry=True)
    except RuleViolation as refused:
        return {"problem": str(refused)}
    words = [
        (
            question,
            [(word, count, request.POST.get(f"word:{question.slug}:{word}", "")) for word, count in some.items()],
        )
        for question in questionnaire.questions
        if (some := result.unknown.get(question.slug))
    ]
    shown = replace(result, refused=result.refused[:SHOWN], duplicates=result.duplicates[:SHOWN])
    return {
        "result": shown,
        "refused_rows": result.refused_rows,
        "more_refused": len(result.refused) - len(shown.refused),
        "more_duplicates": len(result.duplicates) - len(shown.duplicates),
        "words": words,
        "told": _told(request, questionnaire),
        "map": mapping.written(found),
        "token": _token(round_, digest, found, result) if _is_useful(result) else "",
    }


def _token(round_: Round, digest: str, found: ImportMap, result: taking.Result) -> str:
    """Sign what was tried: this file, by this map, into this form of this round, with this result."""
    tried = [*_bound(round_, digest), result.fingerprint, found.model_dump(mode="json")]
    return signing.dumps(tried, salt=SALT, compress=True)


def _bound(round_: Round, digest: str) -> list[Any]:
    return [round_.pk, round_.form_id, digest]


def _is_useful(result: taking.Result) -> bool:
    return result.is_readable and bool(result.created or result.updated)


def _map(request: HttpRequest, sheet: Sheet, questionnaire: Questionnaire, targets: Mapping[int, str]) -> ImportMap:
    data = guessing.as_map(targets, sheet)
    missing = [
        label for name, label in (("name", _("name")), ("email", _("e-mail address"))) if name not in data["identity"]
    ]
    if missing:
        raise RuleViolation(_("Choose the column that holds the %(what)s.") % {"what": missing[0]})
    for name, values in CHOICES.items():
        if (value := request.POST.get(name, "")) in values and value:
            data[name] = value
    for slug, told in _told(request, questionnaire).items():
        if slug in data["answers"]:
            data["answers"][slug]["values"] = told
    for slug in request.POST.getlist("drop"):
        if slug in data["answers"]:
            data["answers"][slug]["other"] = "drop"
    return mapping.of(data)


def _told(request: HttpRequest, questionnaire: Questionnaire) -> dict[str, dict[str, str]]:
    """Return which words mean which choice, as the organizer said it."""
    found: dict[str, dict[str, str]] = {}
    for question in questionnaire.questions:
        start = f"word:{question.slug}:"
        told = {name.removeprefix(start): str(value) for name, value in request.POST.items() if name.startswith(start)}
        meant = {
            word: "" if value == "-" else value for word, value in told.items() if value in {"-", *question.options}
        }
        if meant:
            found[question.slug] = meant
    return found


def _taken(request: HttpRequest, round_: Round, kept: ImportFile, sheet: Sheet, digest: str) -> HttpResponse:
    try:
        *bound, expected, data = signing.loads(request.POST["token"], salt=SALT, max_age=STANDS_FOR)
    except (signing.BadSignature, ValueError) as wrong:
        raise RuleViolation(_("This dry run is too old. Check once more, then confirm.")) from wrong
    if bound != _bound(round_, digest):
        raise RuleViolation(_("This dry run was of another file or another form. Check once more, then confirm."))
    result = taking.take(round_, sheet, mapping.of(data), by=signed_in(request), digest=digest, expected=str(expected))
    waiting.drop(kept)
    count = len(result.created)
    done = ngettext("%(count)d application was taken over.", "%(count)d applications were taken over.", count)
    messages.success(request, done % {"count": count})
    return redirect("admin:applicants_import", round_.slug)


PAGES = (
    ("import/<slug:slug>/", of_round, "applicants_import"),
    ("import/<slug:slug>/<key:pk>/", of_file, "applicants_import_map"),
)
