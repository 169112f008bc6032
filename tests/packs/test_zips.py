"""What a zip may do to the machine it is uploaded to: nothing."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from tests.factories import packs
from whitebox.packs import contents, zips
from whitebox.packs.contents import ContentsError
from whitebox.packs.folder import Folder
from whitebox.packs.reports import Report
from whitebox.packs.sections import check_folder


def zipped(files: dict[str, bytes | str], *, mode: int = 0) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    return made


def problems(file: io.BytesIO) -> list[str]:
    folder = Folder(zips.read(file), Report())
    check_folder(folder)
    return [str(problem) for problem in folder.report.ordered()]


@pytest.fixture
def small(tmp_path: Path) -> dict[str, bytes | str]:
    return dict(contents.from_folder(packs.write(tmp_path)).files)


@pytest.mark.parametrize("top", ["", "tiny/"])
def test_zip_of_a_pack_is_the_pack(small: dict[str, bytes | str], tmp_path: Path, top: str) -> None:
    read = zips.read(zipped({f"{top}{name}": content for name, content in small.items()} | {"__MACOSX/x": "x"}))

    assert read.digest == contents.from_folder(tmp_path).digest


@pytest.mark.parametrize(
    "name", ["../evil.md", "/etc/evil.md", "a/../../evil.md", "a\\..\\evil.md", "C:evil.md", "a//b"]
)
def test_name_that_leads_out_is_refused(small: dict[str, bytes | str], name: str) -> None:
    found = problems(zipped({**small, name: "x"}))

    assert any("leads out of the pack" in problem for problem in found), found


def test_link_is_refused(small: dict[str, bytes | str]) -> None:
    found = problems(zipped(small, mode=stat.S_IFLNK | 0o777))

    assert all("this is a link or a device" in problem for problem in found if "missing" not in problem)


def test_name_that_stands_twice_is_refused(small: dict[str, bytes | str]) -> None:
    made = zipped(small)
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("programme.yml", "format: 2")

    assert any("holds this name twice" in problem for problem in problems(made))


def test_bomb_is_not_unpacked(small: dict[str, bytes | str]) -> None:
    found = problems(zipped({**small, "milestones.yml": b"\0" * 50_000_000}))

    assert found == [
        "milestones.yml:1: the file is larger than 1,000,000 bytes (split it, or make its figures smaller)"
    ]


def test_bomb_that_lies_about_its_size_is_not_unpacked(small: dict[str, bytes | str]) -> None:
    made = zipped({**small, "milestones.yml": b"\0" * 5_000_000})
    lie = made.getvalue().replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))

    with pytest.raises(ContentsError, match="Bad CRC"):
        zips.read(io.BytesIO(lie))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    with pytest.raises(ContentsError, match="not a zip"):
        zips.read(io.BytesIO(content))


def test_zip_with_a_password_is_refused(small: dict[str, bytes | str]) -> None:
    made = bytearray(zipped({"programme.yml": small["programme.yml"]}).getvalue())
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1

    assert any("password" in problem for problem in problems(io.BytesIO(bytes(made))))


def test_zip_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "LARGEST_ZIP", 10)

    with pytest.raises(ContentsError, match="larger than"):
        zips.read(zipped({"a": "b"}))


def test_zip_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MOST_FILES", 1)

    with pytest.raises(ContentsError, match="at most"):
        zips.read(zipped({"a": "b", "c": "d", "e": "f"}))
