"""The organizer's pages of a round's form as the files of a pack: to be edited by hand, taken away, brought back."""

import io
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applicants import form_drafts, form_versions
from applicants.pack import SECTION
from applicants.views.form_editor import Work, work_or_404
from whitebox.errors import RuleViolation
from whitebox.packs import exporting, zips
from whitebox.packs.contents import Contents, ContentsError
from whitebox.packs.folder import Folder
from whitebox.packs.reports import Problem, Report

PREFIX = "file:"
FOLDER = "application/"


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is worked on as files, check what was edited or brought, and keep it as the draft."""
    work = work_or_404(request, slug)
    shown, problems, refused = work.files, list[Problem](), ""
    sent = _sent(request)
    if sent:
        shown, problems = sent, form_versions.problems(sent)
        shown = {**shown, **{one.file: "" for one in problems if one.file not in shown}}  # named, and not there yet
        if not problems and "save" in request.POST:
            try:
                return _kept(request, work, sent)
            except RuleViolation as wrong:
                refused = str(wrong)
    context = work.context(
        files=[(name, text, [one for one in problems if one.file == name]) for name, text in shown.items()],
        problems=problems,
        refused=refused,
        is_checked=bool(sent) and not problems and not refused,
    )
    return render(request, "applicants/form_files.html", context)


def _sent(request: HttpRequest) -> dict[str, str]:
    """Return the files that were edited on the page, or those of a zip. Raises RuleViolation for what is none."""
    brought = request.FILES.get("zip")
    if isinstance(brought, UploadedFile):
        return _unpacked(brought)
    return {
        name.removeprefix(PREFIX): str(text).replace("\r\n", "\n")
        for name, text in request.POST.items()
        if name.startswith(PREFIX)
    }


def _unpacked(file: "UploadedFile[Any]") -> dict[str, str]:
    try:
        found = zips.read(io.BytesIO(file.read(zips.LARGEST_ZIP + 1)))
    except ContentsError as wrong:
        raise RuleViolation(_("%(reason)s. Nothing was changed.") % {"reason": wrong}) from wrong
    named = found.files
    if not any(name.startswith(FOLDER) for name in named):
        named = {FOLDER + name: content for name, content in named.items()}  # the folder itself was zipped
    folder = Folder(Contents(named), Report())
    texts = {name: folder.text(name) for pattern in SECTION.patterns for name in folder.files(pattern)}
    if problems := folder.report.ordered():
        raise RuleViolation(_("%(problem)s. Nothing was changed.") % {"problem": problems[0]})
    if not texts:
        raise RuleViolation(_("This zip holds no application form: no file in application/. Nothing was changed."))
    return {name: text for name, text in texts.items() if text is not None}


def _kept(request: HttpRequest, work: Work, sent: Mapping[str, str]) -> HttpResponse:
    if form_drafts.keep(work.round, sent, since=request.POST.get("since", ""), by=work.user):
        return redirect("admin:applicants_form_changes", work.round.slug)
    messages.info(request, _("These files say what the form in use says, so there is nothing to apply."))
    return redirect("admin:applicants_form", work.round.slug)


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the files of the form in use as a zip, which a pack and this page take again."""
    work = work_or_404(request, slug)
    form = work.round.form
    named = {name: text.encode() for name, text in form_versions.files_of(form).items()}
    answer = HttpResponse(exporting.archive(Contents(named), form.version.pack), content_type="application/zip")
    name = f"{work.round.slug}-form-{form.number}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


PAGES = (
    ("form/<slug:slug>/files/", files, "applicants_form_files"),
    ("form/<slug:slug>/export/", export, "applicants_form_export"),
)
