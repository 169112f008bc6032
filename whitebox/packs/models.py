"""The nouns of packs: a version is what one load of one folder made; a cohort follows one version."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PackVersion(models.Model):
    """An immutable copy of a programme pack. The newest load is live for new cohorts."""

    pack = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 over the names and contents of all files."))
    title = models.CharField(max_length=120)
    programme = models.JSONField(default=dict, help_text=_("What programme.yml says."))
    is_live = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(default=timezone.now, editable=False)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pack", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "number"],
                name="pack_version_number_once",
                violation_error_message=_("This pack has a version with this number."),
            ),
            models.UniqueConstraint(
                fields=["pack", "digest"],
                name="pack_version_content_once",
                violation_error_message=_("This very pack is loaded already."),
            ),
            models.UniqueConstraint(
                fields=["pack"],
                condition=Q(is_live=True),
                name="one_live_version_per_pack",
                violation_error_message=_("Another version of this pack is live."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.number}"


class Adoption(models.Model):
    """Which pack version a cohort follows; it stays there until it is moved on purpose."""

    cohort = models.OneToOneField("people.Cohort", models.CASCADE, related_name="adoption")
    version = models.ForeignKey(PackVersion, models.PROTECT, related_name="adoptions")
    since = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"cohort {self.cohort_id} follows version {self.version_id}"
