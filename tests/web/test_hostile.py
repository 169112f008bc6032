"""No address of ours breaks on numbers that are none: in its path, in what it is asked, in what it is sent.

Nobody writes down which parameters a view knows: each page is asked once to see which names it looks for.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import ForeignKey, IntegerField
from django.http import QueryDict
from django.urls import reverse

from tests.architecture.conftest import module_world as module_world  # noqa: PLC0414  # fixtures are found by name
from tests.architecture.conftest import world as world  # noqa: PLC0414
from tests.architecture.rights import MODELS, REFUSALS, RULES, Answer, Row, Rule
from tests.architecture.world import Visitor, World

HOSTILE = ("9" * 5000, "9" * 4000, "-1", str(2**63), "\uff11\uff12", " 1", "1e3", "1\x00", "\ud800")
ASKING = (Visitor.ORGANIZER, Visitor.REVIEWER, Visitor.PARTICIPANT, Visitor.MENTOR, Visitor.ADVISER, Visitor.ANONYMOUS)
NOT_OURS = {"csrfmiddlewaretoken"}
FORM = "application/x-www-form-urlencoded"

Pairs = Sequence[tuple[str, str]]


@contextmanager
def noted() -> Iterator[set[str]]:
    """Note every name that is looked for in a query string or a form."""
    names: set[str] = set()
    looking = {name: getattr(QueryDict, name) for name in ("get", "getlist", "__getitem__", "__contains__")}

    def spy(found: Any) -> Any:
        def look(self: QueryDict, key: str, *rest: Any, **more: Any) -> Any:
            names.add(key)
            return found(self, key, *rest, **more)

        return look

    with pytest.MonkeyPatch.context() as patch:
        for name, found in looking.items():
            patch.setattr(QueryDict, name, spy(found))
        yield names
    names -= NOT_OURS


def told(pairs: Pairs) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def broken(world: World, visitor: Visitor, method: str, address: str, pairs: Pairs = ()) -> str:
    """Return what went wrong in a request, or an empty text; nothing of it stays."""
    client = world.clients[visitor]
    try:
        with transaction.atomic():
            if method == "get":
                response = client.get(f"{address}?{told(pairs)}" if pairs else address)
            else:
                response = client.post(address, told(pairs), content_type=FORM)
            response.getvalue()
            transaction.set_rollback(True)
    except Exception as wrong:  # noqa: BLE001  # every one of them would be an error page
        short = [(name, value if len(value) < 30 else f"{value[:5]}… ({len(value)})") for name, value in pairs]
        return f"{method} {address[:90]} {short}: {type(wrong).__name__}: {str(wrong)[:120]}"
    return "" if response.status_code < 500 else f"{method} {address[:90]}: {response.status_code}"


def mixed(names: Collection[str], base: Mapping[str, str]) -> Iterator[Pairs]:
    """Yield requests in which every name has had every value, together with the others and by itself."""
    ordered = sorted(names)
    for turn in range(len(HOSTILE)):
        yield [(name, HOSTILE[(turn + place) % len(HOSTILE)]) for place, name in enumerate(ordered)]
    if base:
        for place, name in enumerate(ordered):
            yield [*((one, value) for one, value in base.items() if one != name), (name, HOSTILE[place % len(HOSTILE)])]


def who(row: Row) -> Visitor | None:
    """Return somebody who gets behind the door of an address."""
    return next((one for one in ASKING if row[one] not in REFUSALS), None)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_no_address_breaks_on_hostile_numbers_in_its_path(world: World, rule: Rule) -> None:
    places = [world.places[place] for place in rule.places]
    address = reverse(rule.pattern, args=places)
    method = "get" if rule.get[Visitor.ORGANIZER] != Answer.NO_METHOD else "post"
    visitor = who(rule.get if method == "get" else rule.post) or Visitor.ORGANIZER

    wrong = [
        broken(world, visitor, method, address.replace(f"/{place}", f"/{_quoted(value)}"))
        for place in places
        for value in HOSTILE
    ]

    assert [one for one in wrong if one] == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_no_address_breaks_on_hostile_numbers_that_are_asked_or_sent(world: World, rule: Rule, method: str) -> None:
    row = rule.get if method == "get" else rule.post
    visitor = who(row)
    address = reverse(rule.pattern, args=[world.places[place] for place in rule.places])
    base = rule.data(world) if method == "post" else {}
    if visitor is None and set(row.values()) <= {Answer.NO_METHOD, Answer.SIGN_IN}:
        return  # Nobody gets as far as a parameter.
    visitor = visitor or Visitor.ORGANIZER

    with noted() as names:
        first = broken(world, visitor, method, address, list(base.items()) or [("nothing", "of use")])
    wrong = [first, *(broken(world, visitor, method, address, pairs) for pairs in mixed(names, base))]

    assert [one for one in wrong if one] == []


@pytest.mark.parametrize("label", MODELS)
def test_no_list_of_the_admin_breaks_on_hostile_numbers(world: World, label: str) -> None:
    model = apps.get_model(label)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    keys = [one.name for one in model._meta.local_fields if isinstance(one, ForeignKey)]
    whole = [one.name for one in model._meta.local_fields if isinstance(one, IntegerField)]
    lookups = [*keys, *whole, *(f"{one}__in" for one in [*keys, *whole]), *(f"{one}__gt" for one in whole)]
    asked = [[(one, str(2**63))] for one in lookups] + [[("id", value)] for value in HOSTILE]
    stock = list(mixed({"p", "o", "q", "e", "_facets", "_popup"}, {}))
    changelist = reverse(f"{name}_changelist")
    lists = [broken(world, Visitor.ORGANIZER, "get", changelist, one) for one in [*asked, *stock]]
    address = reverse(f"{name}_change", args=["0"])
    rows = [broken(world, Visitor.ORGANIZER, "get", address.replace("/0/", f"/{_quoted(one)}/")) for one in HOSTILE]

    assert [one for one in [*lists, *rows] if one] == []


@pytest.mark.parametrize("label", [label for label, listed in MODELS.items() if listed.may_add])
def test_no_form_of_the_admin_breaks_on_hostile_numbers(world: World, label: str) -> None:
    model = apps.get_model(label)
    assert model in admin.site._registry
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    with noted() as names:
        first = broken(world, Visitor.ORGANIZER, "post", address, [("nothing", "of use")])

    wrong = [first, *(broken(world, Visitor.ORGANIZER, "post", address, pairs) for pairs in mixed(names, {}))]

    assert len(names) > 1
    assert [one for one in wrong if one] == []
