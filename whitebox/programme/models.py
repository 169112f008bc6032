"""The nouns of the programme as a whole."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role


class DataRequest(models.Model):
    """That an organizer handed out or erased what is stored about a person. Append-only, and it names no one.

    Whoever knows the address can prove by its digest that it was done.
    """

    class Kind(models.TextChoices):
        EXPORT = "export", _("handed out")
        ERASURE = "erasure", _("erased")

    kind = models.CharField(max_length=8, choices=Kind)
    cohorts = models.ManyToManyField("people.Cohort", related_name="data_requests")
    address_digest = models.CharField(max_length=64, help_text=_("HMAC of the address with the site's key."))
    counts = models.JSONField(default=dict, help_text=_("How much of each kind."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"data request {self.pk}"


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
