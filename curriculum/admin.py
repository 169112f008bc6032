"""The organizers' view of the weeks: content is read here, sessions and deadlines change by verbs."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from curriculum import deadlines, schedule
from curriculum.choices import ItemKind
from curriculum.commitments import PaceRule
from curriculum.forms import ExtensionForm, PlanForm
from curriculum.models import Extension, Module, ModuleVersion, ObjectiveVersion, Resource, Session
from curriculum.views import run
from whitebox.admin_look import InlineLook
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.people.organized import OrganizedAdmin, own_cohorts
from whitebox.web.visitor import signed_in


class ReadOnlyInline(InlineLook[Any, ModuleVersion], admin.TabularInline[Any, ModuleVersion]):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class ObjectiveInline(ReadOnlyInline):
    model = ObjectiveVersion
    fields = readonly_fields = ("number", "text", "topic", "is_blocking")


class ResourceInline(ReadOnlyInline):
    model = Resource
    fields = readonly_fields = ("position", "title", "kind", "minutes", "is_required", "url")


@admin.register(ModuleVersion)
class ModuleVersionAdmin(OrganizedAdmin[ModuleVersion]):
    cohort_path = ""
    may_change = False
    list_display = ("title", "version", "week", "status")
    list_filter = ("version", "status")
    list_select_related = ("version",)
    ordering = ("version", "week", "pk")
    fields = ("title", "version", "week", "status", "summary")
    inlines = (ObjectiveInline, ResourceInline)


@admin.register(Session)
class SessionAdmin(OrganizedAdmin[Session]):
    list_display = ("__str__", "cohort", "week", "on", "at", "zone", "place", "is_cancelled")
    list_filter = ("cohort", "is_cancelled")
    list_select_related = ("cohort",)
    ordering = ("starts_at", "pk")
    fields = ("cohort", "week", "on", "at", "zone", "minutes", "place", "note", "is_cancelled", "starts_at", "sequence")
    readonly_fields = fields  # A session moves on its own page, which shows first what that changes.
    actions = ("cancel", "restore")

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("plan/", self.plan_page, "curriculum_plan_sessions"),
            ("<key:pk>/move/", run.move, "curriculum_session_move"),
            ("run/<slug:slug>/", run.run, "curriculum_run"),
            ("run/<slug:slug>/deadlines.csv", run.due_times, "curriculum_due_times"),
            ("run/<slug:slug>/lead/", run.set_up_lead, "curriculum_lead"),
        )
        ours = [path(route, self.admin_site.admin_view(page), name=name) for route, page, name in pages]
        return [*ours, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"own_cohorts": own_cohorts(request), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        nothing_to_save = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, nothing_to_save)

    def plan_page(self, request: HttpRequest) -> HttpResponse:
        """Plan the sessions of one of the organizer's cohorts."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = PlanForm(request.POST or None, cohorts=own_cohorts(request))
        if request.method == "POST" and form.is_valid():
            made = len(schedule.plan_sessions(form.cleaned_data["cohort"], by=signed_in(request)))
            words = ngettext("%(made)d session was planned.", "%(made)d sessions were planned.", made)
            self.message_user(request, words % {"made": made}, messages.SUCCESS)
            return redirect("admin:curriculum_session_changelist")
        context = {**self.admin_site.each_context(request), "title": _("Plan sessions"), "form": form}
        return TemplateResponse(request, "admin/curriculum/plan_sessions.html", context)

    @admin.action(description=_("Cancel (stays in calendars as cancelled)"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._each(request, queryset, schedule.cancel)

    @admin.action(description=_("Restore"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._each(request, queryset, schedule.restore)

    def _each(self, request: HttpRequest, queryset: QuerySet[Session], verb: Any) -> None:
        for session in queryset:
            try:
                verb(session, by=request.user)
            except RuleViolation as refused:
                self.message_user(request, f"{session}: {refused}", messages.WARNING)


@admin.register(PaceRule)
class PaceRuleAdmin(OrganizedAdmin[PaceRule]):
    may_add = True
    list_display = ("cohort", "nudge_after", "mentor_after", "organizer_after")
    list_select_related = ("cohort",)
    ordering = ("cohort", "pk")
    fields = ("cohort", "nudge_after", "mentor_after", "organizer_after")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any]:
        if db_field.name == "cohort":
            kwargs["queryset"] = own_cohorts(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]  # never None here


@admin.register(Extension)
class ExtensionAdmin(OrganizedAdmin[Extension]):
    """Extensions are added here, by the verb, and never changed: a later one replaces an earlier one."""

    cohort_path = "membership__cohort"
    may_add = True
    may_change = False
    form = ExtensionForm
    list_display = ("__str__", "called", "module", "item", "due_at", "at")
    list_filter = ("item",)
    list_select_related = ("membership__user", "module")
    ordering = ("-at", "-pk")

    def get_fields(self, request: HttpRequest, obj: Extension | None = None) -> tuple[str, ...]:
        first = ("membership", "module", "item")
        return (*first, "due_on", "due_time", "reason") if obj is None else (*first, "due_at", "reason", "by", "at")

    @admin.display(description=_("name"))
    def called(self, extension: Extension) -> str:
        return extension.membership.user.called

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any]:
        if db_field.name == "membership":
            own = Membership.objects.active().filter(role=Role.PARTICIPANT, cohort__in=own_cohorts(request))
            return NamedChoice(own.select_related("user", "cohort"), label=_("participant"))
        if db_field.name == "module":
            kwargs["queryset"] = Module.objects.filter(sessions__cohort__in=own_cohorts(request)).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]  # never None here

    def save_model(self, request: HttpRequest, obj: Extension, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        data = form.cleaned_data
        made = deadlines.extend(
            obj.membership,
            obj.module,
            ItemKind(obj.item),
            data["due_at"],
            reason=obj.reason,
            by=signed_in(request),
        )
        obj.pk = made.pk


class NamedChoice(ModelChoiceField[Membership]):
    """Names people to those who may know them; `__str__` does not."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.user.called} ({obj.cohort})"
