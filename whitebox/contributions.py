"""How an app adds to a shared page or process without the ground floor knowing it.

An app contributes by having a module with an agreed name (see docs/architecture.md), found as the
admin finds `admin.py`. The module holds one agreed attribute; its protocol stands beside its user.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured


@cache
def modules(name: str) -> tuple[ModuleType, ...]:
    """Return the contribution modules called `name`, in the order of INSTALLED_APPS."""
    return tuple(
        import_module(f"{config.name}.{name}") for config in apps.get_app_configs() if _offers(config.module, name)
    )


def _offers(package: ModuleType | None, name: str) -> bool:
    return package is not None and find_spec(f"{package.__name__}.{name}") is not None


def attributes(name: str, attribute: str) -> Iterator[Any]:
    """Yield `attribute` of every contribution module called `name`.

    Raises ImproperlyConfigured where a module has the name but not the attribute, so that a typing
    mistake cannot silence an app.
    """
    for module in modules(name):
        if not hasattr(module, attribute):
            raise ImproperlyConfigured(f"{module.__name__} must define {attribute}.")
        yield getattr(module, attribute)
