"""The nouns of writing up: a write-up, who wrote it, its wordings, figures, remarks and reviews."""

import uuid
from pathlib import PurePosixPath
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints.choices import InfohazardLevel
from sprints.models import Excursion, Problem
from sprints.publishing.choices import CreditRole, Kind, Licence, Opinion
from whitebox.people.models import Cohort


class WriteupQuerySet(models.QuerySet["Writeup"]):
    def published(self) -> Self:
        """What everybody may read now."""
        return self.filter(published_at__isnull=False, retracted_at=None)


class Writeup(models.Model):
    """A text on its way to the public, private until several people agreed otherwise.

    `shown` is the wording that the public page has; `edition` counts the changes of that page.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="writeups")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.NOTE)
    licence = models.CharField(max_length=16, choices=Licence, default=Licence.CC_BY)
    level = models.CharField(
        _("infohazard level"), max_length=8, choices=InfohazardLevel, default=InfohazardLevel.PRIVATE, editable=False
    )
    latest = models.OneToOneField("Revision", models.PROTECT, null=True, editable=False, related_name="+")
    problems = models.ManyToManyField(Problem, blank=True, related_name="writeups")
    excursions = models.ManyToManyField(Excursion, blank=True, related_name="writeups")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    key = models.UUIDField(unique=True, editable=False, help_text=_("Names one sending of the form."))
    slug = models.SlugField(max_length=90, unique=True, null=True, editable=False)
    shown = models.ForeignKey("Revision", models.PROTECT, null=True, editable=False, related_name="+")
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    retracted_at = models.DateTimeField(null=True, editable=False)
    retraction = models.TextField(blank=True, max_length=2000, editable=False)
    is_hushed = models.BooleanField(
        default=False, editable=False, help_text=_("Retracted as a hazard: the public page says not even its title.")
    )
    edition = models.PositiveIntegerField(default=0, editable=False)
    renewed_at = models.DateTimeField(null=True, editable=False, help_text=_("When its public page last changed."))
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WriteupQuerySet.as_manager()

    class Meta:
        verbose_name = _("write-up")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="published_whole_or_not",
                condition=Q(
                    published_at=None, slug=None, shown=None, published_by=None, retracted_at=None, renewed_at=None
                )
                | Q(
                    published_at__isnull=False,
                    slug__isnull=False,
                    shown__isnull=False,
                    published_by__isnull=False,
                    renewed_at__isnull=False,
                ),
                violation_error_message=_("A published write-up has its address, its wording, and who published it."),
            ),
            models.CheckConstraint(
                name="published_means_public",
                condition=Q(published_at=None) | Q(retracted_at__isnull=False) | Q(level=InfohazardLevel.PUBLIC),
                violation_error_message=_("Only what is public is published."),
            ),
            models.CheckConstraint(
                name="retraction_has_a_reason",
                condition=Q(retracted_at=None, retraction="", is_hushed=False)
                | (Q(retracted_at__isnull=False) & ~Q(retraction="")),
                violation_error_message=_("A retraction says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"write-up {self.pk}"

    @property
    def wording(self) -> "Revision":
        """The latest wording; every write-up is started with one. One query, none where it is loaded."""
        if self.latest is None:
            raise ValueError(f"{self} has no wording.")
        return self.latest

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.retracted_at is None


class Byline(models.Model):
    """The name under which a person publishes. Its public address is made with their first published text."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="byline")
    name = models.CharField(_("name on what you publish"), max_length=120, blank=True)
    slug = models.SlugField(max_length=90, unique=True, null=True, editable=False)

    def __str__(self) -> str:
        return f"byline {self.pk}"


