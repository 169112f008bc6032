"""The noun of the access log: somebody opened what is stored about one person."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.people.models import Cohort


class PersonalLook(models.Model):
    """Who looked at whose data on which page and day. Append-only, and never about what the page said.

    `about` is the account of whom it is about; who has none, such as an applicant, is named by `subject` alone.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    subject = models.CharField(max_length=80, help_text=_("What was opened, as app.model:id."))
    cohort = models.ForeignKey(Cohort, models.CASCADE, null=True, related_name="+")
    page = models.CharField(max_length=80, help_text=_("The name of the page."))
    on = models.DateField(help_text=_("In UTC."))
    at = models.DateTimeField(default=timezone.now, editable=False, help_text=_("The first time on that day."))

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "subject", "page", "on"],
                name="looked_once_a_day",
                violation_error_message=_("This look is on record."),
            )
        ]

    def __str__(self) -> str:
        return f"look at personal data {self.pk}"
