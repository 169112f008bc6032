"""The version that new cohorts follow, and how another pack differs from it."""

from whitebox.packs import differences, storing
from whitebox.packs.contents import Contents
from whitebox.packs.differences import Difference
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.pack import read_programme


def version_of(pack: str) -> PackVersion | None:
    return PackVersion.objects.filter(pack=pack, is_live=True).first()


def differences_to(folder: Folder) -> list[Difference]:
    """Return what a checked pack changes in the live version of the same pack; all of it is new where there is none."""
    return differences_of(folder.contents, version_of(read_programme(folder).slug))


def differences_of(contents: Contents, live: PackVersion | None) -> list[Difference]:
    if live is None or live.digest == contents.digest:
        return []
    return differences.between(storing.contents_of(live), contents)
