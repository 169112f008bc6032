"""The log of looks through other eyes, to be read by those who run the cohort."""

from django.contrib import admin

from whitebox.people.organized import OrganizedAdmin
from whitebox.web.models import Look


@admin.register(Look)
class LookAdmin(OrganizedAdmin[Look]):
    may_change = False
    actions = None
    list_display = ("at", "by", "kind", "subject", "page", "cohort")
    list_select_related = ("by", "cohort")
    list_filter = ("kind",)
    search_fields = ("subject",)
