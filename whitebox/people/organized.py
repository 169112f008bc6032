"""Rights in the admin come from memberships: an organizer finds the own cohorts' rows and no others.

Nothing is deleted here. Records that people's lives depend on are ended by verbs.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse

from whitebox.admin_look import AdminLook
from whitebox.people import access_log
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

Row = TypeVar("Row", bound=Model)


def organized_cohorts(request: HttpRequest) -> frozenset[int]:
    """Return the ids of the cohorts the request's person organizes. One query a request."""
    cached: frozenset[int] | None = getattr(request, "_organized_cohorts", None)
    if cached is None:
        held = Membership.objects.active().filter(user=request.user.pk or 0, role=Role.ORGANIZER)
        cached = frozenset(held.values_list("cohort_id", flat=True))
        request._organized_cohorts = cached  # type: ignore[attr-defined]  # noqa: SLF001  # one look-up a request
    return cached


def own_cohorts(request: HttpRequest) -> QuerySet[Cohort]:
    """Return the cohorts whose work this person organizes; whoever runs the site finds all of them."""
    if request.user.is_superuser:
        return Cohort.objects.all()
    return Cohort.objects.filter(pk__in=organized_cohorts(request))


@cache
def _called(model: type[Model], name: str) -> "str | Callable[[Model], str]":
    """Return a column with the names of people for a field that leads to people, other fields as they are."""
    field = _to_people(model, name)
    if field is None:
        return name

    @admin.display(description=field.verbose_name, ordering=name, empty_value="-")
    def called(row: Model) -> str:
        found: User | Membership | None = getattr(row, name)
        person = found.user if isinstance(found, Membership) else found
        return person.called if person else ""

    return called


def _to_people(model: type[Model], name: str) -> "ForeignKey[Any, Any] | None":
    """Return the field of that name where it leads to a person or to a membership."""
    fields = {one.name: one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)}  # noqa: SLF001  # its documented name
    field = fields.get(name)
    return field if field is not None and field.related_model in {User, Membership} else None


class OrganizedAdmin(AdminLook[Row], Generic[Row]):
    """An admin that organizers may use without Django's permission tables.

    `cohort_path` is the look-up from a row to its cohort; empty for rows that all cohorts share. Where
    `is_open_to_superusers` is off, whoever runs the site needs a membership like everybody else.
    """

    cohort_path = "cohort"
    is_open_to_superusers = True
    may_add = False
    may_change = True
    is_personal = False  # a row is about one person: who opens it is written down
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        rows = super().get_queryset(request)
        if not self.cohort_path or self._is_exempt(request):
            return rows
        own = rows.filter(**{f"{self.cohort_path}__in": organized_cohorts(request)})
        # A person has many memberships, and the join would show one row for each.
        return own.distinct() if "memberships__" in self.cohort_path else own

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Call people by their names where a list would say the numbers of their rows."""
        return [_called(self.model, one) if isinstance(one, str) else one for one in super().get_list_display(request)]

    def get_list_select_related(self, request: HttpRequest) -> bool | list[str] | tuple[str, ...]:
        given = super().get_list_select_related(request)
        if isinstance(given, bool):
            return given
        people = ((one, _to_people(self.model, one)) for one in given)
        return [*given, *(f"{one}__user" for one, field in people if field and field.related_model is Membership)]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Row | None:
        found = super().get_object(request, object_id, from_field)
        # Nothing is deleted here: who asks for the page of deleting is refused and sees nothing.
        is_shown = request.method == "GET" and not request.path.endswith("/delete/")
        if found is not None and self.is_personal and is_shown and isinstance(request.user, User):
            about, cohort = self.person_of(request, found)
            page = f"admin:{self.opts.label_lower}"
            access_log.note(found, page, about=about, cohort=cohort, by=request.user)
        return found

    def person_of(self, request: HttpRequest, row: Row) -> tuple[int | None, int | None]:
        """Return the account that a personal row is about, and the cohort whose organizers read who opened it."""
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may_enter(request)

    def has_view_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self._may_enter(request) and self._is_own(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return self.may_change and self.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self._may_enter(request)

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer, and take, only cohorts that the person organizes."""
        if db_field.related_model is Cohort and not request.user.is_superuser:
            kwargs.setdefault("queryset", Cohort.objects.filter(pk__in=organized_cohorts(request)))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Refuse before looking: the stock view would say whether there is such a row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse to filter by relations that lead here: `?application=5` on people would say whose the fifth is."""
        first = lookup.partition("__")[0]
        is_backwards = any(one.name == first and one.auto_created for one in self.opts.get_fields() if one.is_relation)
        return not is_backwards and super().lookup_allowed(lookup, value, request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def _may_enter(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_active and (self._is_exempt(request) or bool(organized_cohorts(request)))

    def _is_exempt(self, request: HttpRequest) -> bool:
        return self.is_open_to_superusers and request.user.is_superuser

    def _is_own(self, request: HttpRequest, obj: Row | None) -> bool:
        if obj is None or not self.cohort_path or self._is_exempt(request):
            return True
        return self.get_queryset(request).filter(pk=obj.pk).exists()
