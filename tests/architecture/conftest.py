"""The world that the tests of rights and of hostile requests look at."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.fixtures import Settings

from tests.architecture.world import World, make


@pytest.fixture(scope="module")
def module_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for all questions: each of them is rolled back, and the world at the end."""
    folder = tmp_path_factory.mktemp("rights")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            made = make(folder)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(module_world: World, db: None, settings: Settings) -> World:
    settings.MEDIA_ROOT = module_world.uploads
    settings.SECOND_FACTOR_REQUIRED = False
    return module_world
