"""The nouns of agreeing: who has to know, who coordinates, what was asked, who voted how, who endorses."""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprints.choices import InfohazardLevel
from sprints.models import Excursion, LogEntry
from sprints.publishing.choices import Capacity, EndorsementState, Outcome
from sprints.publishing.models import Revision, Writeup
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership

ONE_SUBJECT = (
    Q(writeup__isnull=False, excursion=None, entry=None)
    | Q(writeup=None, excursion__isnull=False, entry=None)
    | Q(writeup=None, excursion=None, entry__isnull=False)
)


class About(models.Model):
    """What a row is about: one write-up, excursion or log entry."""

    writeup = models.ForeignKey(Writeup, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    excursion = models.ForeignKey(Excursion, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    entry = models.ForeignKey(LogEntry, models.PROTECT, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def subject(self) -> Writeup | Excursion | LogEntry:
        found = self.writeup or self.excursion or self.entry
        if found is None:
            raise ValueError(f"{self!r} is about nothing.")
        return found


class Named(About):
    """Somebody on the need-to-know list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="named_on_one_thing", condition=ONE_SUBJECT, violation_error_message=_("Name one thing.")
            ),
            *(
                models.UniqueConstraint(
                    fields=[what, "user"],
                    condition=Q(**{f"{what}__isnull": False}),
                    name=f"named_once_on_{what}",
                    violation_error_message=_("This person is named already."),
                )
                for what in ("writeup", "excursion", "entry")
            ),
        ]

    def __str__(self) -> str:
        return f"named person {self.pk}"


class PublicationRule(models.Model):
    """Who coordinates infohazard decisions of a cohort, and what it asks for before it publishes."""

    cohort = models.OneToOneField(Cohort, models.CASCADE, related_name="publication_rule")
    coordinator = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"role": Role.ORGANIZER},
        help_text=_("The organizer who has the last word on levels."),
    )
    endorsements = models.PositiveSmallIntegerField(
        _("endorsements a publication needs"), default=1, validators=[MaxValueValidator(5)]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="at_most_five_endorsements",
                condition=Q(endorsements__lte=5),
                violation_error_message=_("A publication needs 0 to 5 endorsements."),
            )
        ]

    def __str__(self) -> str:
        return f"publication rule of cohort {self.cohort_id}"


class TrustedReader(models.Model):
    """Somebody from outside who judges whether a thing may become public. No account is needed."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="trusted_readers")
    name = models.CharField(max_length=120)
    email = models.EmailField(_("e-mail address"), max_length=254)
    affiliation = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(_("is asked"), default=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "email"],
                name="trusted_reader_once",
                violation_error_message=_("This cohort has this reader already."),
            )
        ]

    def __str__(self) -> str:
        return f"trusted reader {self.pk}"


class LevelChange(About):
    """Somebody asks for another level. One is open at a time; decisions and their votes are kept."""

    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    was = models.CharField(max_length=8, choices=InfohazardLevel)
    wanted = models.CharField(max_length=8, choices=InfohazardLevel)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    clock_from = models.DateTimeField(null=True, editable=False, help_text=_("When all authors had asked."))
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="change_of_one_thing", condition=ONE_SUBJECT, violation_error_message=_("Change one thing.")
            ),
            models.CheckConstraint(
                name="change_changes",
                condition=~Q(was=F("wanted")),
                violation_error_message=_("It has this level already."),
            ),
            models.CheckConstraint(
                name="never_from_secret_to_public",
                condition=~Q(was=InfohazardLevel.SECRET, wanted=InfohazardLevel.PUBLIC),
                violation_error_message=_("A secret thing becomes public in two steps."),
            ),
            models.CheckConstraint(
                name="decision_is_dated",
                condition=Q(outcome="", decided_at=None) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                violation_error_message=_("A decision has its date."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[what],
                    condition=Q(outcome="", **{f"{what}__isnull": False}),
                    name=f"one_open_change_of_{what}",
                    violation_error_message=_("A change of its level is being decided."),
                )
                for what in ("writeup", "excursion", "entry")
            ),
        ]

    def __str__(self) -> str:
        return f"level change {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.outcome


class VoteQuerySet(models.QuerySet["Vote"]):
    def waiting(self) -> Self:
        """Votes that somebody still owes."""
        return self.filter(is_yes=None, given_up_at=None, change__outcome="")


class Vote(models.Model):
    """One voice in a change of level, from being asked to the answer with its reason."""

    change = models.ForeignKey(LevelChange, models.CASCADE, related_name="votes")
    capacity = models.CharField(max_length=12, choices=Capacity)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reader = models.ForeignKey(TrustedReader, models.PROTECT, null=True, related_name="votes")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    is_yes = models.BooleanField(null=True, editable=False)
    reason = models.TextField(blank=True, max_length=2000)
    at = models.DateTimeField(null=True, editable=False)
    given_up_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When another reader was asked in the place of a silent one.")
    )

    objects = VoteQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="one_voter",
                condition=Q(capacity=Capacity.READER, user=None, reader__isnull=False)
                | (~Q(capacity=Capacity.READER) & Q(user__isnull=False, reader=None)),
                violation_error_message=_("A reader votes as a reader, everybody else with an account."),
            ),
            models.CheckConstraint(
                name="vote_has_reason_and_date",
                condition=Q(is_yes=None, at=None, reason="")
                | (Q(is_yes__isnull=False, at__isnull=False) & ~Q(reason="")),
                violation_error_message=_("A vote comes with its reason and its date."),
            ),
            models.UniqueConstraint(
                fields=["change", "capacity", "user"],
                condition=Q(user__isnull=False),
                name="one_vote_a_person",
                violation_error_message=_("This person is asked already."),
            ),
            models.UniqueConstraint(
                fields=["change", "capacity"],
                condition=Q(capacity=Capacity.COORDINATOR),
                name="one_coordinator_decides",
                violation_error_message=_("One coordinator decides."),
            ),
            models.UniqueConstraint(
                fields=["change", "reader"],
                condition=Q(reader__isnull=False),
                name="one_vote_a_reader",
                violation_error_message=_("This reader is asked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk} on level change {self.change_id}"


class Endorsement(models.Model):
    """An outside researcher's word for one wording, asked for by a private link that ends."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="endorsements")
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    name = models.CharField(max_length=120)
    affiliation = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=12, choices=EndorsementState, default=EndorsementState.ASKED, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="endorsement_answered_is_dated",
                condition=(
                    Q(state=EndorsementState.ASKED, answered_at=None, ended_at=None)
                    | Q(state__in=[EndorsementState.ENDORSED, EndorsementState.DECLINED], answered_at__isnull=False)
                    | Q(state__in=[EndorsementState.WITHDRAWN, EndorsementState.CALLED_OFF], ended_at__isnull=False)
                ),
                violation_error_message=_("An answer has its date."),
            ),
            models.CheckConstraint(
                name="endorsement_says_something",
                condition=~Q(state=EndorsementState.ENDORSED) | ~Q(text=""),
                violation_error_message=_("An endorsement says something in its own words."),
            ),
            models.UniqueConstraint(
                fields=["revision", "email"],
                condition=Q(state=EndorsementState.ASKED),
                name="asked_once_for_a_wording",
                violation_error_message=_("This person is asked about this wording already."),
            ),
        ]

    def __str__(self) -> str:
        return f"endorsement {self.pk} of revision {self.revision_id}"

    @property
    def is_given(self) -> bool:
        return self.state == EndorsementState.ENDORSED
