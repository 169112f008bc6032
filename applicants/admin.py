"""Admissions in the admin: memberships decide who sees what, and the desk and the pipeline hang here."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from typing_extensions import override

from applicants import rights, rounds
from applicants.judgements import ConflictOfInterest, Decision, Offer, Reviewer
from applicants.models import Application, FormVersion, Identity, Revision, Round, StageChange
from applicants.views import desk, files, pipeline
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


@admin.register(Round)
class RoundAdmin(OrganizersOnly[Round]):
    cohort_path = "cohort"
    list_display = ("title", "cohort", "opens_at", "closes_at")
    list_select_related = ("cohort",)
    fields = ("title", "slug", "cohort", "opens_at", "closes_at", "zone", "grace_minutes", "answer_by", "offer_days")

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Round | None = None) -> tuple[str, ...]:
        """A round keeps its cohort and its address; it takes the cohort's zone when it is opened."""
        return ("slug", "cohort") if obj else ("zone",)

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
    list_display = ("code", "round", "stage", "state", "source", "submitted_at")
    list_select_related = ("round", "stage")
    list_filter = ("state",)
    search_fields = ("code", "identity__name", "identity__email")
    fields = ("code", "round", "state", "stage", "source", "started_at", "submitted_at", "membership")
    inlines = (RevisionInline, StageChangeInline)

    @override
    def get_urls(self) -> list[URLPattern]:
        own = [
            path("desk/", self._page(desk.home), name="applicants_desk"),
            path("desk/<slug:code>/", self._page(desk.read), name="applicants_desk_read"),
            path("desk/<slug:code>/recuse/", self._page(desk.recuse), name="applicants_desk_recuse"),
            path("pipeline/", self._page(pipeline.choose), name="applicants_pipelines"),
            path("pipeline/<slug:slug>/", self._page(pipeline.board), name="applicants_pipeline"),
            path("pipeline/<slug:slug>/preview/", self._page(pipeline.preview), name="applicants_preview"),
            path("pipeline/<slug:slug>/commit/", self._page(pipeline.commit), name="applicants_commit"),
            path("pipeline/<slug:slug>/letters/", self._page(pipeline.letters), name="applicants_letters"),
            path("pipeline/<slug:slug>/retract/", self._page(pipeline.retract), name="applicants_retract"),
            path("pipeline/<slug:slug>/readings/", self._page(pipeline.readings), name="applicants_readings"),
            path("pipeline/<slug:slug>/appoint/", self._page(pipeline.appoint), name="applicants_appoint"),
            path("<slug:code>/answers/", self._page(files.answers), name="applicants_answers"),
            path("<slug:code>/files/<slug:question>/", self._page(files.download), name="applicants_file"),
        ]
        return [*own, *super().get_urls()]

    def _page(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        return self.admin_site.admin_view(never_cache(view))


@admin.register(Identity)
class IdentityAdmin(OrganizersOnly[Identity]):
    cohort_path = "round__cohort"
    list_display = ("application", "name", "email", "school")
    list_select_related = ("application",)
    search_fields = ("name", "email", "application__code")
    fields = ("application", "name", "email", "school", "zone", "links")


@admin.register(Reviewer)
class ReviewerAdmin(OrganizersOnly[Reviewer]):
    cohort_path = "round__cohort"
    list_display = ("membership", "round", "is_active")
    list_select_related = ("membership", "round")


@admin.register(ConflictOfInterest)
class ConflictAdmin(OrganizersOnly[ConflictOfInterest]):
    cohort_path = "application__round__cohort"
    list_display = ("application", "reviewer", "origin", "reason", "at")
    list_select_related = ("application", "reviewer")


@admin.register(Decision)
class DecisionAdmin(OrganizersOnly[Decision]):
    cohort_path = "application__round__cohort"
    list_display = ("application", "code", "at", "released_at", "superseded_at")
    list_select_related = ("application",)
    list_filter = ("code",)


@admin.register(Offer)
class OfferAdmin(OrganizersOnly[Offer]):
    cohort_path = "application__round__cohort"
    list_display = ("application", "state", "made_at", "expires_at", "answered_at")
    list_select_related = ("application",)
    list_filter = ("state",)


@admin.register(FormVersion)
class FormVersionAdmin(OrganizersOnly[FormVersion]):
    cohort_path = "rounds__cohort"
    list_display = ("version",)
    list_select_related = ("version",)

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[FormVersion]:
        return super().get_queryset(request).distinct()
