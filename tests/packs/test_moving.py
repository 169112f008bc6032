"""Moving a cohort to another version of its pack: told before, done on purpose, and no mark changes."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from curriculum import schedule
from curriculum.models import Session, Tick
from mastery import gating
from mastery.choices import AttemptState
from mastery.models import Attempt, CheckVersion, GradeEvent, ObjectiveMastery
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.packs import exporting, loading, moving
from whitebox.packs.models import Adoption, Move, PackVersion
from whitebox.people.models import Cohort, Membership

WEEK = "modules/01-first-steps"
CHECK = f"{WEEK}/checks/first-steps-mastery"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(exporting.STARTER, tmp_path / "pack")
    return tmp_path / "pack"


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), encoding="utf-8")


def following(root: Path) -> Membership:
    version = loading.load(root, by=None)
    start = timezone.localdate() + timedelta(days=3)
    cohort = CohortFactory.create(starts_on=start, weeks=2)
    loading.adopt(cohort, version, by=None)
    schedule.plan_sessions(cohort, by=UserFactory.create())
    return MembershipFactory.create(cohort=cohort)


def mastering(membership: Membership, *slugs: str) -> Attempt:
    """Let a person have mastered objectives by an attempt on record."""
    version = CheckVersion.objects.get(
        for_check__slug="first-steps-mastery", version__adoptions__cohort=membership.cohort
    )
    attempt = Attempt.objects.create(
        membership=membership,
        for_check=version.for_check,
        check_version=version,
        form="A",
        number=1,
        seed=1,
        threshold_percent=80,
        state=AttemptState.GRADED,
        client_token="t",
        submitted_at=timezone.now(),
        graded_at=timezone.now(),
    )
    said = version.version.modules.get(week=1).objectives.filter(objective__slug__in=slugs)
    for one in said:
        GradeEvent.objects.create(
            attempt=attempt, check_version=version, item="x", objective=one.objective, points=1, total=1
        ) if one == said[0] else None
        ObjectiveMastery.objects.create(
            membership=membership, objective=one.objective, attempt=attempt, at=timezone.now()
        )
    return attempt


def move(cohort: Cohort, version: PackVersion) -> Adoption:
    return moving.move(cohort, version, reason="A mistake in week 1.", by=None)


def test_a_move_changes_the_version_and_no_mark(db: None, root: Path) -> None:
    membership = following(root)
    attempt = mastering(membership, "compute-mean")
    Tick.objects.create(membership=membership, module=attempt.for_check.module, resource_slug="mean-in-numpy")
    before = [list(model.objects.order_by("pk").values()) for model in (Attempt, GradeEvent, ObjectiveMastery, Tick)]
    change(root, f"{WEEK}/module.md", "slug: first-steps", "slug: beginning")
    change(root, f"{WEEK}/module.md", "aliases: []", "aliases: [first-steps]")
    change(root, f"{WEEK}/module.md", "slug: mean-in-numpy", "slug: numpy-mean\n    aliases: [mean-in-numpy]")
    change(root, f"{WEEK}/objectives.yml", "- slug: compute-mean\n", "- slug: find-mean\n  aliases: [compute-mean]\n")
    for file in ("form-a.yml", "form-b.yml"):
        change(root, f"{CHECK}/{file}", "objective: compute-mean", "objective: find-mean")
    change(root, f"{WEEK}/checks/first-steps-ready/form-a.yml", "objective: compute-mean", "objective: find-mean")
    change(
        root, f"{CHECK}/check.yml", "slug: first-steps-mastery", "slug: mean-mastery\naliases: [first-steps-mastery]"
    )
    (root / CHECK).rename(root / f"{WEEK}/checks/mean-mastery")
    (root / WEEK).rename(root / "modules/01-beginning")
    second = loading.load(root, by=None)

    adoption = move(membership.cohort, second)

    assert adoption.version == second
    after = [list(model.objects.order_by("pk").values()) for model in (Attempt, GradeEvent, ObjectiveMastery, Tick)]
    assert after == before
    record = gating.Record.of(membership)
    found = {one.written_slug: record.is_mastered(one) for one in record.objectives}
    assert (found["find-mean"], found["see-through-mean"]) == (True, False)
    asked = CheckVersion.objects.get(version=second, written_slug="mean-mastery")
    assert (asked.for_check, asked.specification["forms"]["A"][0]["objective"]) == (attempt.for_check, "compute-mean")
    resource = second.modules.get(week=1).resources.get()
    assert (resource.slug, resource.written_slug) == ("mean-in-numpy", "numpy-mean")


def test_a_move_twice_is_one_and_without_a_reason_none(db: None, root: Path) -> None:
    membership = following(root)
    change(root, "programme.yml", "seats: 12", "seats: 13")
    second = loading.load(root, by=None)

    with pytest.raises(RuleViolation, match="Give a reason"):
        moving.move(membership.cohort, second, reason=" ", by=None)
    move(membership.cohort, second)
    move(membership.cohort, second)

    assert [(one.left.number, one.taken.number) for one in Move.objects.all()] == [(1, 2)]


def test_a_move_to_what_nobody_may_follow_is_refused(db: None, root: Path) -> None:
    membership = following(root)
    change(root, "programme.yml", "seats: 12", "seats: 13")
    staged = loading.stage(root, by=None)
    change(root, "programme.yml", "slug: my-programme", "slug: another")
    other = loading.load(root, by=None)

    for version, words in ((staged, "not published"), (other, "cannot be exchanged")):
        with pytest.raises(RuleViolation, match=words):
            move(membership.cohort, version)
    with pytest.raises(RuleViolation, match="follows no pack"):
        move(CohortFactory.create(), other)


def test_the_plan_says_who_gets_a_finished_week_back(db: None, root: Path) -> None:
    membership = following(root)
    mastering(membership, "compute-mean")
    MembershipFactory.create(cohort=membership.cohort)
    change(root, f"{WEEK}/objectives.yml", "blocking: false", "blocking: true")
    second = loading.load(root, by=None)

    plan = moving.plan(membership.cohort, second)

    (one,) = plan.consequences
    assert (one.people, "objective 1.2" in one.what) == (1, True)
    assert [str(difference) for difference in plan.differences] == [
        f"changed {WEEK}/objectives.yml: see-through-mean / blocking: False → True"
    ]


def test_sessions_ahead_follow_their_week_and_those_held_stay(db: None, root: Path) -> None:
    membership = following(root)
    held = membership.cohort.sessions.get(week=1)
    Session.objects.filter(pk=held.pk).update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    for slug in ("first-steps", "next-steps"):
        week = 1 if slug == "first-steps" else 2
        folder = f"modules/{week:02}-{slug}"
        change(root, f"{folder}/module.md", f"week: {week}", f"week: {3 - week}")
        (root / folder).rename(root / f"modules/{3 - week:02}-{slug}")
    change(root, "modules/02-first-steps/module.md", "../02-next-steps/module.md", "../01-next-steps/module.md")
    second = loading.load(root, by=None)

    plan = moving.plan(membership.cohort, second)
    move(membership.cohort, second)

    assert ["becomes “First steps”" in one.what for one in plan.consequences] == [True]
    sessions = {one.week: (one.module.slug, one.sequence) for one in membership.cohort.sessions.all()}
    assert sessions == {1: ("first-steps", 0), 2: ("first-steps", 1)}


def test_a_session_ahead_without_its_week_keeps_the_cohort_where_it_is(db: None, root: Path) -> None:
    membership = following(root)
    shutil.rmtree(root / "modules/02-next-steps")
    change(root, "programme.yml", "weeks: 2", "weeks: 1")
    change(root, f"{WEEK}/module.md", " [Next week](../02-next-steps/module.md) goes on from here.", "")
    second = loading.load(root, by=None)

    with pytest.raises(RuleViolation, match="session ahead in week 2"):
        move(membership.cohort, second)
    schedule.cancel(membership.cohort.sessions.get(week=2), by=UserFactory.create())

    assert move(membership.cohort, second).version == second


def test_the_command_shows_first_and_moves_on_purpose(db: None, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    membership = following(root)
    slug = membership.cohort.slug
    change(root, "programme.yml", "seats: 12", "seats: 13")
    call_command("pack", "load", str(root), "--unpublished")
    call_command("pack", "publish", "my-programme-2")

    call_command("pack", "move", slug, "my-programme-2")
    assert Adoption.objects.get(cohort=membership.cohort).version.number == 1
    call_command("pack", "move", slug, "my-programme-2", "--apply", "More seats")
    call_command("pack", "versions")

    assert Adoption.objects.get(cohort=membership.cohort).version.number == 2
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [
        "changed programme.yml: seats: 12 → 13",
        "Loaded my-programme 2; only staff can look at it.",
        "my-programme 2 is live.",
    ]
    assert said[-2:] == ["my-programme-1\tolder", f"my-programme-2\tlive\t{slug}"]
    for name in ("my-programme-9", "nothing"):
        with pytest.raises(CommandError, match="no version"):
            call_command("pack", "move", slug, name)
