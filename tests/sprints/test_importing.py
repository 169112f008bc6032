from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from sprints import exporting, importing, known, sheets
from sprints.importing import Action, Plan
from sprints.models import Claim, Problem, ProblemSource
from tests.factories.curriculum import ObjectiveFactory
from tests.factories.sprints import ClaimFactory, ResearcherFactory

HEADER = "number,category,subcategory,difficulty,starred,title,source_url"
FIRST = "1.1,Toy models,Neurons,B-C,true,How much of a neuron?,https://example.test/a"
SECOND = "1.2,Toy models,,,,What does it do?,"
SOURCE = "open-problems"
PIECES = [
    HEADER.encode(),
    FIRST.encode(),
    SECOND.encode(),
    b"\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b'"',
    b"1.1",
    b"=",
    b"\x00",
    b"\xff\xfe",
    b"\xc3\xa9",
    b"number,category",
    b"title",
]


def run(*rows: str, is_trial: bool = False, header: str = HEADER) -> Plan:
    content = "\n".join([header, *rows, ""]).encode()
    return importing.run(sheets.read(content), SOURCE, is_trial=is_trial)


def counts(plan: Plan) -> tuple[int, ...]:
    return tuple(plan.count(action) for action in Action)


def messages(plan: Plan) -> list[str]:
    return [str(trouble) for trouble in plan.troubles]


def facts(plan: Plan) -> list[Any]:
    return [(entry.parsed, entry.ordinal, entry.action, dict(entry.changes)) for entry in plan.entries]


def test_import_stores_what_the_rows_say(db: None) -> None:
    plan = run(FIRST, SECOND)

    first, second = Problem.objects.for_bank()
    assert counts(plan) == (2, 0, 0)
    assert plan.is_applied
    assert (first.number, first.category.name, first.difficulty, first.is_starred) == ("1.1", "Toy models", "B-C", True)
    assert (second.difficulty, second.is_starred, second.source_url) == ("", None, "")


def test_import_twice_changes_nothing(db: None) -> None:
    run(FIRST, SECOND)

    assert counts(run(FIRST, SECOND)) == (0, 0, 2)


def test_import_names_each_change(db: None) -> None:
    run(FIRST, SECOND)

    plan = run(FIRST.replace("B-C", "C").replace("Toy models", "Circuits"), SECOND)

    assert counts(plan) == (0, 1, 1)
    assert plan.entries[0].changes == {"category": ("Toy models", "Circuits"), "difficulty_lowest": ("B", "C")}
    assert "circuits" in Problem.objects.get(number="1.1").search_text


@pytest.mark.parametrize("before", [[], [FIRST], [FIRST.replace("true", "false"), SECOND, "1.3,Toy,,,,Gone?,"]])
def test_trial_says_exactly_what_the_act_does_and_writes_nothing(db: None, before: list[str]) -> None:
    run(*before, "9.9,Toy models,,,,Kept?,")
    stored = list(Problem.objects.order_by("pk").values())

    trial = run(FIRST, SECOND, is_trial=True)
    untouched = list(Problem.objects.order_by("pk").values())
    act = run(FIRST, SECOND)

    assert untouched == stored
    assert facts(trial) == facts(act)
    assert (trial.absent, trial.troubles, trial.is_applied, act.is_applied) == (act.absent, act.troubles, False, True)


def test_trial_into_a_new_source_makes_no_source(db: None) -> None:
    assert counts(run(FIRST, is_trial=True)) == (1, 0, 0)
    assert not ProblemSource.objects.exists()


def test_import_keeps_both_problems_of_one_number(db: None) -> None:
    one, two = "2.25,Circuits,,B,,First?,", "2.25,Circuits,,C,,Second?,"

    plan = run(one, two)

    assert [(problem.ordinal, problem.title) for problem in Problem.objects.for_bank()] == [
        (1, "First?"),
        (2, "Second?"),
    ]
    assert "number 2.25 stands in row 2 too" in messages(plan)[0]
    assert counts(run(two, one)) == (0, 0, 2)


def test_import_asks_which_of_two_equal_numbers_is_meant(db: None) -> None:
    run("2.25,Circuits,,B,,First?,", "2.25,Circuits,,C,,Second?,")

    unclear, clear = run("2.25,Circuits,,B,,Third?,"), run("2.25,Circuits,,D,,Second?,")

    assert "which one is meant?" in messages(unclear)[0]
    assert [(entry.ordinal, entry.action) for entry in clear.entries] == [(2, Action.CHANGED)]


