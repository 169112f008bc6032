from whitebox.packs.identities import by_version, free, resolve

FIRST = {"a": 1, "b": 2}


def test_a_slug_means_what_it_meant() -> None:
    assert resolve([("b", []), ("a", []), ("c", [])], [FIRST]) == [2, 1, None]


def test_a_renamed_one_is_found_by_its_alias() -> None:
    assert resolve([("new", ["a"]), ("b", [])], [FIRST]) == [1, 2]


def test_a_freed_name_begins_anew() -> None:
    second = {"new": 1, "b": 2}

    assert resolve([("a", []), ("new", []), ("b", [])], [second, FIRST]) == [None, 1, 2]


def test_one_that_was_away_comes_back_by_its_name() -> None:
    assert resolve([("a", [])], [{"b": 2}, FIRST]) == [1]


def test_no_identity_is_given_twice() -> None:
    assert resolve([("a", []), ("new", ["a"])], [FIRST]) == [1, None]


def test_free_counts_on() -> None:
    assert [free("a", []), free("a", ["a"]), free("a", ["a", "a-2"])] == ["a", "a-2", "a-3"]


def test_versions_are_grouped_newest_first() -> None:
    assert by_version([(1, "a", 7), (2, "b", 7), (1, "c", 8)]) == [{"b": 7}, {"a": 7, "c": 8}]
