from whitebox.packs.contents import Contents
from whitebox.packs.differences import between


def differences(old: dict[str, str], new: dict[str, str]) -> list[str]:
    before, after = (Contents({name: text.encode() for name, text in files.items()}) for files in (old, new))
    return [str(one) for one in between(before, after)]


def test_equal_packs_differ_in_nothing() -> None:
    assert differences({"a.yml": "x: 1"}, {"a.yml": "x: 1"}) == []


def test_files_that_came_and_went_are_named() -> None:
    assert differences({"a.svg": "x"}, {"b.svg": "x"}) == ["removed a.svg", "added b.svg"]


def test_values_are_named_by_their_place() -> None:
    old = "- {slug: a, text: Count}\n- {slug: b, text: Weigh}\n"
    new = "- {slug: b, text: Weigh}\n- {slug: a, text: Count to three, blocking: false}\n- {slug: c, text: See}\n"

    assert differences({"o.yml": old}, {"o.yml": new}) == [
        "changed o.yml: a / text: Count → Count to three",
        "added o.yml: a / blocking:  → False",
        "added o.yml: c",
    ]


def test_rows_without_a_slug_are_told_in_words() -> None:
    old = "agenda:\n- {minutes: 10, title: Settle}\n"
    new = "agenda:\n- {minutes: 10, title: Settle}\n- {minutes: 25, title: The graph, in: [pairs, turns]}\n"

    (found,) = differences({"m.yml": old}, {"m.yml": new})

    assert found.partition(" → ")[::2] == (
        "changed m.yml: agenda: minutes 10, title Settle",
        "minutes 10, title Settle; minutes 25, title The graph, in pairs, turns",
    )


def test_the_text_below_front_matter_is_counted_in_lines() -> None:
    old, new = "---\nslug: a\n---\nOne\nTwo\n", "---\nslug: a\n---\nOne\nThree\nFour\n"

    assert differences({"m.md": old}, {"m.md": new}) == ["changed m.md: text: 1 of 2 lines → 2 of 3 lines"]


def test_a_renamed_module_is_compared_with_what_it_was() -> None:
    old = {"modules/01-a/module.md": "---\nslug: a\ntitle: A\n---\n", "modules/01-a/x.svg": "x"}
    new = {"modules/01-b/module.md": "---\nslug: b\naliases: [a]\ntitle: A\n---\n", "modules/01-b/x.svg": "x"}

    assert differences(old, new) == [
        "changed modules/01-b/module.md: slug: a → b",
        "added modules/01-b/module.md: aliases:  → a",
    ]


def test_a_renamed_entry_is_compared_with_what_it_was() -> None:
    old, new = "- {slug: a, text: x}\n", "- {slug: b, aliases: [a], text: y}\n"

    assert differences({"o.yml": old}, {"o.yml": new}) == [
        "changed o.yml: b / slug: a → b",
        "changed o.yml: b / text: x → y",
        "added o.yml: b / aliases:  → a",
    ]


def test_rows_are_counted() -> None:
    assert differences({"p.csv": "a,b\n1,2\n"}, {"p.csv": "a,b\n1,3\n1,4\n"}) == [
        "changed p.csv: rows: 1 of 2 → 2 of 3"
    ]
