"""Loading a pack: all of it in one transaction, or nothing."""

from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.packs.folder import Folder
from whitebox.packs.models import Adoption, PackVersion
from whitebox.packs.pack import read_programme
from whitebox.packs.reports import Report
from whitebox.packs.sections import check, sections
from whitebox.people.models import Cohort, User


class BrokenPack(RuleViolation):
    """The pack has errors and nothing of it was applied. `report` names each."""

    def __init__(self, report: Report) -> None:
        errors = len([problem for problem in report.ordered() if problem.severity == "error"])
        super().__init__(_("The pack has %(count)s errors. Nothing was changed.") % {"count": errors})
        self.report = report


def load(root: Path, *, by: User | None) -> PackVersion:
    """Make the pack in `root` a version and put it live; the same content again returns the version that is there.

    Raises BrokenPack, with nothing changed, where the check finds an error.
    """
    report = check(root)
    if report.has_errors:
        raise BrokenPack(report)
    return _apply(Folder(root, report), by=by)


@transaction.atomic
def _apply(folder: Folder, *, by: User | None) -> PackVersion:
    programme = read_programme(folder)
    digest = folder.digest()
    versions = PackVersion.objects.select_for_update().filter(pack=programme.slug)
    version = versions.filter(digest=digest).first()
    if version is None:
        newest = versions.aggregate(newest=Max("number"))["newest"] or 0
        version = PackVersion.objects.create(
            pack=programme.slug,
            number=newest + 1,
            digest=digest,
            title=programme.title,
            programme=programme.model_dump(mode="json"),
            loaded_by=by,
        )
        for section in sections():
            section.load(folder, version)
    _put_live(version)
    return version


def _put_live(version: PackVersion) -> None:
    PackVersion.objects.filter(pack=version.pack, is_live=True).exclude(pk=version.pk).update(is_live=False)
    PackVersion.objects.filter(pk=version.pk).update(is_live=True)
    version.refresh_from_db()


@transaction.atomic
def adopt(cohort: Cohort, version: PackVersion, *, by: User | None) -> Adoption:
    """Let a cohort follow a pack version. A cohort that follows one already stays: raises RuleViolation for another."""
    adoption, _created = Adoption.objects.get_or_create(cohort=cohort, defaults={"version": version})
    if adoption.version_id != version.pk:
        raise RuleViolation(_("This cohort follows another version of the pack. Moving it is a step of its own."))
    return adoption
