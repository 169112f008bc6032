"""Items whose numbers are drawn, as a pack writes them: see `variants.py` for what an attempt gets."""

import re
from collections.abc import Iterator
from itertools import islice, product
from math import prod

from mastery import variants
from mastery.check_files import ItemEntry, RangeEntry
from mastery.grading.quiz import number
from whitebox.packs.folder import Location

NAME = re.compile("[a-z][a-z0-9_]{0,19}")
USED = re.compile(r"\[\[([^\[\]]{1,40})\]\]")
FEWEST, MOST = 20, 1000  # different draws of an item; choices of one value
TRIED = 500  # draws whose answer is worked out when a pack is checked

Mistake = tuple[Location, str]


def choices_of(item: ItemEntry) -> dict[str, list[str]]:
    """Return what each value of an item is drawn from."""
    return {name: _choices(one) for name, one in (item.values or {}).items()}


def _choices(entry: list[str] | RangeEntry) -> list[str]:
    if isinstance(entry, list):
        return entry
    return [str(one) for one in islice(range(entry.first, entry.last + 1, entry.step), MOST + 1)]


def with_marks(item: ItemEntry) -> ItemEntry:
    """Return an item whose texts have marks where values will stand; one without values as it is."""
    if not item.values:
        return item
    names = list(item.values)
    options = [
        one.model_copy(
            update={"text": variants.marked(one.text, names), "feedback": variants.marked(one.feedback, names)}
        )
        for one in item.options or []
    ]
    changed = {
        "prompt": variants.marked(item.prompt, names),
        "explanation": variants.marked(item.explanation, names),
        "options": options or None,
        "accepted": [variants.marked(one, names) for one in item.accepted] if item.accepted else item.accepted,
    }
    return item.model_copy(update=changed)


def mistakes(item: ItemEntry) -> Iterator[Mistake]:
    """Yield what is wrong with the values of an item, and with an answer that is worked out from them."""
    if item.values is None:
        return
    choices = choices_of(item)
    for name, some in choices.items():
        yield from ((("values", name), wrong) for wrong in _wrong_value(name, some))
    for name in sorted(set(USED.findall(item.prompt)) - choices.keys()):
        yield ("prompt",), f"“[[{name}]]” has no values"
    if prod(len(set(some)) for some in choices.values()) < FEWEST:
        yield ("values",), f"fewer than {FEWEST} different questions: two attempts would often meet the same"
    elif item.kind == "numeric" and item.answer:
        yield from _wrong_answers(item.answer, choices)


def _wrong_value(name: str, some: list[str]) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield f"“{name}” is no name: small letters, digits and _"
    if not 1 <= len(some) <= MOST:
        yield f"a value is drawn from 1 to {MOST} numbers, not {len(some)}"
    yield from (f"“{one}” is not a number" for one in some if number(one) is None)


def _wrong_answers(expression: str, choices: dict[str, list[str]]) -> Iterator[Mistake]:
    """Work out the answer of many draws: the first that cannot be is told."""
    for drawn in islice(product(*choices.values()), TRIED):
        try:
            variants.result(expression, dict(zip(choices, drawn, strict=True)))
        except ValueError as wrong:
            yield ("answer",), str(wrong)
            return
