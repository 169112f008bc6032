"""The nouns of the site itself."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """A private calendar address. Whoever has the token reads the feed, so it can be renewed."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=64, unique=True, default=new_token)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"calendar feed {self.pk}"


class Look(models.Model):
    """An organizer saw a page as somebody else sees it. Append-only, and never about what the page said."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    cohort = models.ForeignKey("people.Cohort", models.CASCADE, related_name="+")
    kind = models.SlugField(max_length=20, help_text=_("As whom: applicant, reviewer."))
    subject = models.CharField(max_length=80, help_text=_("Through whose eyes, as app.model:id."))
    page = models.CharField(max_length=200, help_text=_("The name of the page and what stood in its address."))
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("look through other eyes")
        verbose_name_plural = _("looks through other eyes")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"look {self.pk}"
