"""The nouns of the programme as a whole."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role


class Invitation(models.Model):
    """Somebody asked to take a role in a cohort: mentors, reviewers, advisers and organizers come this way."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    cohort = models.ForeignKey("people.Cohort", models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=16, choices=Role)
    membership = models.ForeignKey("people.Membership", models.PROTECT, related_name="invitations", editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                name="invited_once_to_a_role",
                violation_error_message=_("This person has been invited to this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