class Revision(models.Model):
    """One wording. Append-only: what is drawn from the source may be drawn anew, the source never changes."""

    writeup = models.ForeignKey(Writeup, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    abstract = models.CharField(max_length=400, help_text=_("One sentence."))
    source = models.TextField(help_text=_("Markdown."))
    bibliography = models.TextField(blank=True, help_text=_("BibTeX."))
    html = models.TextField(editable=False)
    headings = models.JSONField(default=list, editable=False, help_text=_("Level, address and text of each."))
    paragraphs = models.JSONField(default=list, editable=False, help_text=_("Anchor, first words and digest of each."))
    problems = models.JSONField(default=list, editable=False, help_text=_("What could not be drawn, as sentences."))
    pictures = models.JSONField(default=list, editable=False, help_text=_("The names of the figures it shows."))
    words = models.PositiveIntegerField(default=0, editable=False)
    renderer = models.PositiveSmallIntegerField(editable=False)
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["writeup", "number"],
                name="writeup_revision_once",
                violation_error_message=_("This write-up has a revision with this number."),
            )
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of write-up {self.writeup_id}"


class Author(models.Model):
    """Who wrote it, in this order, with what part in it, and to which wording they consent."""

    writeup = models.ForeignKey(Writeup, models.CASCADE, related_name="authors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="authorships")
    position = models.PositiveSmallIntegerField()
    roles = models.JSONField(default=list, blank=True)
    consents_to = models.ForeignKey(Revision, models.PROTECT, null=True, editable=False, related_name="+")
    consented_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["writeup", "user"],
                name="author_once",
                violation_error_message=_("This person is an author already."),
            ),
            models.CheckConstraint(
                name="consent_is_dated",
                condition=Q(consents_to=None, consented_at=None)
                | Q(consents_to__isnull=False, consented_at__isnull=False),
                violation_error_message=_("A consent names its wording and its date."),
            ),
        ]

    def __str__(self) -> str:
        return f"author {self.pk} of write-up {self.writeup_id}"

    @property
    def parts(self) -> str:
        """The roles in words."""
        return ", ".join(str(CreditRole(role).label) for role in self.roles)


def figure_name(_figure: "Figure", _filename: str) -> str:
    """Return a random name: what the text calls it stays with the row."""
    return str(PurePosixPath("writeups", uuid.uuid4().hex))


class Figure(models.Model):
    """A picture of a write-up. Never replaced: another picture has another name."""

    writeup = models.ForeignKey(Writeup, models.PROTECT, related_name="figures")
    name = models.CharField(_("name in the text"), max_length=80)
    file = models.FileField(upload_to=figure_name)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    alt = models.CharField(_("what it shows"), max_length=500, blank=True)
    is_imported = models.BooleanField(default=False, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["writeup", "name"],
                name="writeup_figure_once",
                violation_error_message=_("This write-up has a figure with this name."),
            ),
            models.CheckConstraint(
                name="own_figure_says_what_it_shows",
                condition=Q(is_imported=True) | ~Q(alt=""),
                violation_error_message=_("Say in words what the figure shows."),
            ),
        ]

    def __str__(self) -> str:
        return f"figure {self.pk} of write-up {self.writeup_id}"


class Remark(models.Model):
    """What a reader of the house says about a paragraph. It stays with the wording it was made on."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="remarks")
    anchor = models.CharField(max_length=20, blank=True)
    excerpt = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=16, blank=True)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="settled_by_somebody",
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                violation_error_message=_("Somebody settled the remark, or nobody did."),
            )
        ]

    def __str__(self) -> str:
        return f"remark {self.pk} on revision {self.revision_id}"


class Review(models.Model):
    """What somebody of the house who is no author says of a wording as a whole. Append-only."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="reviews")
    opinion = models.CharField(max_length=8, choices=Opinion)
    text = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"review {self.pk} of revision {self.revision_id}"


class Correction(models.Model):
    """What was wrong on the public page, and since when it says otherwise. Append-only."""

    writeup = models.ForeignKey(Writeup, models.PROTECT, related_name="corrections")
    note = models.TextField(max_length=2000)
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="correction_says_what",
                condition=~Q(note=""),
                violation_error_message=_("Say what was wrong and what is right."),
            )
        ]

    def __str__(self) -> str:
        return f"correction {self.pk} of write-up {self.writeup_id}"


from sprints.publishing import agreements as agreements  # noqa: E402, PLC0414
