"""What the programme stores about a person: that they were invited, what became of them, what they answered for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from whitebox.people.models import User
from whitebox.people.subjects import Erasure, Kept, Row, Subject
from whitebox.programme import outcome_privacy
from whitebox.programme.models import DataRequest, Invitation


class ProgrammePrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        return {
            "invitations": list(_of(subject).values("email", "name", "cohort__title", "role", "at")),
            "data_requests": list(_answered_by(subject).values("kind", "at")),
            **outcome_privacy.export(subject),
        }

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        done = Erasure()
        done.add("invitations", _of(subject).update(email="", name=""))
        outcome_privacy.erase(subject, done)
        if answered := _answered_by(subject).count():
            reason = _("Who handed out or erased other people's data stays on record, by account and without a name.")
            done.kept.append(Kept("requests they answered", answered, reason))
        return done

    def retain(self, now: datetime) -> int:
        return 0

    def held_by(self, subject: Subject) -> Collection[int]:
        return {*_of(subject).values_list("cohort", flat=True), *outcome_privacy.held_by(subject)}

    def closed_to(self, subject: Subject, by: User) -> str:
        return ""


def _of(subject: Subject) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email__iexact=subject.email).order_by("pk")


def _answered_by(subject: Subject) -> QuerySet[DataRequest]:
    mine = DataRequest.objects.filter(by=subject.user) if subject.user is not None else DataRequest.objects.none()
    return mine.order_by("pk")


PRIVACY = ProgrammePrivacy()
