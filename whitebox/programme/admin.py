"""Inviting mentors, reviewers, advisers and organizers; what is stored about one person."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User, normalised
from whitebox.people.organized import OrganizedAdmin, organized_cohorts
from whitebox.programme import data_requests, invitations, personal
from whitebox.programme import grants_admin as grants_admin  # noqa: PLC0414  # Django looks for admins in this module
from whitebox.programme.models import DataRequest, Invitation

SALT = "programme.erase"
STANDS_FOR = 60 * 60  # seconds; what was seen longer ago must be looked at again


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


class PersonForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the person"),
        max_length=254,
        help_text=_("The one they use here, or applied with. Be sure that it is they who ask."),
    )


class EraseForm(forms.Form):
    again = forms.EmailField(label=_("Write the address once more, to be sure"), max_length=254)
    token = forms.CharField(widget=forms.HiddenInput)


@admin.register(DataRequest)
class DataRequestAdmin(OrganizedAdmin[DataRequest]):
    """The record of what was handed out and erased, and the page where it is done."""

    cohort_path = "cohorts"
    is_open_to_superusers = False  # whoever runs the server has the command
    may_change = False
    list_display = ("at", "kind", "by")
    list_select_related = ("by",)
    ordering = ("-at", "-pk")
    fields = ("kind", "at", "by", "counts", "address_digest")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataRequest]:
        return super().get_queryset(request).distinct()

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(never_cache(self.person))
        return [path("person/", page, name="programme_person"), *super().get_urls()]

    def person(self, request: HttpRequest) -> HttpResponse:
        """Look at what is stored about a person; hand it out; erase it. Each step is a POST: no address in a log."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PersonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._answered(request, form)
            except RuleViolation as refused:
                form.add_error(None, str(refused))
        return self._page(request, form=form)

    def _answered(self, request: HttpRequest, form: PersonForm) -> HttpResponse:
        user: User = request.user  # type: ignore[assignment]  # the admin lets nobody anonymous in
        email = form.cleaned_data["email"]
        if "export" in request.POST:
            found = data_requests.export(email, by=user)
            text = json.dumps(found, indent=2, ensure_ascii=False, default=personal.plain)
            answer = HttpResponse(text, content_type="application/json")
            answer["Content-Disposition"] = 'attachment; filename="personal-data.json"'
            return answer
        if "erase" in request.POST:
            return self._erased(request, form, user)
        return self._page(request, form=form, **self._looked(email, user))

    def _looked(self, email: str, user: User) -> dict[str, Any]:
        look = data_requests.look(email, by=user)
        token = signing.dumps([look.email, look.fingerprint], salt=SALT)
        return {"look": look, "erase_form": EraseForm(initial={"token": token})}

    def _erased(self, request: HttpRequest, form: PersonForm, user: User) -> HttpResponse:
        """Second step: erase what the signed first one showed."""
        email, shown = normalised(form.cleaned_data["email"]), ""
        confirmed = EraseForm(request.POST)
        if confirmed.is_valid():
            shown_email, shown = _read(confirmed.cleaned_data["token"])
            if not shown_email == normalised(confirmed.cleaned_data["again"]) == email:
                confirmed.add_error("again", _now("This is not the address above. Nothing was erased."))
        if not confirmed.is_valid():
            return self._page(request, form=form, **(self._looked(email, user) | {"erase_form": confirmed}))
        outcome = data_requests.erase(email, shown=shown, by=user)
        count = sum(outcome.erased.values())
        messages.success(
            request, _now("Erased: %(count)d entries. What was done is on record here.") % {"count": count}
        )
        return redirect("admin:programme_datarequest_changelist")

    def _page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "title": _now("One person's data")}
        return TemplateResponse(request, "admin/programme/person.html", shared | context)


def _read(token: str) -> tuple[str, str]:
    try:
        email, shown = signing.loads(token, salt=SALT, max_age=STANDS_FOR)
    except (signing.BadSignature, ValueError) as wrong:
        raise RuleViolation(_now("You looked at this too long ago. Nothing was erased: look once more.")) from wrong
    return str(email), str(shown)
