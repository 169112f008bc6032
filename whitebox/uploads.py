"""Where uploads are kept on a disk of ours. A disk that is full is told to the person, and keeps no half of a file."""

import errno
from contextlib import suppress
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class Uploads(FileSystemStorage):
    """Raises RuleViolation where there is no room for a file."""

    def _save(self, name: str, content: Any) -> str:
        """Django's documented place to keep a file under a name that is free."""
        try:
            kept: str = super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        except OSError as wrong:
            if wrong.errno not in NO_ROOM:
                raise
            with suppress(OSError):
                self.delete(name)
            raise RuleViolation(
                _("There is no room for files just now. This one was not taken; what was sent before is kept. "
                  "Send it again in some hours, or tell the organizers.")
            ) from wrong  # fmt: skip
        return kept
