"""The restore drill, by the commands that a person runs, on the database of the run."""

import base64
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from tests.faults.ground import Ground, at_home, prepared
from tests.faults.work import make_letters
from tests.migrated import file as migrated_file
from tests.postgres import is_postgres, postgres_database
from tests.running import PYTHON, ROOT, run
from whitebox.environment import env
from whitebox.errors import RuleViolation
from whitebox.operation import nightly
from whitebox.operation.backups import archive, making
from whitebox.operation.backups.databases import SQLite, database_of
from whitebox.operation.backups.inventory import differences, table_of
from whitebox.operation.choices import Chore
from whitebox.operation.models import ChoreRun
from whitebox.people.models import User

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
UPLOADS = {"dossiers/ab/one.pdf": b"%PDF a dossier", "figures/two.png": os.urandom(3000), "three.txt": b""}


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Ground]:
    """A site with people, letters and uploads, in a database of its own."""
    with django_db_blocker.unblock(), prepared(tmp_path_factory.mktemp("site")) as ground:
        with at_home(ground):
            make_letters(5)
            User.objects.create_user("ana@example.test", name="Ana “ñ” \\ Ω")
        for name, content in UPLOADS.items():
            place = ground.folder / "uploads" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        yield ground


@contextmanager
def empty(folder: Path) -> Iterator[str]:
    if is_postgres():
        with postgres_database(f"restored_{os.getpid()}", template="template0") as address:
            yield address
    else:
        yield f"sqlite:///{folder / 'restored.sqlite3'}"


def elsewhere(site: Ground, folder: Path, database: str, **more: str) -> dict[str, str]:
    return site.environment | {"VAR_DIR": str(folder), "DATABASE_URL": database} | more


