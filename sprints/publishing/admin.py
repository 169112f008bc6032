"""The rule and the readers of a cohort in the admin. Write-ups are not here: see `access`."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest

from sprints.publishing.agreements import PublicationRule, TrustedReader
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.people.organized import OrganizedAdmin, own_cohorts


def _called(obj: Membership) -> str:
    return obj.user.called


@admin.register(PublicationRule)
class PublicationRuleAdmin(OrganizedAdmin[PublicationRule]):
    may_add = True
    list_display = ("cohort", "endorsements")
    list_select_related = ("cohort",)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer the organizers of one's own cohorts by name."""
        if db_field.name == "coordinator":
            organizers = Membership.objects.active().filter(role=Role.ORGANIZER, cohort__in=own_cohorts(request))
            kwargs["queryset"] = organizers.select_related("user")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "coordinator":
            field.label_from_instance = _called  # type: ignore[method-assign]
        return field


@admin.register(TrustedReader)
class TrustedReaderAdmin(OrganizedAdmin[TrustedReader]):
    may_add = True
    list_display = ("name", "affiliation", "cohort", "is_active")
    list_select_related = ("cohort",)
    search_fields = ("name", "affiliation")
