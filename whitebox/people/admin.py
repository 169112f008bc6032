"""The organizers' view of people, cohorts and memberships. States change by verbs only."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from whitebox.admin_look import InlineLook
from whitebox.errors import RuleViolation
from whitebox.people import contact, departures, membership
from whitebox.people.choices import MembershipState, Role
from whitebox.people.looked import PersonalLook
from whitebox.people.models import Cohort, ContactNote, Membership, MembershipChange, PolicyVersion, Signature, User
from whitebox.people.organized import OrganizedAdmin, organized_cohorts, own_cohorts
from whitebox.people.steps import PersonField, StepForm


@admin.register(User)
class UserAdmin(OrganizedAdmin[User]):
    cohort_path = "memberships__cohort"
    is_personal = True
    list_display = ("__str__", "name", "email", "zone", "is_active")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    fields = (
        "email",
        "name",
        "zone",
        "quiet_from",
        "quiet_until",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
    )
    readonly_fields = ("email", "is_staff", "is_superuser", "last_login")

    def person_of(self, request: HttpRequest, row: User) -> tuple[int | None, int | None]:
        held = row.memberships.filter(cohort__in=own_cohorts(request)).order_by("-joined_at", "-pk")
        return row.pk, held.values_list("cohort", flat=True).first()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Keep those who run the site out of the organizers' reach."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)


@admin.register(Cohort)
class CohortAdmin(OrganizedAdmin[Cohort]):
    cohort_path = "pk"
    may_add = True
    list_display = ("title", "slug", "starts_on", "weeks", "zone", "taken_seats", "seats", "threshold_percent")
    ordering = ("-starts_on", "pk")
    fields = ("title", "slug", "starts_on", "weeks", "zone", "place", "seats", "threshold_percent", "started_at")
    readonly_fields = ("started_at",)
    actions = ("start_cohorts",)

    def save_model(self, request: HttpRequest, obj: Cohort, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Store a cohort; whoever makes one organizes it, or nobody would find it again."""
        super().save_model(request, obj, form, change)
        if not change:
            membership.enrol(request.user, obj, Role.ORGANIZER, by=request.user)  # type: ignore[arg-type]  # as below

    def get_readonly_fields(self, request: HttpRequest, obj: Cohort | None = None) -> tuple[str, ...]:
        """Freeze what a start froze; the first day and the zone change with the sessions, on the page of the run."""
        threshold = ("threshold_percent",) if obj is not None and obj.started_at else ()
        when = ("starts_on", "zone") if obj is not None else ()
        return (*self.readonly_fields, *threshold, *when)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        seated = Q(
            memberships__role=Role.PARTICIPANT,
            memberships__state__in=[MembershipState.ACTIVE, MembershipState.COMPLETED],
        )
        return super().get_queryset(request).annotate(seated=Count("memberships", filter=seated, distinct=True))

    @admin.display(description=_("seats taken"), ordering="seated")
    def taken_seats(self, cohort: Any) -> int:
        return int(cohort.seated)

    @admin.action(description=_("Start (freezes the threshold)"), permissions=["change"])
    def start_cohorts(self, request: HttpRequest, queryset: QuerySet[Cohort]) -> None:
        for cohort in queryset:
            try:
                membership.start(cohort, by=request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous in
            except RuleViolation as refused:
                self.message_user(request, f"{cohort}: {refused}", messages.WARNING)


class ChangeInline(InlineLook[MembershipChange, Membership], admin.TabularInline[MembershipChange, Membership]):
    model = MembershipChange
    extra = 0
    can_delete = False
    readonly_fields = ("at", "left", "entered", "reason", "by")

    def has_add_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


@admin.register(Membership)
class MembershipAdmin(OrganizedAdmin[Membership]):
    is_personal = True
    list_display = ("__str__", "called", "cohort", "role", "state", "went", "mentor_name", "promised_hours")
    list_filter = ("cohort", "role", "state")
    list_select_related = ("user", "cohort", "mentor__user", "deferred_to__cohort")
    search_fields = ("user__name", "user__email")
    ordering = ("cohort", "role", "pk")
    fields = ("user", "cohort", "role", "state", "mentor", "promised_hours", "deferred_to")
    readonly_fields = ("user", "cohort", "role", "state", "mentor", "deferred_to")
    inlines = (ChangeInline,)

    def get_urls(self) -> list[URLPattern]:
        step = path("<key:pk>/step/", self.admin_site.admin_view(self.step), name="people_membership_step")
        return [step, *super().get_urls()]

    def step(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let an organizer withdraw, defer, complete, disqualify or reinstate somebody, or assign a mentor."""
        member = get_object_or_404(self.get_queryset(request).select_related("user", "cohort"), pk=pk)
        if not self.has_change_permission(request, member):
            raise PermissionDenied
        form = StepForm(request.POST or None, member=member)
        if request.method == "POST" and form.is_valid():
            form.take(by=request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous in
            self.message_user(request, _("Done: the step is in the history below."), messages.SUCCESS)
            return redirect("admin:people_membership_change", member.pk)
        context = {**self.admin_site.each_context(request), "title": _("Take a step"), "member": member, "form": form}
        return TemplateResponse(request, "admin/people/membership/step.html", context)

    def person_of(self, request: HttpRequest, row: Membership) -> tuple[int | None, int | None]:
        return row.user_id, row.cohort_id

    @admin.display(description=_("name"), ordering="user__name")
    def called(self, member: Membership) -> str:
        return member.user.called

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return departures.dated(super().get_queryset(request))

    @admin.display(description=_("where they went"))
    def went(self, member: Membership) -> str:
        return departures.Departure.of(member).words if member.state in departures.GONE else ""

    @admin.display(description=_("mentor"))
    def mentor_name(self, member: Membership) -> str:
        return member.mentor.user.called if member.mentor else ""


@admin.register(PolicyVersion)
class PolicyVersionAdmin(OrganizedAdmin[PolicyVersion]):
    cohort_path = ""
    may_change = False
    list_display = ("policy", "label", "published_at", "signed_by")
    list_select_related = ("policy",)
    ordering = ("policy", "-published_at", "-pk")
    fields = ("policy", "label", "published_at", "source")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyVersion]:
        return super().get_queryset(request).annotate(signed=Count("signatures"))

    @admin.display(description=_("signatures"), ordering="signed")
    def signed_by(self, version: Any) -> int:
        return int(version.signed)


@admin.register(Signature)
class SignatureAdmin(OrganizedAdmin[Signature]):
    cohort_path = "user__memberships__cohort"
    may_change = False
    list_display = ("__str__", "called", "version", "signed_at")
    list_select_related = ("user", "version__policy")
    ordering = ("-signed_at", "-pk")

    @admin.display(description=_("name"))
    def called(self, signature: Signature) -> str:
        return signature.user.called


@admin.register(ContactNote)
class ContactNoteAdmin(OrganizedAdmin[ContactNote]):
    cohort_path = "about__cohort"
    may_add = True
    may_change = False
    fields = ("about", "kind", "at", "text", "next_step", "concern", "is_shared")
    list_display = ("__str__", "participant", "kind", "at", "concern", "is_shared")
    list_filter = ("kind", "concern")
    list_select_related = ("about__user",)
    ordering = ("-at", "-pk")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the participants of the own cohorts, by name."""
        if db_field.name == "about":
            own = Membership.objects.filter(role=Role.PARTICIPANT).select_related("user")
            if not request.user.is_superuser:
                own = own.filter(cohort__in=organized_cohorts(request))
            kwargs |= {"queryset": own, "form_class": PersonField}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ContactNote, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        facts = {name: form.cleaned_data[name] for name in ("kind", "at", "next_step", "concern", "is_shared")}
        obj.pk = contact.note(obj.about, obj.text, by=request.user, **facts).pk  # type: ignore[arg-type]  # as above

    @admin.display(description=_("participant"))
    def participant(self, note: ContactNote) -> str:
        return note.about.user.called


@admin.register(PersonalLook)
class PersonalLookAdmin(OrganizedAdmin[PersonalLook]):
    """Who opened whose data. Search by the name of whom it is about."""

    may_change = False
    actions = None
    list_display = ("at", "by", "about", "subject", "page", "cohort")
    list_select_related = ("by", "about", "cohort")
    list_filter = ("page",)
    search_fields = ("about__name", "about__email", "subject")
