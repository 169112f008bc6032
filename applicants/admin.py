"""Admissions in the admin: memberships decide who sees what, and the desk and the pipeline hang here."""

from collections.abc import Callable
from typing import Any, TypeVar

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from typing_extensions import override

from applicants import blindness, rights, rounds
from applicants.judgements import Assignment, ConflictOfInterest, Decision, Offer, Reviewer
from applicants.models import Application, Identity, Revision, Round, StageChange, StageWindow
from applicants.procedures import FormVersion, Stage
from applicants.views import (
    board,
    deciding,
    desk,
    exporting,
    files,
    form_editor,
    forms,
    importing,
    interviews,
    pipeline,
    readings,
    redactions,
    sources,
    stages,
)
from applicants.views import conflicts as conflict_pages
from whitebox import digits
from whitebox.admin_look import InlineLook
from whitebox.people import access
from whitebox.people.organized import OrganizedAdmin
from whitebox.web.visitor import signed_in

Row = TypeVar("Row", bound=Model)


class OrganizersOnly(OrganizedAdmin[Row]):
    """Rows of the own cohorts, to be read. Whoever runs the site finds nothing here without a membership."""

    is_open_to_superusers = False
    may_change = False
    actions = None
    application_path = ""  # from a row to its application, which may hide the row: see `blindness`
    is_judgement = False  # rows that tell how an application was judged

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        rows = super().get_queryset(request)
        if not self.application_path:
            return rows
        is_shown = blindness.may_be_compared if self.is_judgement else blindness.may_be_named
        return rows.filter(is_shown(request.user.pk, self.application_path))


class StageWindowInline(InlineLook[StageWindow, Round], admin.TabularInline[StageWindow, Round]):
    model = StageWindow
    fields = ("stage", "opens_at", "closes_at")
    extra = 0

    @override
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.is_organizer(request.user)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission

    @override
    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "stage":
            shown = request.resolver_match.kwargs.get("object_id", "") if request.resolver_match else ""
            round_ = digits.key(shown)
            ours = Q(form__rounds=round_) | Q(form__applications__round=round_)  # an earlier form has readings too
            kwargs["queryset"] = Stage.objects.filter(ours).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Round)
