"""Grants, who gave towards them, and what they are for: organizers keep them in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from whitebox.admin_look import InlineLook
from whitebox.people.organized import OrganizedAdmin
from whitebox.programme.models import BudgetLine, Donation, Grant


class MoneyInline(InlineLook[Any, Grant], admin.TabularInline[Any, Grant]):
    """Rows of a grant: whoever may change the grant may change them."""

    extra = 1

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class DonationInline(MoneyInline):
    model = Donation


class BudgetLineInline(MoneyInline):
    model = BudgetLine


@admin.register(Grant)
class GrantAdmin(OrganizedAdmin[Grant]):
    may_add = True
    list_display = ("name", "cohort", "asked", "minimum", "currency", "starts_on", "ends_on")
    list_filter = ("cohort",)
    list_select_related = ("cohort",)
    ordering = ("-starts_on", "pk")
    inlines = (DonationInline, BudgetLineInline)
