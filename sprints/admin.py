"""Research in the admin: problems and claims. What people wrote in excursions is not here: see `access`."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from sprints import bank, claims, import_page
from sprints.importing import Plan
from sprints.models import Category, Claim, ClaimRule, Problem, ProblemSource
from whitebox.errors import RuleViolation
from whitebox.people.organized import OrganizedAdmin
from whitebox.web.visitor import signed_in


@admin.register(ProblemSource)
class ProblemSourceAdmin(OrganizedAdmin[ProblemSource]):
    cohort_path = ""
    list_display = ("title", "slug", "numbering")


@admin.register(Category)
class CategoryAdmin(OrganizedAdmin[Category]):
    cohort_path = ""
    list_display = ("name", "position")


@admin.register(ClaimRule)
class ClaimRuleAdmin(OrganizedAdmin[ClaimRule]):
    may_add = True
    list_display = ("cohort", "most_at_once", "longest_days")
    list_select_related = ("cohort",)


@admin.register(Problem)
class ProblemAdmin(OrganizedAdmin[Problem]):
    """Problems come by import; here they change state only, each by its verb."""

    cohort_path = ""
    list_display = ("number", "title", "category", "state")
    list_filter = ("source", "category", "state")
    list_select_related = ("category",)
    search_fields = ("number", "title")
    actions = ("mark_answered", "mark_stale", "reopen")

    def get_readonly_fields(self, request: HttpRequest, obj: Problem | None = None) -> list[str]:
        return [field.name for field in self.opts.fields]

    def get_urls(self) -> list[URLPattern]:
        page = path("import/", self.admin_site.admin_view(self.take_list), name="sprints_import")
        return [page, *super().get_urls()]

    def take_list(self, request: HttpRequest) -> HttpResponse:
        """Show what a file would change; do it where the second form says so and nothing has changed meanwhile."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "seal" in request.POST:
            return self._act(request)
        form = import_page.ImportForm(request.POST or None, request.FILES or None)
        upload = form.upload() if form.is_bound and form.is_valid() else None
        return self._import(request, form, upload, upload.trial() if upload else None)

    def _act(self, request: HttpRequest) -> HttpResponse:
        sent = import_page.sent_again(request.POST)
        if sent is None:
            self.message_user(
                request, _("This form is none of ours, or too old. Upload the file again."), messages.ERROR
            )
            return redirect("admin:sprints_import")
        upload, seen = sent
        trial = upload.trial()
        if import_page.fingerprint(trial) != seen:
            words = _("The bank has changed since. This is what the file would do now.")
            self.message_user(request, words, messages.WARNING)
            return self._import(request, import_page.ImportForm(), upload, trial)
        plan = upload.act()
        if plan.is_applied:
            self.message_user(request, _("The list is imported."), messages.SUCCESS)
            return redirect("admin:sprints_problem_changelist")
        return self._import(request, import_page.ImportForm(), upload, plan)

    def _import(
        self,
        request: HttpRequest,
        form: import_page.ImportForm,
        upload: import_page.Upload | None,
        plan: Plan | None,
    ) -> HttpResponse:
        may_act = upload is not None and plan is not None and not plan.has_errors
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import problems"),
            "form": form,
            "sources": import_page.sources(),
            "shown": import_page.shown(plan) if plan is not None else None,
            "packed": upload.packed() if upload is not None and may_act else "",
            "seal": upload.seal(plan) if upload is not None and plan is not None and may_act else "",
            "most": import_page.MOST_SHOWN,
        }
        is_wrong = form.is_bound and bool(form.errors)
        return TemplateResponse(request, "admin/sprints/import.html", context, status=400 if is_wrong else 200)

    @admin.action(description=_("Mark as answered"), permissions=["change"])
    def mark_answered(self, request: HttpRequest, queryset: QuerySet[Problem]) -> None:
        self._each(request, queryset, bank.mark_answered)

    @admin.action(description=_("Mark as stale"), permissions=["change"])
    def mark_stale(self, request: HttpRequest, queryset: QuerySet[Problem]) -> None:
        self._each(request, queryset, bank.mark_stale)

    @admin.action(description=_("Reopen"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Problem]) -> None:
        self._each(request, queryset, bank.reopen)

    def _each(self, request: HttpRequest, problems: QuerySet[Problem], verb: Callable[..., None]) -> None:
        for problem in problems:
            try:
                verb(problem, by=signed_in(request))
            except RuleViolation as refused:
                self.message_user(request, f"{problem}: {refused}", messages.WARNING)


@admin.register(Claim)
class ClaimAdmin(OrganizedAdmin[Claim]):
    cohort_path = "membership__cohort"
    ordering = ("-pk",)
    list_display = ("__str__", "problem", "membership", "since", "until", "state")
    list_filter = ("state", "membership__cohort")
    list_select_related = ("problem", "membership")
    actions = ("release",)

    def get_readonly_fields(self, request: HttpRequest, obj: Claim | None = None) -> list[str]:
        return [field.name for field in self.opts.fields]

    @admin.action(description=_("Release the problem"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[Claim]) -> None:
        for claim in queryset:
            try:
                claims.release(claim, by=signed_in(request))
            except RuleViolation as refused:
                self.message_user(request, f"{claim}: {refused}", messages.WARNING)
