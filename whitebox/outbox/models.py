"""The nouns of the outbox: a letter is a row before it is a mail."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox import trace
from whitebox.outbox.choices import LetterState


class LetterTemplate(models.Model):
    """The wording of one kind of letter, as the pack shipped it or as an organizer changed it."""

    kind = models.SlugField(max_length=60, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField(help_text=_("Markdown with placeholders such as {{ person_name }}."))
    is_edited = models.BooleanField(
        _("changed here"), default=False, help_text=_("A pack that is loaded later keeps your wording.")
    )

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.kind


class Channel(models.Model):
    """A chat room that gets notices, by an address that apprise understands. The address is a secret."""

    cohort = models.ForeignKey("people.Cohort", models.CASCADE, related_name="channels")
    title = models.CharField(max_length=80)
    address = models.CharField(
        max_length=500, help_text=_("An apprise address, for example slack://token… It is a secret.")
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.title


class LetterQuerySet(models.QuerySet["Letter"]):
    def deliverable(self, at: datetime) -> Self:
        return self.filter(state=LetterState.APPROVED, due_at__lte=at)

    def overdue(self, at: datetime) -> Self:
        """Letters that should have left by `at` and have not."""
        return self.filter(
            Q(state=LetterState.APPROVED, due_at__lte=at) | Q(state=LetterState.SENDING, lease_until__lte=at)
        )


class Letter(models.Model):
    kind = models.SlugField(max_length=60)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="letters"
    )
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, blank=True, related_name="letters")
    cohort = models.ForeignKey("people.Cohort", models.SET_NULL, null=True, blank=True, related_name="letters")
    address = models.EmailField(blank=True)
    about = models.CharField(max_length=80, blank=True, help_text=_("What the letter is about, as app.model:id."))
    dedup_key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list, blank=True, editable=False)
    is_urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=LetterState, default=LetterState.APPROVED)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.CharField(max_length=300, blank=True)
    trace = models.CharField(max_length=32, blank=True, default=trace.current, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="letter_goes_somewhere",
                condition=~Q(address="")
                | Q(channel__isnull=False)
                | ~Q(state__in=[LetterState.APPROVED, LetterState.SENDING]),
                violation_error_message=_("A letter needs an address or a channel."),
            ),
            models.CheckConstraint(
                name="sent_means_dated",
                condition=Q(state=LetterState.SENT, sent_at__isnull=False)
                | (~Q(state=LetterState.SENT) & Q(sent_at__isnull=True)),
                violation_error_message=_("A sent letter has the moment it was sent."),
            ),
            models.CheckConstraint(
                name="sending_means_leased",
                condition=Q(state=LetterState.SENDING, lease_token__isnull=False, lease_until__isnull=False)
                | ~Q(state=LetterState.SENDING),
                violation_error_message=_("A letter that is being sent is leased to a worker."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="letters_waiting",
                condition=Q(state__in=[LetterState.APPROVED, LetterState.SENDING]),
            ),
            models.Index(fields=["about"], name="letters_about"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} ({self.kind})"


class Muted(models.Model):
    """A kind of letter that a person does not want. Only kinds that an app calls optional can be switched off."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_letters")
    kind = models.SlugField(max_length=60)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = _("muted kinds")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                name="muted_once",
                violation_error_message=_("You have switched this off already."),
            )
        ]

    def __str__(self) -> str:
        return f"muted {self.pk}"


class Heartbeat(models.Model):
    """The last sign of life of a worker's queue, written by the tick."""

    queue = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue


class MissingWording(models.Model):
    """A kind of letter that was due and could not be written. It goes when a letter of that kind is written again."""

    kind = models.SlugField(max_length=60, unique=True)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField(default=timezone.now, editable=False)
    asked_at = models.DateTimeField(help_text=_("When a letter of this kind was last due."))

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.kind
