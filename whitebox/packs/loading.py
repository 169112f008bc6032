"""Loading a pack: all of it in one transaction, or nothing. A version goes live by a step of its own."""

import logging
from pathlib import Path

from django.db import DatabaseError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.packs import reach, storing
from whitebox.packs.contents import Contents
from whitebox.packs.folder import Folder
from whitebox.packs.models import Adoption, PackVersion
from whitebox.packs.pack import read_milestones, read_programme
from whitebox.packs.reports import Report
from whitebox.packs.sections import PublishedSection, StoredSection, check_folder, sections
from whitebox.people.models import Cohort, User

logger = logging.getLogger(__name__)


class BrokenPack(RuleViolation):
    """The pack has errors and nothing of it was applied. `report` names each."""

    def __init__(self, report: Report) -> None:
        super().__init__(_("The pack has %(count)s errors. Nothing was changed.") % {"count": len(report.errors)})
        self.report = report


def load(source: Path | Contents | Folder, *, by: User | None) -> PackVersion:
    """Make a pack a version and put it live; the same content again returns the version that is there.

    A folder that `checked` has returned is not checked twice. Raises BrokenPack, with nothing changed, where the check
    finds an error or the database refuses.
    """
    folder = checked(source)
    try:
        with transaction.atomic():
            version = _stored(folder, by=by)
            _put_live(version, folder)
    except (RuleViolation, DatabaseError) as refused:
        raise _refused(folder.report, refused) from refused
    return version


def stage(source: Path | Contents | Folder, *, by: User | None) -> PackVersion:
    """Make a pack a version that only staff can look at, until `put_live`. Raises BrokenPack."""
    folder = checked(source)
    try:
        with transaction.atomic():
            return _stored(folder, by=by)
    except (RuleViolation, DatabaseError) as refused:
        raise _refused(folder.report, refused) from refused


def checked(source: Path | Contents | Folder) -> Folder:
    """Return a pack's folder that has no error, as it is where it came from here. Raises BrokenPack."""
    folder = source if isinstance(source, Folder) else Folder(source, Report())
    if not folder.is_checked:
        check_folder(folder)
    if folder.report.has_errors:
        raise BrokenPack(folder.report)
    return folder


@transaction.atomic
def put_live(version: PackVersion, *, by: User | None) -> None:
    """Let new cohorts follow this version, and put its policies, letters and problems in force. Twice is once.

    Cohorts that follow another version stay there. Raises RuleViolation where it would change the letters, policies or
    problems of cohorts that `by` does not organize; None is the command line of whoever runs the site.
    """
    current = PackVersion.objects.select_for_update().get(pk=version.pk)
    if not current.is_live:
        if by is not None:
            reach.require_own(current, by)
        _put_live(current, Folder(storing.contents_of(current), Report()))
    version.refresh_from_db()


def _refused(report: Report, refused: Exception) -> BrokenPack:
    """Name a refusal that only the database could find, such as a policy whose wording changed under one version."""
    if isinstance(refused, DatabaseError):
        logger.error("The database refused a pack that had passed its check.", exc_info=refused)
        report.error(".", 1, f"the database refused it: {str(refused).splitlines()[0]}")
    else:
        report.error(".", 1, str(refused))
    return BrokenPack(report)


def _stored(folder: Folder, *, by: User | None) -> PackVersion:
    programme = read_programme(folder)
    versions = PackVersion.objects.select_for_update().filter(pack=programme.slug)
    version = versions.filter(digest=folder.digest()).first()
    if version is not None:
        if not version.files.exists():  # It was loaded before files were kept.
            storing.keep(folder.contents, version)
        return version
    newest = versions.aggregate(newest=Max("number"))["newest"] or 0
    version = PackVersion.objects.create(
        pack=programme.slug,
        number=newest + 1,
        digest=folder.digest(),
        title=programme.title,
        programme=programme.model_dump(mode="json"),
        milestones=[one.model_dump(mode="json") for one in read_milestones(folder)],
        loaded_by=by,
    )
    storing.keep(folder.contents, version)
    for section in sections():
        if isinstance(section, StoredSection):
            section.load(folder, version)
    return version


def _put_live(version: PackVersion, folder: Folder) -> None:
    for section in sections():
        if isinstance(section, PublishedSection):
            section.publish(folder, version)
    PackVersion.objects.filter(pack=version.pack, is_live=True).exclude(pk=version.pk).update(is_live=False)
    PackVersion.objects.filter(pk=version.pk).update(is_live=True)
    PackVersion.objects.filter(pk=version.pk, published_at=None).update(published_at=timezone.now())
    version.refresh_from_db()


@transaction.atomic
def adopt(cohort: Cohort, version: PackVersion, *, by: User | None) -> Adoption:
    """Let a cohort follow a pack version. A cohort that follows one already stays: raises RuleViolation for another."""
    if PackVersion.objects.filter(pk=version.pk, published_at=None).exists():
        raise RuleViolation(_("This version is not published. Put it live first."))
    adoption, _created = Adoption.objects.get_or_create(cohort=cohort, defaults={"version": version})
    if adoption.version_id != version.pk:
        raise RuleViolation(_("This cohort follows another version of the pack. Moving it is a step of its own."))
    return adoption
