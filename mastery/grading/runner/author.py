"""Runs inside a box of its own: makes an exercise's cases from a seed, and what the reference returns on them.

The exercise's author is trusted with this exercise's marks, not with the machine.
"""

import os
from typing import Any

import bundle  # type: ignore[import-not-found]  # beside this file in the box
import codec  # type: ignore[import-not-found]  # as above
import numpy as np


def main(request_descriptor: int, result_descriptor: int) -> None:
    def send(*frame: Any) -> None:
        data = codec.to_bytes(list(frame)) + b"\n"
        while data:
            data = data[os.write(result_descriptor, data) :]

    send("ready")
    with open(request_descriptor, "rb") as requests:
        request = codec.from_bytes(requests.read())
    try:
        answer(send, *request)
    except BaseException as error:  # noqa: BLE001 - SystemExit and its like too: each must be told
        send("crashed", f"{type(error).__name__}: {error}"[:2000])
    os._exit(0)


def answer(send: Any, reference: str, cases: str, function_name: str, seed: int, files: list[str]) -> None:
    space = module(cases, "cases.py")
    public, hidden = space["PUBLIC"], space["hidden"](np.random.default_rng(seed))
    main, text = bundle.opened(reference, files, "reference.py")
    function = module(text, main)[function_name]
    for case in public:
        send("case", case["name"], None, *answered(function, case))
    for case in hidden:
        send("case", case["name"], case["category"], *answered(function, case))
    send("end")


def answered(function: Any, case: dict[str, Any]) -> tuple[Any, Any]:
    """Return the arguments and the answer. The function gets a copy: it may change what it is given."""
    args = list(case["args"])
    return args, function(*codec.from_bytes(codec.to_bytes(args)))


def module(source: str, file: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": file.removesuffix(".py")}
    exec(compile(source, file, "exec", dont_inherit=True), space)  # noqa: S102 - this is what the box is for
    return space
