"""What the demonstration shows of packs."""

import pytest

from whitebox.packs import contents, loading
from whitebox.programme.demonstration import REVISIONS, SHIPPED_PACK, revised


@pytest.mark.parametrize(("file", "present", "wanted"), REVISIONS)
def test_each_revision_changes_one_place_of_the_shipped_pack(file: str, present: str, wanted: str) -> None:
    text = (SHIPPED_PACK / file).read_text(encoding="utf-8")

    assert (text.count(present), text.count(wanted)) == (1, 0)


def test_the_next_version_passes_its_check() -> None:
    shipped = contents.from_folder(SHIPPED_PACK)

    folder = loading.checked(revised(shipped))

    assert folder.digest() != shipped.digest
