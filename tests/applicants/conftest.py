"""What tests of admissions lean on: the shipped wordings of letters, an organizer."""

import pytest

from tests.factories.people import MembershipFactory
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
