"""Random requests with hostile values to every address and every list and form of the admin: none breaks the site.

FUZZED=100000 SEED=2 python -m pytest tests/web/test_fuzzing.py -s
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from django.urls import reverse

from tests.architecture.conftest import module_world as module_world  # noqa: PLC0414  # fixtures are found by name
from tests.architecture.conftest import world as world  # noqa: PLC0414
from tests.architecture.rights import MODELS, REFUSALS, RULES
from tests.architecture.world import Visitor, World
from tests.web import fuzz
from tests.web.test_hostile import FORM, noted, told

REQUESTS = int(os.environ.get("FUZZED", "1500"))
SEED = int(os.environ.get("SEED", "1"))
METHODS = ("get", "post")


@dataclass
class Door:
    """An address, who gets behind it, what it was seen to look for, and what it is sent when all is well."""

    address: str
    method: str
    visitors: Sequence[Visitor]
    usual: Mapping[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def doors(world: World) -> list[Door]:
    found = []
    for rule in RULES:
        address = reverse(rule.pattern, args=[world.places[place] for place in rule.places])
        for method, row in zip(METHODS, (rule.get, rule.post), strict=True):
            behind = [visitor for visitor, answer in row.items() if answer not in REFUSALS]
            if behind:
                usual = rule.data(world) if method == "post" else {}
                found.append(Door(address, method, behind, usual, set(usual)))
    for label, listed in MODELS.items():
        options = apps.get_model(label)._meta
        name = f"admin:{options.app_label}_{options.model_name}"
        lookups = {one.name for one in options.local_fields} | {f"{one.name}__in" for one in options.local_fields}
        found.append(Door(reverse(f"{name}_changelist"), "get", [Visitor.ORGANIZER], names=lookups | {"q", "o", "p"}))
        if listed.may_add:
            found += [Door(reverse(f"{name}_add"), method, [Visitor.ORGANIZER]) for method in METHODS]
    return found


def ask(world: World, door: Door, rng: random.Random) -> str:
    """Send one request; return what went wrong, or the status. Nothing of it stays."""
    client = world.clients[rng.choice(door.visitors)]
    chosen = [name for name in sorted(door.names) if rng.random() < 0.6]
    hostile: dict[str, Any] = {name: fuzz.text(rng) for name in chosen}
    sent = {**door.usual, **hostile} if rng.random() < 0.7 else hostile
    try:
        with transaction.atomic(), noted() as names:
            if door.method == "get":
                response = client.get(f"{door.address}?{told(_pairs(sent))}")
            elif rng.random() < 0.3:
                files = {name: fuzz.file(rng) for name in rng.sample(sorted({*door.names, "file"}), 1)}
                response = client.post(door.address, {**_plain(sent), **files})
            else:
                response = client.post(door.address, told(_pairs(sent)), content_type=FORM)
            response.getvalue()
            transaction.set_rollback(True)
    except Exception as wrong:  # noqa: BLE001  # every one of them would be an error page
        short = {name: str(value)[:40] for name, value in sent.items()}
        return f"{door.method} {door.address} {short}: {type(wrong).__name__}: {str(wrong)[:200]}"
    door.names |= {name for name in names if len(name) < 60}
    return str(response.status_code)


def _pairs(sent: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in sent.items() if isinstance(value, str | int)]


def _plain(sent: Mapping[str, Any]) -> dict[str, str]:
    """Return what can be written into a form of several parts: half a sign cannot."""
    return {name: value.encode("utf-8", "replace").decode() for name, value in _pairs(sent)}


def test_no_request_with_hostile_values_breaks_the_site(world: World) -> None:
    rng, there, begun = random.Random(SEED), doors(world), time.monotonic()
    counted: Counter[str] = Counter()
    wrong = []
    for number in range(REQUESTS):
        # Everybody's turn first, so that the short form knocks everywhere too.
        door = there[number] if number < len(there) else rng.choice(there)
        answer = ask(world, door, rng)
        if not answer.isdigit() or int(answer) >= 500:
            wrong.append(answer)
        counted[answer if answer.isdigit() else "broken"] += 1

    spent = time.monotonic() - begun
    sys.stdout.write(f"\nseed {SEED}: {REQUESTS} requests at {len(there)} doors in {spent:.0f} s: {counted}\n")
    assert wrong == []
