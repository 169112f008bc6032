"""What the outbox stores about a person: the letters they got."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from whitebox.outbox import erasing
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people.models import User
from whitebox.people.subjects import Erasure, Kept, Row, Subject


class OutboxPrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        """Return the letters that left. One that waits for approval may say what is not decided yet."""
        left = _letters(subject).filter(state=LetterState.SENT).order_by("created_at", "pk")
        return {"letters": list(left.values("kind", "address", "subject", "text", "attachments", "sent_at"))}

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        done = Erasure()
        done.add("letters", erasing.blank(_letters(subject)))
        if on_the_way := _letters(subject).filter(state=LetterState.SENDING).count():
            done.kept.append(
                Kept("letters", on_the_way, _("They are being sent right now. Erase again in five minutes."))
            )
        return done

    def retain(self, now: datetime) -> int:
        return 0

    def held_by(self, subject: Subject) -> Collection[int]:
        held = _letters(subject).exclude(cohort=None).order_by("cohort")
        return held.values_list("cohort_id", flat=True).distinct()

    def closed_to(self, subject: Subject, by: User) -> str:
        return ""


def _letters(subject: Subject) -> QuerySet[Letter]:
    mine = Q(address__iexact=subject.email)
    return Letter.objects.filter(mine | Q(recipient=subject.user) if subject.user else mine)


PRIVACY = OutboxPrivacy()
