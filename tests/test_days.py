"""A day or a moment that somebody types lies in a year that a programme can mean, wherever it is typed."""

import inspect
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from applicants.stage_forms import ProlongForm
from tests.factories.applicants import RoundFactory
from tests.factories.people import MembershipFactory
from whitebox import days
from whitebox.people.choices import Role

ROOT = Path(settings.BASE_DIR)
OURS = ("whitebox", "applicants", "curriculum", "mastery", "sprints")
BEYOND = ["0001-01-01", "0202-05-01", "1999-12-31", "2100-01-01", "9999-12-31"]
DATED = (forms.DateField, forms.DateTimeField, forms.SplitDateTimeField)


def is_bounded(field: forms.Field) -> bool:
    return any("within" in getattr(one, "__qualname__", "") for one in field.validators)


@pytest.mark.parametrize("text", BEYOND)
def test_a_day_beyond_is_refused_in_words(text: str) -> None:
    with pytest.raises(forms.ValidationError, match="between 2000 and 2099"):
        days.DayField().clean(text)
    with pytest.raises(forms.ValidationError, match="between 2000 and 2099"):
        days.MomentField().clean(f"{text}T10:00")


@pytest.mark.parametrize("zone", ["Asia/Manila", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("text", ["2000-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_are_days_in_every_zone(text: str, zone: str) -> None:
    with timezone.override(zone):
        assert days.DayField().clean(text) == date.fromisoformat(text)
        assert days.MomentField().clean(f"{text}T00:00").astimezone(timezone.get_fixed_timezone(0))


class Shown(forms.Form):
    on = days.DayField()
    at = days.MomentField()


def test_a_browser_knows_the_bounds() -> None:
    assert 'min="2000-01-01"' in str(Shown()["on"])
    assert 'max="2099-12-31T23:59"' in str(Shown()["at"])
    assert days.DayField(first=days.EARLIEST).clean("1986-10-09") == date(1986, 10, 9)


def test_a_window_by_a_rounds_clock_is_bounded() -> None:
    form = ProlongForm({"until": "0001-01-01T00:00"}, zone="Asia/Manila")

    assert "Check the year" in str(form.errors["until"])


def test_no_form_has_a_field_of_its_own_for_days() -> None:
    unbounded = re.compile(r"forms\.(Split)?Date(Time)?Field\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in OURS
        for path in (ROOT / package).rglob("*.py")
        if path.name != "days.py" and "mechinterp" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if unbounded.search(line)
    ]

    assert found == []


def classes_of_forms() -> Iterator[type[forms.BaseForm]]:
    for package in OURS:
        for path in (ROOT / package).rglob("*form*.py"):
            if "mechinterp" in path.parts or "tests" in path.parts or "migrations" in path.parts:
                continue
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for _name, one in inspect.getmembers(module, inspect.isclass):
                if issubclass(one, forms.BaseForm) and one.__module__ == module.__name__:
                    yield one


def test_the_fields_that_forms_take_from_models_are_bounded() -> None:
    found = {
        f"{one.__name__}.{name}": is_bounded(field)
        for one in classes_of_forms()
        for name, field in getattr(one, "base_fields", {}).items()
        if isinstance(field, DATED)
    }

    assert [name for name, bounded in found.items() if not bounded] == []
    assert found["MoveForm.on"]
    assert len(found) > 8


@pytest.mark.django_db
def test_the_fields_of_the_admin_are_bounded() -> None:
    request = RequestFactory().get("/")
    request.user = MembershipFactory.create(role=Role.ORGANIZER, user__is_staff=True).user
    found = {}
    for model, desk in admin.site._registry.items():
        is_read_only = not (desk.has_add_permission(request) or desk.has_change_permission(request))
        if is_read_only or not desk.__module__.startswith(OURS):
            continue
        change = not desk.has_add_permission(request)
        row = model() if change else None
        forms_there = [desk.get_form(request, row, change=change)]
        forms_there += [each.form for each, _inline in desk.get_formsets_with_inlines(request, row)]
        for form in forms_there:
            for name, field in form.base_fields.items():
                if isinstance(field, DATED):
                    found[f"{model.__name__}.{name}"] = is_bounded(field)

    assert [name for name, bounded in found.items() if not bounded] == []
    assert found["Round.closes_at"]


@pytest.mark.django_db
def test_a_round_cannot_close_in_the_year_one(client: Client) -> None:
    round_ = RoundFactory.create()
    client.force_login(MembershipFactory.create(cohort=round_.cohort, role=Role.ORGANIZER, user__is_staff=True).user)
    address = reverse("admin:applicants_round_change", args=[round_.pk])

    answer = client.post(address, {"title": "x", "closes_at_0": "0001-01-01", "closes_at_1": "00:00:00"})

    assert answer.status_code == 200
    assert "between 2000 and 2099" in answer.content.decode()
    round_.refresh_from_db()
    assert round_.closes_at.year > 2000