def test_import_keeps_the_claims_of_a_problem_that_changes(db: None) -> None:
    claim = ClaimFactory.create(problem__number="1.1")

    run(FIRST)

    claim.problem.refresh_from_db()
    assert (claim.problem.title, claim.problem.state) == ("How much of a neuron?", "claimed")


def test_import_leaves_columns_alone_that_the_file_lacks(db: None) -> None:
    run(FIRST)

    plan = run("1.1,Toy models,Which neuron?", header="number,category,title")

    changed = Problem.objects.get()
    assert counts(plan) == (0, 1, 0)
    assert (changed.difficulty, changed.is_starred, changed.subcategory) == ("B-C", True, "Neurons")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("10-Jan,Toy,,,,What?,", "“10-Jan” is not a problem number"),
        ("1.3,,,,,What?,", "category is empty"),
        ("1.3,Toy,,,,,", "title is empty"),
        ("1.3,Toy,,E,,What?,", "“E” is not a difficulty"),
        ("1.3,Toy,,A-B-C,,What?,", "“A-B-C” is not a difficulty"),
        ("1.3,Toy,,C-B,,What?,", "the range “C-B” runs backwards (write B-C)"),
        ("1.3,Toy,,,maybe,What?,", "“maybe” does not say whether it is starred"),
        ('1.3,Toy,,,,What?,"=HYPERLINK(""https://evil.test"")"', "is not a web address"),
        ("1.3,Toy,,,,What?,javascript:alert(1)", "is not a web address"),
        ("1.3,Toy,,,,What?,https://[", "is not a web address"),
        ("1.3,Toy,,,,Wh\x00at?,", "title has control characters"),
        (f"1.3,Toy,,,,{'x' * 501},", "title has 501 characters, at most 500 fit"),
        (FIRST, "this row repeats row 2"),
    ],
)
def test_import_refuses_a_bad_row_and_imports_nothing(db: None, row: str, message: str) -> None:
    plan = run(FIRST, row)

    assert message in " ".join(messages(plan))
    assert "row 3 (line 3)" in messages(plan)[-1]
    assert not Problem.objects.exists()


def test_import_without_a_needed_column_imports_nothing(db: None) -> None:
    plan = run("1.1,Toy,B", header="number,category,level")

    assert messages(plan) == ["row 1 (line 1): the column “title” is missing (found: number, category, level)"]
    assert plan.entries == []


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
@settings(max_examples=200, deadline=None)
def test_no_file_makes_the_plan_raise(content: bytes) -> None:
    plan = importing.planned(sheets.read(content), SOURCE, None)

    assert plan.count(Action.ADDED) == len(plan.entries)
    assert all(str(trouble) for trouble in plan.troubles)


def test_import_lists_all_errors_at_once(db: None) -> None:
    plan = run("x,Toy,,E,,What?,", "1.2,,,,,What?,")

    assert len(plan.troubles) == 3


def test_import_refuses_a_number_that_lost_its_zero(db: None) -> None:
    rows = [f"1.{n},Toy,,,,Question {n}?," for n in range(1, 13)]
    rows[9] = rows[9].replace("1.10", "1.1")

    plan = run(*rows)

    assert "row 11 (line 11): “1.1” must be “1.10”: a spreadsheet has dropped the zero" in " ".join(messages(plan))
    assert not Problem.objects.exists()


def test_import_keeps_a_formula_as_text_and_the_export_escapes_it(db: None) -> None:
    plan = run('1.1,@Toy,-1 or +1?,,,"=HYPERLINK(""https://evil.test"",""x"")",', SECOND)

    text = exporting.exported(ProblemSource.objects.get())

    assert [message.count("looks like a formula") for message in messages(plan)] == [1, 1, 1]
    assert """1.1,'@Toy,'-1 or +1?,,,"'=HYPERLINK(""https://evil.test"",""x"")",""" in text
    assert Problem.objects.get(number="1.1").title.startswith("=HYPERLINK")


