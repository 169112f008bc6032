"""Every address of ours answers every kind of visitor as the matrix in `rights.py` says."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.rights import (
    MODELS,
    REFUSALS,
    RULES,
    SIGN_IN,
    STAFF,
    Answer,
    Row,
    Rule,
    stock_pages,
)
from tests.architecture.world import Visitor, World

PACKAGES = {"whitebox", "applicants", "curriculum", "mastery", "sprints"}
IN_DEVELOPMENT_ONLY = {"web:style_guide"}
STATUS = {answer.value[:3]: answer for answer in Answer if answer is not SIGN_IN}
APPS = {"applicants", "curriculum", "mastery", "outbox", "packs", "people", "programme", "publishing", "sprints", "web"}
# The door of the admin is the same for all who are not staff: two of them try it.
ASKED_THERE = {Visitor.ANONYMOUS, Visitor.MENTOR, *STAFF}
ALL_SORTS = [Visitor.ANONYMOUS, Visitor.STRANGER, Visitor.PARTICIPANT, Visitor.ORGANIZER]
STOCK = ("changelist", "add", "change", "delete", "history")
WRITES = ("INSERT", "UPDATE", "DELETE")

Found = tuple[Answer | str, list[str]]


def ours() -> Iterator[tuple[str, URLPattern]]:
    """Return every address whose view we wrote, by its full name; the stock pages of models have their own table."""
    stock = {
        f"admin:{one.opts.app_label}_{one.opts.model_name}_{page}"
        for one in admin.site._registry.values()
        for page in STOCK
    }
    for name, pattern in _patterns(get_resolver(), ()):
        if pattern.callback.__module__.partition(".")[0] in PACKAGES and name not in stock | IN_DEVELOPMENT_ONLY:
            yield name, pattern


def _patterns(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, (*spaces, one.namespace) if one.namespace else spaces)
        else:
            yield ":".join((*spaces, one.name or str(one.pattern))), one


def test_every_address_is_in_the_matrix() -> None:
    served = {name for name, _pattern in ours()}

    missing, gone = served - {rule.pattern for rule in RULES}, {rule.pattern for rule in RULES} - served

    assert not missing, f"add it to tests/architecture/rights.py: {', '.join(sorted(missing))}"
    assert not gone, f"take it out of tests/architecture/rights.py: {', '.join(sorted(gone))}"


def test_nobody_outside_the_admin_learns_that_something_is_forbidden() -> None:
    promised = [
        str(rule)
        for rule in RULES
        if not rule.pattern.startswith("admin:")
        for row in (rule.get, rule.post)
        if "403" in row.values()
    ]

    assert promised == []


def test_every_address_checks_where_a_form_came_from() -> None:
    exempt = [name for name, pattern in ours() if getattr(pattern.callback, "csrf_exempt", False)]

    assert exempt == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_everybody_gets_what_the_matrix_says(world: World, rule: Rule, method: str) -> None:
    row = rule.get if method == "get" else rule.post
    # What looks at nobody answers all alike: four who differ most are asked.
    asking = ALL_SORTS if len(set(row.values())) == 1 else list(Visitor)

    address = reverse(rule.pattern, args=[world.places[place] for place in rule.places])
    sent = rule.data(world) if method == "post" else {}

    found = {visitor: _ask(world, visitor, method, address, sent) for visitor in asking}

    _compare(row, found)


@pytest.mark.parametrize("label", MODELS)
@pytest.mark.parametrize("page", STOCK)
def test_the_admin_shows_rows_to_those_who_organize_them(world: World, label: str, page: str) -> None:
    model = apps.get_model(label)
    row = stock_pages(MODELS[label])[page]
    args = [] if page in {"changelist", "add"} else [_home_row(world, model).pk]
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)

    found = {visitor: _ask(world, visitor, "get", address, {}) for visitor in Visitor if visitor in ASKED_THERE}

    _compare(row, found)


def test_every_model_of_the_admin_is_in_the_table() -> None:
    ours_there = {model._meta.label for model in admin.site._registry if model._meta.label.split(".")[0] in APPS}

    assert ours_there == set(MODELS), "keep MODELS in tests/architecture/rights.py up to date"


def test_models_of_libraries_are_closed_to_organizers(world: World) -> None:
    foreign = [model._meta for model in admin.site._registry if model._meta.label not in MODELS]
    addresses = [reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") for meta in foreign]

    found = {address: _ask(world, Visitor.ORGANIZER, "get", address, {})[0] for address in addresses}

    assert found == dict.fromkeys(addresses, Answer.DENIED)


def test_organizers_add_nothing_to_another_cohort(world: World) -> None:
    sent = {"title": "Room", "cohort": str(world.cohort.pk), "address": "json://127.0.0.1", "is_active": "on"}

    found = {
        visitor: _ask(world, visitor, "post", reverse("admin:outbox_channel_add"), sent)
        for visitor in (Visitor.ORGANIZER, Visitor.AWAY_ORGANIZER)
    }

    answers = [answer for answer, _written in found.values()]
    assert answers == [Answer.MOVED, Answer.SHOWN]
    assert found[Visitor.AWAY_ORGANIZER][1] == []


def _home_row(world: World, model: type[Model]) -> Model:
    """Return a row of the home cohort; the world holds one of each."""
    path = getattr(admin.site._registry[model], "cohort_path", "")
    rows = model._default_manager.order_by("pk")
    found = (rows.filter(**{path: world.cohort.pk}) if path else rows).first()
    assert found is not None, f"put a {model._meta.label} into tests/architecture/world.py"
    return found


def _compare(row: Row, found: Mapping[Visitor, Found]) -> None:
    wrong = [f"{one}: {got} where {row[one]} is promised" for one, (got, _sql) in found.items() if got != row[one]]
    assert wrong == []
    assert [f"{one} wrote: {sql}" for one, (got, sql) in found.items() if got in REFUSALS and sql] == []


def _ask(world: World, visitor: Visitor, method: str, address: str, sent: Mapping[str, str]) -> Found:
    """Return what a visitor gets and what was written into the database meanwhile; nothing of it stays."""
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES) and "django_session" not in sql:
            written.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        response = getattr(world.clients[visitor], method)(address, sent)
        response.getvalue()  # Read to its end, a file closes itself and leaves the connection open.
        transaction.set_rollback(True)
    return _answer(response), written


def _answer(response: HttpResponseBase) -> Answer | str:
    to = response.headers.get("Location", "")
    if response.status_code == 302 and to.startswith((reverse("account_login"), reverse("admin:login"))):
        return SIGN_IN
    return STATUS.get(str(response.status_code), str(response.status_code))
