"""Runs inside a box of its own: makes an exercise's cases from seeds, and what the reference returns on them.

The first line of the request is the exercise, each further one a seed. Every seed runs the programs from their first
line on, so it finds nothing that an earlier one left in them.

The exercise's author is trusted with this exercise's marks, not with the machine.
"""

import os
from functools import cache
from types import CodeType
from typing import Any

import bundle  # type: ignore[import-not-found]  # beside this file in the box
import codec  # type: ignore[import-not-found]  # as above
import numpy as np


def main(request_descriptor: int, result_descriptor: int) -> None:
    def send(*frames: list[Any]) -> None:
        data = b"".join(codec.to_bytes(one) + b"\n" for one in frames)  # at once, so the host wakes up once
        while data:
            data = data[os.write(result_descriptor, data) :]

    send(["ready"])
    with open(request_descriptor, "rb") as requests:
        exercise = codec.from_bytes(requests.readline())
        try:
            for seed in requests:
                send(*answer(exercise, codec.from_bytes(seed)))
        except BaseException as error:  # noqa: BLE001 - SystemExit and its like too: each must be told
            send(["crashed", f"{type(error).__name__}: {error}"[:2000]])
    os._exit(0)


def answer(exercise: list[Any], seed: int) -> list[list[Any]]:
    reference, cases, function_name, files = exercise
    space = module(cases, "cases.py")
    public, hidden = space["PUBLIC"], space["hidden"](np.random.default_rng(seed))
    main, text = bundle.opened(reference, files, "reference.py")
    function = module(text, main)[function_name]
    shown = [["case", case["name"], None, *answered(function, case)] for case in public]
    kept = [["case", case["name"], case["category"], *answered(function, case)] for case in hidden]
    return [*shown, *kept, ["end", seed]]


def answered(function: Any, case: dict[str, Any]) -> tuple[Any, Any]:
    """Return the arguments and the answer. The function gets a copy: it may change what it is given."""
    args = list(case["args"])
    return args, function(*codec.from_bytes(codec.to_bytes(args)))


def module(source: str, file: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": file.removesuffix(".py")}
    exec(compiled(source, file), space)  # noqa: S102 - this is what the box is for
    return space


@cache
def compiled(source: str, file: str) -> CodeType:
    return compile(source, file, "exec", dont_inherit=True)