def test_export_imports_as_unchanged(db: None) -> None:
    run(FIRST, SECOND, '2.25,"=A, b",,B,false,"two\nlines",', '2.25,"=A, b",,B,false,other,', "1.10,Toy,,,,Ten?,")

    text = exporting.exported(ProblemSource.objects.get())
    again = importing.run(sheets.read(text.encode()), SOURCE, is_trial=False)

    assert counts(again) == (0, 0, 5)
    assert [line.split(",")[0] for line in text.splitlines()] == ["number", "1.1", "1.2", "1.10", "2.25", "2.25"]
    assert again.absent == 0


PUBLIC = "Number,Category,Difficulty,Problem,Existing Work,Currently Working On (include date!)"


def test_import_takes_the_columns_of_the_public_sheet_as_they_are(db: None) -> None:
    work = '"Toy paper https://example.test/toy\n\n A second line"'

    plan = run(f'1.1,Toy models,B*,"Two\nlines?",{work},"Somebody (1 May, 2023)"', header=f"The list,,,,,\n{PUBLIC}")

    problem = Problem.objects.get()
    assert messages(plan) == []
    assert (problem.title, problem.difficulty, problem.is_starred) == ("Two lines?", "B", True)
    assert problem.existing_work == "Toy paper https://example.test/toy\nA second line"
    assert (problem.working_on, problem.is_known, problem.is_alone) == ("Somebody (1 May, 2023)", True, False)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("header", ["difficulty,starred", "starred,difficulty"])
def test_a_star_beside_the_difficulty_survives_an_empty_column(db: None, header: str) -> None:
    cells = {"difficulty": "C*", "starred": ""}

    run(",".join(["1.1", "Toy", "What?", *(cells[name] for name in header.split(","))]), header=f"{BARE},{header}")

    assert Problem.objects.get().is_starred is True


BARE = "number,category,title"


def test_import_reports_an_objective_that_does_not_exist_with_its_row(db: None) -> None:
    plan = run("1.1,Toy,What?,week-one/nothing", header=f"{BARE},objectives")

    assert "row 2 (line 2): there is no objective week-one/nothing" in messages(plan)[0]
    assert not Problem.objects.exists()


@pytest.mark.parametrize("cell", ["nothing", "a/b/c", "=1+1"])
def test_import_refuses_what_names_no_objective(db: None, cell: str) -> None:
    assert "is not an objective" in messages(run(f"1.1,Toy,What?,{cell}", header=f"{BARE},objectives"))[0]


def test_export_and_import_are_a_round_trip_of_everything(db: None) -> None:
    ObjectiveFactory.create(module__slug="week-one", slug="gradients")
    run(
        '1.10,Toy,What?,B-C,true,"Paper https://example.test/a\nAnother",=cmd(),week-one/gradients',
        header=f"{BARE},difficulty,starred,existing_work,working_on,objectives",
    )
    problem = Problem.objects.get()
    known.add(
        problem, "Ours", "https://example.test/b", published_on=date(2024, 3, 1), by=ResearcherFactory.create().user
    )

    text = exporting.exported(problem.source)
    again = importing.run(sheets.read(text.encode()), SOURCE, is_trial=False)

    assert "Ours (2024-03-01) https://example.test/b" in text
    assert counts(again) == (0, 0, 1)
    assert exporting.exported(problem.source) == text
    Problem.objects.all().delete()
    assert counts(importing.run(sheets.read(text.encode()), SOURCE, is_trial=False)) == (1, 0, 0)
    assert exporting.exported(problem.source) == text


def test_import_takes_away_what_the_source_no_longer_names(db: None) -> None:
    ObjectiveFactory.create(module__slug="week-one", slug="gradients")
    header = f"{BARE},existing_work,objectives"
    run("1.1,Toy,What?,Paper,week-one/gradients", header=header)

    plan = run("1.1,Toy,What?,,", header=header)

    problem = Problem.objects.get()
    assert plan.entries[0].changes == {"existing_work": ("Paper", ""), "objectives": (("week-one/gradients",), ())}
    assert (problem.is_known, problem.needs.count()) == (False, 0)


@pytest.mark.parametrize("rows", [1, 30])
def test_import_asks_the_same_number_of_queries_for_any_number_of_rows(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    lines = [f"1.{n + 1},Toy,Question {n}?,Paper" for n in range(rows)]
    run(*lines, header=f"{BARE},existing_work")

    with django_assert_num_queries(8):  # savepoint twice, source, problems, works, needs, categories, their last place
        run(*lines, header=f"{BARE},existing_work")
