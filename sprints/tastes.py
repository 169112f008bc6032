"""The noun of what somebody would like to work on: categories and a difficulty, stated by themselves."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints.choices import Difficulty
from sprints.models import Category


class Taste(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="taste")
    categories = models.ManyToManyField(Category, blank=True, related_name="+")
    difficulty = models.CharField(_("difficulty sought"), max_length=1, choices=Difficulty, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"taste {self.pk}"
