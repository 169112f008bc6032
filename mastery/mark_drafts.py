"""Marks that were begun: kept for their marker alone, gone when the mark is given."""

from django.db import transaction
from django.utils import timezone

from curriculum.models import Corrective
from mastery.judgements import LONGEST_COMMENT, MarkDraft
from mastery.models import Attempt
from whitebox.people.models import User


@transaction.atomic
def keep(
    attempt: Attempt, item: str, *, level: int | None, comment: str, corrective: Corrective | None, by: User
) -> MarkDraft:
    """Keep a mark as far as it is; a later draft replaces an earlier one. The caller has checked that `by` may mark."""
    draft, _created = MarkDraft.objects.update_or_create(
        attempt=attempt,
        item=item,
        by=by,
        defaults={
            "level": level,
            "comment": comment.replace("\x00", "")[:LONGEST_COMMENT],
            "corrective": corrective,
            "saved_at": timezone.now(),
        },
    )
    return draft


def of(attempt: Attempt, item: str, user: User) -> MarkDraft | None:
    return MarkDraft.objects.filter(attempt=attempt, item=item, by=user).first()


def discard(attempt: Attempt, item: str, *, by: User) -> None:
    MarkDraft.objects.filter(attempt=attempt, item=item, by=by).delete()
