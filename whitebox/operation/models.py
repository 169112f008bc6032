"""What was done at night, so that somebody notices when it no longer is."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.operation.choices import Chore


class ChoreRun(models.Model):
    """One run of a chore. `ended_at` stays empty where the process died; `is_ok` says how a run ended."""

    chore = models.CharField(max_length=20, choices=Chore)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    is_ok = models.BooleanField(null=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-began_at", "-pk"]
        get_latest_by = ["began_at", "pk"]
        indexes = [models.Index(fields=["chore", "-began_at"], name="latest_of_chore")]
        constraints = [
            models.CheckConstraint(
                name="run_ended_with_a_verdict",
                condition=Q(ended_at__isnull=True, is_ok__isnull=True)
                | Q(ended_at__gte=F("began_at"), is_ok__isnull=False),
                violation_error_message=_("A run that ended says how, and ends after it began."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.chore} {self.pk}"
