"""The ledger in the admin: to be read. Exceptions are added, and nothing is changed or deleted."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from mastery import allowances, overrides, second_marks
from mastery.allowances import TimeAllowance
from mastery.choices import OverrideKind
from mastery.models import (
    Attempt,
    CheckVersion,
    CorrectiveAssignment,
    GradeEvent,
    GradingJob,
    ObjectiveMastery,
    Override,
)
from mastery.regrades import Regrade
from mastery.reports import SandboxReport
from whitebox.errors import RuleViolation
from whitebox.people.organized import OrganizedAdmin
from whitebox.web.visitor import signed_in


class ReadOnly(OrganizedAdmin[Any]):
    cohort_path = "membership__cohort"
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)  # the latest first, by an index that every table has
    may_change = False
    actions = None


@admin.register(CheckVersion)
class CheckVersionAdmin(ReadOnly):
    cohort_path = ""
    list_display = ("title", "for_check", "version", "minutes", "threshold_percent")
    list_select_related = ("for_check", "version")
    exclude = ("specification",)


@admin.register(Attempt)
class AttemptAdmin(ReadOnly):
    list_display = ("__str__", "membership", "for_check", "form", "number", "state", "submitted_at", "graded_at")
    list_filter = ("state", "membership__cohort")
    list_select_related = ("membership", "for_check")
    exclude = ("seed", "client_token")


@admin.register(GradeEvent)
class GradeEventAdmin(ReadOnly):
    cohort_path = "attempt__membership__cohort"
    # The ledger is many times longer than the list of attempts, which leads to those of a cohort.
    ordering = ("-attempt_id", "-pk")
    is_counted_in_order = True
    list_display = ("__str__", "attempt", "item", "objective", "points", "total", "by", "job", "supersedes", "at")
    list_select_related = ("attempt", "objective", "by", "job", "supersedes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out the grades of work that this person has still to mark blind."""
        blind = second_marks.waiting_for(signed_in(request)).order_by()
        return super().get_queryset(request).exclude(attempt__in=blind.values("attempt"))


@admin.register(GradingJob)
class GradingJobAdmin(ReadOnly):
    cohort_path = "attempt__membership__cohort"
    list_display = ("__str__", "attempt", "state", "tries", "error_kind", "error", "queued_at", "ended_at")
    list_filter = ("state", "error_kind")
    list_select_related = ("attempt",)


@admin.register(CorrectiveAssignment)
class CorrectiveAssignmentAdmin(ReadOnly):
    cohort_path = "attempt__membership__cohort"
    list_display = ("__str__", "attempt", "objective", "corrective", "opened_at", "done_at")
    list_select_related = ("attempt", "objective", "corrective")


@admin.register(ObjectiveMastery)
class ObjectiveMasteryAdmin(ReadOnly):
    list_display = ("__str__", "membership", "objective", "attempt", "at")
    list_select_related = ("membership", "objective", "attempt")


@admin.register(Regrade)
class RegradeAdmin(ReadOnly):
    cohort_path = "cohort"
    list_display = ("__str__", "cohort", "check_version", "state", "may_lower", "by", "at", "ended_at")
    list_select_related = ("cohort", "check_version", "by")


@admin.register(TimeAllowance)
class TimeAllowanceAdmin(OrganizedAdmin[TimeAllowance]):
    cohort_path = "membership__cohort"
    may_add = True
    may_change = False
    list_display = ("__str__", "membership", "percent", "reason", "by", "at")
    list_select_related = ("membership", "by")
    fields = ("membership", "percent", "reason")
    actions = None

    def save_model(
        self,
        request: HttpRequest,
        obj: TimeAllowance,
        form: ModelForm[TimeAllowance],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        made = allowances.grant(obj.membership, obj.percent, by=signed_in(request), reason=obj.reason)
        obj.pk, obj.by, obj.at = made.pk, made.by, made.at


@admin.register(SandboxReport)
class SandboxReportAdmin(ReadOnly):
    cohort_path = ""
    list_display = ("name", "is_ok", "detail", "at")


@admin.register(Override)
class OverrideAdmin(OrganizedAdmin[Override]):
    cohort_path = "membership__cohort"
    may_add = True
    may_change = False
    list_display = ("__str__", "membership", "kind", "for_check", "module", "reason", "by", "at")
    list_select_related = ("membership", "for_check", "module", "by")
    fields = ("membership", "kind", "for_check", "module", "after_attempt", "reason")
    raw_id_fields = ("membership",)
    actions = None

    def save_model(self, request: HttpRequest, obj: Override, form: ModelForm[Override], change: bool) -> None:  # noqa: FBT001 - Django's signature
        made = _made(obj, request)
        obj.pk, obj.by, obj.at = made.pk, made.by, made.at


def _made(asked: Override, request: HttpRequest) -> Override:
    by = signed_in(request)
    if asked.kind == OverrideKind.MODULE and asked.module is not None:
        return overrides.open_module(asked.membership, asked.module, by=by, reason=asked.reason)
    attempt = Attempt.objects.filter(
        membership=asked.membership, for_check=asked.for_check, number=asked.after_attempt or 0
    ).first()
    if attempt is None:
        raise RuleViolation(_("This person has no attempt at this check with this number."))
    verb = overrides.reuse_form if asked.kind == OverrideKind.SEEN_FORM else overrides.open_next_form
    return verb(attempt, by=by, reason=asked.reason)
