"""The closed lists of operation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Chore(models.TextChoices):
    """Work that the beat starts at night."""

    BACKUP = "backup", _("backup")
    INVARIANTS = "invariants", _("check of the rules that the data keeps")
