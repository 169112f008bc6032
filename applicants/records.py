"""The noun that lets others check what was done: the dossier of a decision."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.calibrations import Calibration
from applicants.judgements import Decision


class Dossier(models.Model):
    """What a decision rested on, written when it was made; the hash of its letter is added once, at its release."""

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="dossier")
    calibration = models.ForeignKey(Calibration, models.PROTECT, null=True, related_name="dossiers")
    content = models.JSONField(help_text=_("Scores, figures, model, seed, who and why, as the guide describes."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content."))
    letter_digest = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of the letter, once there is one.")
    )
    at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"dossier {self.pk}"
