"""The nouns of the programme as a whole."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.programme.choices import RESEARCH, Doing, PlacementKind, Work


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


class ProgressPage(models.Model):
    """Whether everybody may read how far a cohort is with its milestones."""

    cohort = models.OneToOneField("people.Cohort", models.CASCADE, related_name="progress_page")
    is_public = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"progress page of cohort {self.cohort_id}"


class PlacementQuerySet(models.QuerySet["Placement"]):
    def standing(self) -> Self:
        """Placements that nobody took back."""
        return self.filter(taken_back_at=None)

    def serious(self) -> Self:
        """What counts as placed: research on safety."""
        return self.standing().filter(work=Work.SAFETY, kind__in=RESEARCH)


class Placement(models.Model):
    """Where somebody went after the programme, with what shows it. Never changed: a wrong one is taken back."""

    membership = models.ForeignKey("people.Membership", models.PROTECT, related_name="placements")
    kind = models.CharField(max_length=16, choices=PlacementKind)
    work = models.CharField(_("what the work is for"), max_length=16, choices=Work)
    organisation = models.CharField(max_length=160)
    role = models.CharField(_("as what"), max_length=160, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    evidence_url = models.URLField(_("page that shows it"), max_length=500, blank=True)
    evidence = models.CharField(
        _("what shows it"), max_length=500, blank=True, help_text=_("A contract seen, a mail: where there is no page.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    taken_back_at = models.DateTimeField(null=True, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "organisation", "starts_on"],
                condition=Q(taken_back_at=None),
                name="placement_once",
                violation_error_message=_("This placement is on record already."),
            ),
            models.CheckConstraint(
                name="placement_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A placement ends after it starts."),
            ),
            models.CheckConstraint(
                name="placement_has_evidence",
                condition=~Q(evidence_url="", evidence=""),
                violation_error_message=_("Say what shows it: a page, or in words."),
            ),
        ]

    def __str__(self) -> str:
        return f"placement {self.pk} of membership {self.membership_id}"


class FollowUp(models.Model):
    """What somebody answered 3, 6 or 12 months after the programme. They may change it while the link stands."""

    membership = models.ForeignKey("people.Membership", models.PROTECT, related_name="follow_ups")
    months = models.PositiveSmallIntegerField()
    doing = models.CharField(_("what you mainly do now"), max_length=16, choices=Doing)
    work = models.CharField(_("what the work is for"), max_length=16, choices=Work, blank=True)
    organisation = models.CharField(_("where"), max_length=160, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    link = models.URLField(_("a page that shows it"), max_length=500, blank=True)
    text = models.TextField(_("what else we should know"), max_length=4000, blank=True)
    wants_contact = models.BooleanField(_("I would like somebody to write to me"), default=False)
    answered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "months"],
                name="answered_once_a_time",
                violation_error_message=_("You have answered this already."),
            ),
            models.CheckConstraint(
                name="asked_after_3_6_or_12_months",
                condition=Q(months__in=[3, 6, 12]),
                violation_error_message=_("We ask after 3, 6 and 12 months."),
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk} after {self.months} months"


class Certificate(models.Model):
    """That somebody met the conditions, as it was seen then. Whoever has its code can verify it."""

    membership = models.OneToOneField("people.Membership", models.PROTECT, related_name="certificate")
    code = models.CharField(max_length=24, unique=True, editable=False)
    holder = models.CharField(_("made out to"), max_length=120, blank=True)
    conditions = models.JSONField(default=list, help_text=_("What was met, in words."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_because = models.CharField(max_length=500, blank=True, help_text=_("For the organizers' record."))

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="revoked_certificate_gives_its_reason",
                condition=Q(revoked_at=None, revoked_because="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_because="")),
                violation_error_message=_("Give a reason: it is kept with the record."),
            )
        ]

    def __str__(self) -> str:
        return f"certificate {self.pk}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None


class Grant(models.Model):
    """Money for a cohort in one currency, over a period. Amounts are never converted."""

    cohort = models.ForeignKey("people.Cohort", models.PROTECT, related_name="grants")
    name = models.CharField(max_length=160)
    currency = models.CharField(
        max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as PHP or USD."))]
    )
    asked = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    minimum = models.DecimalField(
        _("least that is useful"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "name"],
                name="grant_name_once_per_cohort",
                violation_error_message=_("This cohort has a grant with this name."),
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A grant ends after it starts."),
            ),
            models.CheckConstraint(
                name="grant_amounts_in_order",
                condition=Q(minimum__gte=0, asked__gte=F("minimum")),
                violation_error_message=_("The least that is useful is not more than what is asked."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Donation(models.Model):
    """What one donor gave towards a grant, in its currency."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="donations")
    donor = models.CharField(max_length=160)
    amount = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))])
    received_on = models.DateField()

    class Meta:
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="donation_is_something",
                condition=Q(amount__gt=0),
                violation_error_message=_("A donation is more than nothing."),
            )
        ]

    def __str__(self) -> str:
        return f"donation {self.pk}"


class BudgetLine(models.Model):
    """One thing that the money of a grant is for: what was planned, and what is spent by now."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="lines")
    name = models.CharField(_("what for"), max_length=160)
    amount = models.DecimalField(_("planned"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    fte = models.DecimalField(
        _("full-time posts"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("For salaries: 0.5 is half a post over the period."),
    )
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "name"],
                name="budget_line_once_per_grant",
                violation_error_message=_("This grant has a line for this already."),
            ),
            models.CheckConstraint(
                name="budget_is_not_negative",
                condition=Q(amount__gte=0, spent__gte=0) & (Q(fte=None) | Q(fte__gte=0)),
                violation_error_message=_("Amounts and posts are zero or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
