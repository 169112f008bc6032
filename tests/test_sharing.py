"""What several processes of tests hand to each other."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.sharing import by_length, share_of


def item(file: str, name: str, *marks: str) -> Any:
    return SimpleNamespace(path=Path(file), name=name, get_closest_marker=lambda mark: mark in marks)


@pytest.mark.parametrize(
    ("test", "share"),
    [
        ("tests/browser/test_walk.py::test_a[with scripts]", "tests/browser"),
        ("tests/browser/test_crawl.py::test_b", "tests/browser"),
        ("tests/web/test_pages.py::test_c", "tests/web/test_pages.py"),
        ("tests/web/test_pages.py::TestD::test_e[tests/browser/]", "tests/web/test_pages.py"),
    ],
)
def test_files_stay_whole_and_a_browser_stays_in_one_process(test: str, share: str) -> None:
    assert share_of(test) == share


def test_the_longest_files_come_first_each_in_its_own_order() -> None:
    items = [
        item("small.py", "a"),
        item("large.py", "c"),
        item("large.py", "b"),
        item("walk.py", "d", "browser"),
        item("slow.py", "f", "long"),
        item("slow.py", "e"),
    ]

    by_length(cast("list[pytest.Item]", items))

    assert "".join(one.name for one in items) == "fedcba"
