"""The organizers' pages of packs: versions, upload, differences, preview, going live, moving a cohort."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from whitebox.errors import RuleViolation
from whitebox.packs import differences, exporting, loading, moving, reach, storing
from whitebox.packs.differences import Difference
from whitebox.packs.forms import MoveForm, UploadForm
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.packs.sections import PreviewedSection, sections
from whitebox.people.models import Cohort, User
from whitebox.people.organized import OrganizedAdmin, organized_cohorts

MOST_ROWS = 300  # of differences on one page


@admin.register(PackVersion)
class PackVersionAdmin(OrganizedAdmin[PackVersion]):
    cohort_path = ""
    may_change = False
    list_display = ("version", "title", "state", "followed_by", "loaded_at")
    list_display_links = None
    ordering = ("pack", "-number")
    fields = ("pack", "number", "title", "state", "published_at", "loaded_at", "loaded_by", "digest")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[PackVersion]:
        return super().get_queryset(request).prefetch_related("adoptions__cohort")

    @admin.display(description=gettext_lazy("version"), ordering="number")
    def version(self, version: PackVersion) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:packs_version", args=[version.pk]), version)

    @admin.display(description=gettext_lazy("state"))
    def state(self, version: PackVersion) -> str:
        return state_of(version)

    @admin.display(description=gettext_lazy("followed by"))
    def followed_by(self, version: PackVersion) -> str:
        return ", ".join(sorted(adoption.cohort.title for adoption in version.adoptions.all())) or "-"

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("upload/", self.upload_page, "packs_upload"),
            ("<key:pk>/about/", self.version_page, "packs_version"),
            ("<key:pk>/live/", require_POST(self.put_live), "packs_live"),
            ("<key:pk>/file/", self.file, "packs_file"),
            ("<key:pk>/move/<slug:cohort>/", self.move_page, "packs_move"),
        ]
        own = [path(address, self.admin_site.admin_view(page), name=name) for address, page, name in pages]
        return [*own, *super().get_urls()]

    def upload_page(self, request: HttpRequest) -> HttpResponse:
        """Check a zip by the validator of the command line, and keep it as a version that only organizers see."""
        self._require_organizer(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        report = Report()
        if request.method == "POST" and form.is_valid():
            try:
                version = loading.stage(form.contents, by=person(request))
            except loading.BrokenPack as broken:
                report = broken.report
            else:
                self.message_user(request, _("%(version)s is stored.") % {"version": version}, messages.SUCCESS)
                return redirect("admin:packs_version", version.pk)
        rows = [(f"{one.file}:{one.line}", one.message, one.suggestion) for one in report.errors]
        head = [_("Where"), _("What is wrong"), _("What to do")]
        return self._page(request, "upload", title=_("Upload a pack"), form=form, problems=rows, problem_head=head)

    def version_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what a version changes, how its pages look, and which cohorts follow it."""
        self._require_organizer(request)
        version = get_object_or_404(PackVersion.objects.select_related("loaded_by"), pk=pk)
        base = base_of(version)
        return self._page(
            request,
            "version",
            title=str(version),
            version=version,
            state=state_of(version),
            base=base,
            changes=_rows(_compared(base, version)),
            most=MOST_ROWS,
            previews=[
                one for part in sections() if isinstance(part, PreviewedSection) for one in part.previews(version)
            ],
            cohorts=self._cohorts(request).select_related("adoption__version"),
            others=[] if version.is_live else reach.others(version, person(request)),
        )

    def put_live(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let new cohorts follow a version."""
        self._require_organizer(request)
        version = get_object_or_404(PackVersion, pk=pk)
        loading.put_live(version, by=person(request))
        self.message_user(request, _("%(version)s is live.") % {"version": version}, messages.SUCCESS)
        return redirect("admin:packs_version", pk)

    def file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand out a version as a zip that loads to the same version again."""
        self._require_organizer(request)
        version = get_object_or_404(PackVersion, pk=pk)
        headers = {"Content-Disposition": f'attachment; filename="{version.pack}-{version.number}.zip"'}
        return HttpResponse(exporting.zipped(version), content_type="application/zip", headers=headers)

    def move_page(self, request: HttpRequest, pk: int, cohort: str) -> HttpResponse:
        """Show what a move changes, and make it on purpose."""
        self._require_organizer(request)
        version = get_object_or_404(PackVersion, pk=pk)
        moved = get_object_or_404(self._cohorts(request), slug=cohort)
        form = MoveForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._moved(request, moved, version, form.cleaned_data["reason"])
        plan = moving.plan(moved, version)
        title = _("Move %(cohort)s to %(version)s") % {"cohort": moved.title, "version": version}
        rows = [(one.what, "-" if one.people is None else str(one.people)) for one in plan.consequences]
        changes = _rows(plan.differences)
        return self._page(
            request, "move", title=title, plan=plan, form=form, consequences=rows, changes=changes, most=MOST_ROWS
        )

    def _moved(self, request: HttpRequest, cohort: Cohort, version: PackVersion, reason: str) -> HttpResponse:
        if moving.plan(cohort, version).left is None:
            loading.adopt(cohort, version, by=person(request))
        else:
            moving.move(cohort, version, reason=reason, by=person(request))
        facts = {"cohort": cohort.title, "version": version}
        self.message_user(request, _("%(cohort)s follows %(version)s now.") % facts, messages.SUCCESS)
        return redirect("admin:packs_version", version.pk)

    def _cohorts(self, request: HttpRequest) -> QuerySet[Cohort]:
        own = Cohort.objects.order_by("-starts_on", "pk")
        return own if request.user.is_superuser else own.filter(pk__in=organized_cohorts(request))

    def _require_organizer(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), **context}
        return TemplateResponse(request, f"admin/packs/{name}.html", shown)


def person(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def state_of(version: PackVersion) -> str:
    if version.is_live:
        return _("live: new cohorts follow it")
    return _("unpublished: only organizers see it") if version.is_unpublished else _("older")


def base_of(version: PackVersion) -> PackVersion | None:
    """Return what a version is compared with: the live one, and for the live one the one before it."""
    others = PackVersion.objects.filter(pack=version.pack).exclude(pk=version.pk)
    if version.is_live:
        return others.filter(number__lt=version.number).order_by("-number").first()
    return others.filter(is_live=True).first()


def _compared(base: PackVersion | None, version: PackVersion) -> Sequence[Difference]:
    if base is None:
        return ()
    try:
        return differences.between(storing.contents_of(base), storing.contents_of(version))
    except RuleViolation:  # One of them is older than the keeping of files.
        return ()


def _rows(found: Sequence[Difference]) -> list[tuple[str, str, str, str, str]]:
    words = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    return [(one.file, one.place, words[one.kind], one.before, one.after) for one in found[: MOST_ROWS + 1]]
