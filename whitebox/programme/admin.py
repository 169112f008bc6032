"""Inviting mentors, reviewers, advisers and organizers."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User
from whitebox.people.organized import OrganizedAdmin, organized_cohorts
from whitebox.programme import invitations
from whitebox.programme.models import Invitation


class InvitationForm(forms.ModelForm[Invitation]):
    class Meta:
        model = Invitation
        fields = ["email", "name", "cohort", "role"]
        help_texts = {"email": _("They sign in with a code that is mailed to this address.")}


@admin.register(Invitation)
class InvitationAdmin(OrganizedAdmin[Invitation]):
    form = InvitationForm
    may_add = True
    may_change = False
    list_display = ("email", "name", "role", "cohort", "by", "at")
    list_select_related = ("cohort", "by")
    ordering = ("-at", "-pk")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cohort" and not request.user.is_superuser:
            kwargs["queryset"] = Cohort.objects.filter(pk__in=organized_cohorts(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Invite by the verb; what it refuses the middleware shows."""
        inviter: User = request.user  # type: ignore[assignment]  # the admin lets nobody anonymous in
        obj.pk = invitations.invite(obj.email, obj.name, obj.cohort, Role(obj.role), by=inviter).pk
