"""Items with numbers that differ from attempt to attempt: the same for one attempt for ever, and by any Python.

A pack names values and lets an item use them: `[[n]]` in its texts, `n` in the sum that is the answer. A text is
rendered once, with a mark in the place of each value; a page puts the value of its attempt there. What an attempt gets
follows from its seed by SHA-256, so that no change of a random generator ever changes a question somebody has answered.
"""

import ast
import hashlib
import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

Values = Mapping[str, str]  # what one attempt gets, by name
Declared = Mapping[str, Sequence[str]]  # what it is drawn from, in the order of the pack

LONGEST_SUM = 200  # characters
MOST_POWER = 16
DIGITS = 30  # of an answer that does not end


def drawn(declared: Declared, slug: str, seed: int) -> dict[str, str]:
    """Return the values of one item for one seed."""
    return {name: choices[_number(f"{seed}:{slug}:{name}") % len(choices)] for name, choices in declared.items()}


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def marked(text: str, names: Collection[str]) -> str:
    """Return a source text with a number nobody writes in the place of each value: one token in mathematics, too."""
    for place, name in enumerate(sorted(names)):
        text = text.replace(f"[[{name}]]", _mark(place))
    return text


def filled(text: str, names: Collection[str], values: Values) -> str:
    """Return what `marked` made, rendered since, with the values of an attempt. Values are numbers: safe in HTML."""
    for place, name in enumerate(sorted(names)):
        text = text.replace(_mark(place), values[name])
    return text


def _mark(place: int) -> str:
    return f"80706{place:02d}60708"


class BadSum(ValueError):  # noqa: N818 - a finding about an item, not an error of the program
    """A sum that cannot be worked out. Its text says why."""


def result(expression: str, values: Values) -> Decimal:
    """Work out an answer exactly, then as a decimal of 30 digits. Raises BadSum."""
    found = _worked_out(expression, values)
    with localcontext() as context:
        context.prec = DIGITS
        return Decimal(found.numerator) / Decimal(found.denominator)


def _worked_out(expression: str, values: Values) -> Fraction:
    if len(expression) > LONGEST_SUM:
        raise BadSum(f"the sum is longer than {LONGEST_SUM} characters")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
        return _value(tree.body, {name: Fraction(value) for name, value in values.items()})
    except BadSum:
        raise  # It says already what is wrong.
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError, MemoryError) as error:
        raise BadSum(f"“{expression}” cannot be worked out: {error}") from error


def _value(node: ast.expr, names: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Fraction(str(number))
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
            return _value(inner, names) * (-1 if isinstance(sign, ast.USub) else 1)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id=called), args=[*given], keywords=[]) if called in FUNCTIONS and given:
            return FUNCTIONS[called](*(_value(one, names) for one in given))
    raise BadSum("a sum has numbers, the item's values, + - * / // % **, brackets, abs, min and max")


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > MOST_POWER:
        raise BadSum(f"a power is a whole number up to {MOST_POWER}")
    return Fraction(base ** int(exponent))


def _floor(left: Fraction, right: Fraction) -> Fraction:
    return Fraction(left // right)


OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: _floor,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
FUNCTIONS: Mapping[str, Callable[..., Fraction]] = {"abs": abs, "min": min, "max": max}


def fresh_seed(stored: Sequence[Mapping[str, Any]], used: Collection[int], draw: Callable[[], int]) -> int:
    """Return a seed whose values differ from those of the seeds `used` in some item, where there are others.

    `stored` are the items of a form. A form without values takes the first seed.
    """
    declared = {item["slug"]: item["values"] for item in stored if item.get("values")}
    seed = draw()
    if not declared:
        return seed
    seen = [_all(declared, one) for one in used]
    for _try in range(200):
        if _all(declared, seed) not in seen:
            break
        seed = draw()
    return seed


def _all(declared: Mapping[str, Declared], seed: int) -> list[dict[str, str]]:
    return [drawn(values, slug, seed) for slug, values in declared.items()]
