import pytest
from django.contrib import admin
from django.contrib.admin.sites import AdminSite
from django.db import models
from django.http import HttpRequest, QueryDict
from django.test import Client, RequestFactory

from tests.factories.people import CohortFactory, UserFactory
from whitebox.admin_look import AdminLook, InlineLook
from whitebox.people.models import Cohort, Membership, User


class MembershipInline(InlineLook[Membership, Cohort], admin.TabularInline[Membership, Cohort]):
    model = Membership
    fields = ("role",)
    extra = 1


class CohortAdmin(AdminLook[Cohort]):
    list_display = ("title", "weeks")
    list_editable = ("weeks",)
    inlines = (MembershipInline,)


class MembershipAdmin(AdminLook[Membership]):
    autocomplete_fields = ("user",)


class PeopleAdmin(AdminLook[User]):
    search_fields = ("email",)


@pytest.fixture
def site() -> AdminSite:
    site = AdminSite()
    site.register(User, PeopleAdmin)
    site.register(Membership, MembershipAdmin)
    site.register(Cohort, CohortAdmin)
    return site


@pytest.fixture
def request_of_superuser(db: None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = UserFactory.create(is_staff=True, is_superuser=True)
    return request


def test_admin_look_names_both_boxes_of_a_moment(site: AdminSite, request_of_superuser: HttpRequest) -> None:
    moment = models.DateTimeField("opens at")
    moment.set_attributes_from_name("opens_at")

    field = site.get_model_admin(Cohort).formfield_for_dbfield(moment, request_of_superuser)

    assert field is not None
    assert [box.attrs["aria-label"] for box in field.widget.widgets] == ["Opens at: date", "Opens at: time"]


def test_admin_look_names_cells_that_can_be_edited(site: AdminSite, request_of_superuser: HttpRequest) -> None:
    CohortFactory.create()

    formset = site.get_model_admin(Cohort).get_changelist_formset(request_of_superuser)(queryset=Cohort.objects.all())

    assert formset.forms[0].fields["weeks"].widget.attrs["aria-label"] == "Weeks"


def test_admin_look_leaves_labelled_fields_alone(site: AdminSite, request_of_superuser: HttpRequest) -> None:
    form = site.get_model_admin(Cohort).get_form(request_of_superuser)

    assert "aria-label" not in form.base_fields["weeks"].widget.attrs


def test_admin_look_prompts_where_select2_would_be_empty(site: AdminSite, request_of_superuser: HttpRequest) -> None:
    form = site.get_model_admin(Membership).get_form(request_of_superuser)

    html = form()["user"].as_widget()

    assert 'data-placeholder="Choose"' in html
    assert "js/select2_names.js" in str(form.base_fields["user"].widget.media)


def test_inline_look_names_cells_and_delete_boxes(site: AdminSite, request_of_superuser: HttpRequest) -> None:
    (inline,) = site.get_model_admin(Cohort).get_inline_instances(request_of_superuser)

    formset = inline.get_formset(request_of_superuser)(instance=CohortFactory.create())

    assert formset.forms[0].fields["role"].widget.attrs["aria-label"] == "Role"
    assert formset.forms[0].fields["DELETE"].widget.attrs["aria-label"] == "Delete row 1"


class ShortAdmin(AdminLook[Cohort]):
    list_per_page = 2


@pytest.mark.parametrize(
    ("made", "page", "counted", "said"),
    [(22, "1", 22, "22"), (25, "1", 22, "more than 22"), (25, "3", 25, "25"), (25, "9" * 30, 22, "more than 22")],
)
def test_a_list_counts_its_rows_only_as_far_as_one_can_page(
    request_of_superuser: HttpRequest, made: int, page: str, counted: int, said: str
) -> None:
    CohortFactory.create_batch(made)
    request_of_superuser.GET = QueryDict(f"p={page}")

    paginator = ShortAdmin(Cohort, AdminSite()).get_paginator(request_of_superuser, Cohort.objects.all(), 2)

    assert (paginator.count, str(paginator.count)) == (counted, said)
    assert f"{paginator.num_pages}" == str(-(-counted // 2))


def test_a_list_of_more_rows_says_so(client: Client, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    CohortFactory.create_batch(12)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    monkeypatch.setattr(admin.site.get_model_admin(Cohort), "list_per_page", 1)

    first = client.get("/admin/people/cohort/").content.decode()
    last = client.get("/admin/people/cohort/?p=12").content.decode()

    assert "more than 11 cohorts" in " ".join(first.split())
    assert "12 cohorts" in " ".join(last.split())
