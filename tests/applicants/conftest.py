"""What tests of admissions lean on: the shipped wordings of letters, an organizer."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import LetterTemplate
from whitebox.packs.folder import Folder
from whitebox.packs.pack import LetterHead, keep_or_replace
from whitebox.packs.reports import Report
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User
from whitebox.programme.demonstration import SHIPPED_PACK


@pytest.fixture
def letters(db: None) -> None:
    """Store the wordings that the shipped pack brings."""
    folder = Folder(SHIPPED_PACK, Report())
    for file in folder.files("letters/*.md"):
        parsed = folder.front_matter(file, LetterHead)
        assert parsed is not None
        keep_or_replace(parsed.data, parsed.body)
    assert LetterTemplate.objects.exists()


def organizer_of(cohort: Cohort) -> User:
    return MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER, user__is_staff=True).user


def in_threads(*works: Callable[[], object]) -> list[object]:
    """Run functions at the same moment in threads of their own and return what each returned or refused."""
    barrier, results = threading.Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(work())
        except RuleViolation as refused:
            results.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
