"""The access log: who opened the data of one person. The person gets it with their data."""

from datetime import UTC, datetime, timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone

from whitebox.people.looked import PersonalLook
from whitebox.people.models import Membership, User

KEPT = timedelta(days=730)


def note(subject: Model, page: str, *, about: int | None, cohort: int | None, by: User) -> None:
    """Write down that `by` opened `subject`, once a day and page. Nothing for a look at oneself. One statement.

    `about` is the account of the person, `cohort` the one whose organizers read the log.
    """
    if about == by.pk:
        return
    now = timezone.now()
    look = PersonalLook(
        by=by,
        about_id=about,
        subject=f"{subject._meta.label_lower}:{subject.pk}",  # noqa: SLF001  # Django's own name for it
        cohort_id=cohort,
        page=page[:80],
        on=now.astimezone(UTC).date(),
        at=now,
    )
    # Of two requests at once one is dropped by the database: the look is on record all the same.
    PersonalLook.objects.bulk_create([look], ignore_conflicts=True)


def opened(member: Membership, page: str, *, by: User) -> None:
    """Do the same for a page about one membership."""
    note(member, page, about=member.user_id, cohort=member.cohort_id, by=by)


def about(user: User) -> QuerySet[PersonalLook]:
    return PersonalLook.objects.filter(about=user).order_by("at", "pk")


def forget(now: datetime) -> int:
    """Erase looks that were kept for two years, and return how many."""
    return PersonalLook.objects.filter(at__lt=now - KEPT).delete()[0]
