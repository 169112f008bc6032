"""The work of the nightly chores. Each returns a sentence about what it found."""

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.operation import chores
from whitebox.operation.backups import making
from whitebox.operation.choices import Chore
from whitebox.operation.models import ChoreRun
from whitebox.web import invariant, statistics

logger = logging.getLogger(__name__)

ONCE = timedelta(hours=6)  # a message that comes again makes no second backup of the night


def check_invariants() -> str:
    """Ask for every row that breaks a rule. Raises RuleViolation, naming the rules, where there is one."""
    statistics.refresh()
    found = invariant.breaches()
    for breach in found:
        logger.error("invariant broken: %s, rows %s", breach.name, breach.keys)
    if found:
        raise RuleViolation(_("broken: %(rules)s") % {"rules": "; ".join(breach.name for breach in found)})
    return _("all rules hold")


def back_up() -> None:
    """Make this night's backup where a folder is named for it, once."""
    folder = settings.BACKUP_DIR
    if folder is None or _is_done():
        return
    chores.run(Chore.BACKUP, lambda: _backed_up(folder))


def _is_done() -> bool:
    recent = ChoreRun.objects.filter(chore=Chore.BACKUP, began_at__gt=timezone.now() - ONCE)
    return recent.exclude(is_ok=False).exists()  # done, or under way


def _backed_up(folder: Path) -> str:
    made = making.make(folder, key=settings.BACKUP_KEY)
    gone = making.prune(folder, keep=settings.BACKUP_KEEP)
    return _("%(file)s, verified, %(rows)d rows and %(uploads)d uploads; %(gone)d old ones deleted") % {
        "file": made.file.name,
        "rows": made.manifest.rows,
        "uploads": len(made.manifest.uploads),
        "gone": gone,
    }
