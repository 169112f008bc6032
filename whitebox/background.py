"""The one way to define a task: its callers can only hand it out after commit."""

from collections.abc import Callable
from typing import Any, ParamSpec, Protocol, cast

from celery import shared_task

Arguments = ParamSpec("Arguments")


class Task(Protocol[Arguments]):
    """A task as callers see it. Celery's other ways of sending are hidden: they would leave before the commit."""

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> None: ...

    def delay_on_commit(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> None: ...


def task(name: str, **options: Any) -> Callable[[Callable[Arguments, None]], Task[Arguments]]:
    """Make a function a task called `name`. It must bear coming twice, late or never.

    A name that begins with `batch.` goes to the batch queue, every other to the interactive one.
    """

    def decorate(function: Callable[Arguments, None]) -> Task[Arguments]:
        decorated: Any = shared_task(name=name, **options)
        return cast("Task[Arguments]", decorated(function))

    return decorate
