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
    milestones = models.JSONField(default=list, help_text=_("What milestones.yml says."))
    is_live = models.BooleanField(default=False)
    published_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When it first went live; until then only staff can look at it.")
    )
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

    @property
    def is_unpublished(self) -> bool:
        return self.published_at is None


class Blob(models.Model):
    """The content of a file; versions that share a file share it."""

    digest = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of the content."))
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.digest


class PackFile(models.Model):
    """One file of a version, as it was loaded: what is exported loads to the same version again."""

    version = models.ForeignKey(PackVersion, models.CASCADE, related_name="files")
    path = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="files")

    class Meta:
        ordering = ["version", "path"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "path"],
                name="pack_file_path_once",
                violation_error_message=_("This version has this file already."),
            )
        ]

    def __str__(self) -> str:
        return self.path


class Adoption(models.Model):
    """Which pack version a cohort follows; it stays there until it is moved on purpose."""

    cohort = models.OneToOneField("people.Cohort", models.CASCADE, related_name="adoption")
    version = models.ForeignKey(PackVersion, models.PROTECT, related_name="adoptions")
    since = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"cohort {self.cohort_id} follows version {self.version_id}"


class Move(models.Model):
    """That a cohort was moved from one pack version to another, by whom and why. Append-only."""

    cohort = models.ForeignKey("people.Cohort", models.CASCADE, related_name="moves")
    left = models.ForeignKey(PackVersion, models.PROTECT, related_name="+")
    taken = models.ForeignKey(PackVersion, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_move_gives_its_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give a reason: it is kept with the record."),
            )
        ]

    def __str__(self) -> str:
        return f"move {self.pk} of cohort {self.cohort_id}"