def refusal(command: list[str], environment: dict[str, str]) -> str:
    line = [*PYTHON, "manage.py", *command]
    done = subprocess.run(line, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def test_drill(site: Ground, tmp_path: Path) -> None:
    """What was sealed, verified and restored is the same in every row and byte; each wrong way is refused in words."""
    sealed = site.environment | {"BACKUP_KEY": KEY}
    said = run(["backup", str(tmp_path / "kept")], sealed)
    (backup,) = (tmp_path / "kept").glob(making.PATTERN)
    assert "3 uploads; verified, sealed." in said
    assert backup.stat().st_mode & 0o777 == 0o600
    assert b"ana@example.test" not in backup.read_bytes()
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == sorted([".lock", backup.name])

    with empty(tmp_path) as database:
        there = elsewhere(site, tmp_path / "var", database)
        assert "Set BACKUP_KEY to the key it was made with" in refusal(["restore", str(backup)], there)
        other = there | {"BACKUP_KEY": base64.urlsafe_b64encode(bytes(32)).decode()}
        assert "another key, or is damaged" in refusal(["restore", str(backup)], other)

        restored = run(["restore", str(backup)], there | {"BACKUP_KEY": KEY})

        assert "3 uploads, all the same" in restored
        before = database_of(env.db_url_config(site.environment["DATABASE_URL"]))
        after = database_of(env.db_url_config(database))
        assert after.is_empty() is False
        held = [one.dump(tmp_path / f"{number}.dump") for number, one in enumerate((before, after))]
        assert [*differences(*held)] == []
        assert held[0]["outbox_letter"].rows == 5
        stored = {name: (tmp_path / "var" / "uploads" / name).read_bytes() for name in UPLOADS}
        assert stored == UPLOADS
        assert "All invariants hold." in run(["invariants"], there)
        assert "The database is not empty, so nothing was restored." in refusal(
            ["restore", str(backup)], there | {"BACKUP_KEY": KEY}
        )


def test_uploads_that_are_there_are_not_written_over(site: Ground, tmp_path: Path) -> None:
    run(["backup", str(tmp_path), "--no-verify"], site.environment)
    (backup,) = tmp_path.glob(making.PATTERN)
    there = tmp_path / "var" / "uploads" / "mine.txt"
    there.parent.mkdir(parents=True)
    there.write_text("mine")

    with empty(tmp_path) as database:
        said = refusal(["restore", str(backup)], elsewhere(site, tmp_path / "var", database))

    assert "There are uploads already" in said


def test_a_backup_of_the_other_kind_is_refused(site: Ground, tmp_path: Path) -> None:
    if not is_postgres():
        pytest.skip("needs postgres: set DATABASE_URL=postgres://…")
    run(["backup", str(tmp_path), "--no-verify"], site.environment)
    (backup,) = tmp_path.glob(making.PATTERN)
    there = elsewhere(site, tmp_path / "var", f"sqlite:///{tmp_path / 'other.sqlite3'}")

    said = refusal(["restore", str(backup)], there)

    assert "This backup is of postgresql, and DATABASE_URL names sqlite." in said
    assert not (tmp_path / "other.sqlite3").exists()


# Below, a small database of SQLite stands for the one of the settings; nothing depends on its kind.


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "small.sqlite3"
    shutil.copyfile(migrated_file(), file)
    monkeypatch.setattr(making, "database_of", lambda _configured: SQLite(file))
    return file


def test_a_backup_that_does_not_verify_is_thrown_away(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = archive.add

    def damaging(tar: object, name: str, content: object, size: int) -> str:
        if name == archive.DATABASE:
            with closing(sqlite3.connect(Path(content.name))) as dump, dump:  # type: ignore[attr-defined]
                dump.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
        return real(tar, name, content, size)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "add", damaging)

    with pytest.raises(RuleViolation, match="django_migrations has"):
        making.make(tmp_path / "kept", key=None)

    assert [path.name for path in (tmp_path / "kept").iterdir()] == [".lock"]


def test_damage_anywhere_is_noticed_without_a_seal_too(small: Path, tmp_path: Path, settings: Settings) -> None:
    place = Path(settings.MEDIA_ROOT) / "one.txt"
    place.parent.mkdir(parents=True)
    place.write_text("one")
    made = making.make(tmp_path / "kept", key=None)
    manifest = archive.extracted(made.file, tmp_path / "out", None)
    assert list(manifest.uploads) == ["one.txt"]
    data = made.file.read_bytes()
    step = len(data) // 15

    for place_of_damage in range(step, len(data), step):
        changed = bytearray(data)
        changed[place_of_damage] ^= 1
        made.file.write_bytes(bytes(changed))
        with pytest.raises(RuleViolation, match=r"damaged|not whole"):
            archive.extracted(made.file, tmp_path / f"out-{place_of_damage}", None)


def test_two_backups_at_once_are_one(small: Path, tmp_path: Path) -> None:
    with making._alone(tmp_path), pytest.raises(RuleViolation, match="Another backup is being made"):
        making.make(tmp_path, key=None)


def test_the_newest_are_kept(tmp_path: Path) -> None:
    names = [f"whitebox-2026{month:02}01T000000000000Z.backup" for month in range(1, 6)]
    for name in [*names, "mine.txt"]:
        (tmp_path / name).write_text("")

    assert making.prune(tmp_path, keep=2) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", *names[3:]]


def test_sums_depend_on_rows_and_not_on_their_order() -> None:
    one, other = table_of(["a", "b", "b"]), table_of(["b", "a", "b"])

    assert one == other
    assert [*differences({"t": one}, {"t": table_of(["a", "a", "b"])})] == ["t has other rows"]
    assert [*differences({"t": one}, {"t": table_of(["a", "b"])})] == ["t has 2 rows instead of 3"]
    assert [*differences({"t": one}, {})] == ["t is only in one of them"]


@pytest.mark.django_db
def test_each_night_has_one_backup(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    calls: list[Path] = []

    def backed_up(folder: Path) -> str:
        calls.append(folder)
        return "made"

    monkeypatch.setattr(nightly, "_backed_up", backed_up)
    nightly.back_up()
    assert calls == []  # No folder is named.
    settings.BACKUP_DIR = tmp_path

    nightly.back_up()
    nightly.back_up()
    assert calls == [tmp_path]

    ChoreRun.objects.update(began_at=timezone.now() - timedelta(hours=20))
    nightly.back_up()
    assert calls == [tmp_path, tmp_path]
    assert ChoreRun.objects.filter(chore=Chore.BACKUP, is_ok=True).count() == 2


@pytest.mark.django_db
def test_a_night_that_failed_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = tmp_path / "file" / "folder"
    (tmp_path / "file").write_text("in the way")

    nightly.back_up()
    nightly.back_up()

    assert [run.is_ok for run in ChoreRun.objects.all()] == [False, False]