class RoundAdmin(OrganizersOnly[Round]):
    cohort_path = "cohort"
    list_display = ("title", "cohort", "opens_at", "closes_at")
    list_select_related = ("cohort",)
    fields = (
        "title",
        "slug",
        "cohort",
        "opens_at",
        "closes_at",
        "zone",
        "grace_minutes",
        "answer_by",
        "offer_days",
        "keep_months",
    )

    @override
    def get_fields(self, request: HttpRequest, obj: Round | None = None) -> tuple[str, ...]:
        """How a round is judged is set once it is open, like the dates of its stages."""
        return (*self.fields, "places", "bar", "most_reviews", "fills_itself") if obj else self.fields

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> tuple[str, ...]:
        """A round keeps its cohort and its address; it takes the cohort's zone when it is opened."""
        return ("slug", "cohort") if obj else ("zone",)

    @override
    def get_inlines(self, request: HttpRequest, obj: Round | None) -> "list[type[InlineModelAdmin[Any, Round]]]":
        """The dates of stages hang on the form, which a round gets when it is opened."""
        return [StageWindowInline] if obj else []

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @override
    def has_change_permission(self, request: HttpRequest, obj: Round | None = None) -> bool:
        return self.has_view_permission(request, obj)

    @override
    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "cohort":
            kwargs["queryset"] = rights.organized_cohorts(signed_in(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @override
    def save_model(self, request: HttpRequest, obj: Round, form: ModelForm[Round], change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        opened = rounds.open_round(
            obj.cohort,
            slug=obj.slug,
            title=obj.title,
            opens_at=obj.opens_at,
            closes_at=obj.closes_at,
            grace_minutes=obj.grace_minutes,
            offer_days=obj.offer_days,
            answer_by=obj.answer_by,
            keep_months=obj.keep_months,
            by=signed_in(request),
        )
        obj.pk, obj.form, obj.zone = opened.pk, opened.form, opened.zone


class RevisionInline(InlineLook[Revision, Application], admin.TabularInline[Revision, Application]):
    model = Revision
    fields = readonly_fields = ("number", "at")
    extra = 0
    can_delete = False

    @override
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.is_organizer(request.user)

    @override
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StageChangeInline(InlineLook[StageChange, Application], admin.TabularInline[StageChange, Application]):
    model = StageChange
    fields = readonly_fields = ("at", "left", "entered", "state", "reason", "by")
    extra = 0
    can_delete = False
    has_view_permission = RevisionInline.has_view_permission
    has_add_permission = RevisionInline.has_add_permission
    has_change_permission = RevisionInline.has_change_permission


@admin.register(Application)
class ApplicationAdmin(OrganizersOnly[Application]):
    cohort_path = "round__cohort"
    application_path = "pk"
    is_judgement = True  # the reasons in its history, and `?decisions__isnull=` in the list
    list_display = ("code", "round", "stage", "state", "source", "submitted_at")
    list_select_related = ("round", "stage")
    list_filter = ("state",)
    search_fields = ("code", "identity__name", "identity__email")
    fields = ("code", "round", "state", "stage", "source", "started_at", "submitted_at", "membership")
    inlines = (RevisionInline, StageChangeInline)

    @override
    def get_urls(self) -> list[URLPattern]:
        own = [
            path(route, self._page(view), name=name)
            for pages in (
                interviews.PAGES,
                desk.PAGES,
                redactions.PAGES,
                conflict_pages.PAGES,
                board.PAGES,
                readings.PAGES,
                stages.PAGES,
                pipeline.PAGES,
                forms.PAGES,
                form_editor.PAGES,
                sources.PAGES,
                importing.PAGES,
                exporting.PAGES,
                deciding.PAGES,
                files.PAGES,
            )
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def _page(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        return self.admin_site.admin_view(never_cache(view))


@admin.register(Identity)
class IdentityAdmin(OrganizersOnly[Identity]):
    cohort_path = "round__cohort"
    is_personal = True
    application_path = "application"
    list_display = ("application", "name", "email", "school")
    list_select_related = ("application",)
    search_fields = ("name", "email", "application__code")
    fields = ("application", "name", "email", "school", "zone", "links")

    def person_of(self, request: HttpRequest, row: Identity) -> tuple[int | None, int | None]:
        """Applicants need no account: the log names the row."""
        return None, row.round.cohort_id


@admin.register(Reviewer)
class ReviewerAdmin(OrganizersOnly[Reviewer]):
    cohort_path = "round__cohort"
    list_display = ("membership", "round", "is_active")
    list_select_related = ("membership", "round")


@admin.register(ConflictOfInterest)
class ConflictAdmin(OrganizersOnly[ConflictOfInterest]):
    cohort_path = "application__round__cohort"
    application_path = "application"
    list_display = ("application", "reviewer", "origin", "reason", "at")
    list_select_related = ("application", "reviewer")


@admin.register(Assignment)
class AssignmentAdmin(OrganizersOnly[Assignment]):
    """Who reads what, and what was handed back and why."""

    cohort_path = "application__round__cohort"
    application_path = "application"
    list_display = ("application", "reader", "stage", "state", "origin", "reason", "at")
    list_select_related = ("application", "reviewer__membership__user", "stage")
    list_filter = ("state",)
    search_fields = ("application__code",)

    @admin.display(description=_("reviewer"))
    def reader(self, row: Assignment) -> str:
        return row.reviewer.membership.user.called


@admin.register(Decision)
class DecisionAdmin(OrganizersOnly[Decision]):
    cohort_path = "application__round__cohort"
    application_path = "application"
    is_judgement = True
    list_display = ("application", "code", "at", "released_at", "superseded_at")
    list_select_related = ("application",)
    list_filter = ("code",)


@admin.register(Offer)
class OfferAdmin(OrganizersOnly[Offer]):
    cohort_path = "application__round__cohort"
    application_path = "application"
    is_judgement = True
    list_display = ("application", "state", "made_at", "expires_at", "answered_at")
    list_select_related = ("application",)
    list_filter = ("state",)


admin.site.unregister(LogEntry)  # The library has registered it by being imported.


@admin.register(LogEntry)
class AuditAdmin(LogEntryAdmin):  # type: ignore[misc]  # the library has no types
    """The audit log, without what the lists of the rows themselves keep from a person. Nobody is exempt."""

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        rows: QuerySet[LogEntry] = super().get_queryset(request)
        for model in (Decision, Offer, Reviewer):
            shown = admin.site.get_model_admin(model).get_queryset(request).order_by().values("pk")
            kind = ContentType.objects.get_for_model(model)
            rows = rows.exclude(Q(content_type=kind) & ~Q(object_id__in=shown))
        return rows


@admin.register(FormVersion)
class FormVersionAdmin(OrganizersOnly[FormVersion]):
    cohort_path = "rounds__cohort"
    list_display = ("version",)
    list_select_related = ("version",)

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[FormVersion]:
        return super().get_queryset(request).distinct()
