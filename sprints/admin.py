"""Research in the admin: problems and claims. What people wrote in excursions is not here: see `access`."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sprints import bank, claims
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
