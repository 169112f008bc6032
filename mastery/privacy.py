"""What mastery stores about a person: attempts, answers, marks, and exceptions that were made for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from mastery import desk_records, review_privacy, talk_privacy
from mastery.allowances import TimeAllowance
from mastery.models import Answer, Attempt, GradeEvent, Override
from mastery.regrades import RegradeJob
from whitebox.people.subjects import Erasure, Kept, Row, Subject

ERASED = "erased"


class MasteryPrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        attempts = Attempt.objects.filter(membership__user=subject.user).order_by("pk")
        marks = GradeEvent.objects.filter(attempt__in=attempts).order_by("pk")
        time = TimeAllowance.objects.filter(membership__user=subject.user).order_by("pk")
        made = Override.objects.filter(membership__user=subject.user).order_by("pk")
        return {
            "attempts": list(
                attempts.values("for_check__slug", "form", "number", "state", "opened_at", "submitted_at", "graded_at")
            ),
            "answers": list(_answers(subject).values("attempt__for_check__slug", "attempt__number", "item", "value")),
            "marks": list(
                marks.values(
                    "attempt__for_check__slug", "attempt__number", "item", "objective__slug", "points", "total", "at",
                    said=F("detail__comment"),
                )
            ),
            "exceptions": list(made.values("kind", "reason", "at")),
            "more time": list(time.values("percent", "reason", "at")),
            **talk_privacy.export(subject),
            **review_privacy.export(subject),
            **desk_records.of(subject),
        }  # fmt: skip

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        """Take answers and comments. The marks are a ledger: a later mark rests on an earlier one."""
        done = Erasure()
        done.add("answers", _answers(subject).exclude(value="").update(value=""))
        changes = RegradeJob.objects.filter(membership__user=subject.user).exclude(change={})
        done.add("tables of regrades", changes.update(change={}))
        time = TimeAllowance.objects.filter(membership__user=subject.user).exclude(reason=ERASED)
        done.add("reasons for more time", time.update(reason=ERASED))
        desk_records.erase(subject, done)
        marks = GradeEvent.objects.filter(attempt__membership__user=subject.user)
        done.add("comments on answers", _without_comments(marks))
        if count := marks.count():
            done.kept.append(Kept("marks", count, _("The ledger of mastery counts them, without a name.")))
        talk_privacy.erase(subject, done)
        review_privacy.erase(subject, done)
        return done

    def retain(self, now: datetime) -> int:
        return 0


def _answers(subject: Subject) -> QuerySet[Answer]:
    return Answer.objects.filter(attempt__membership__user=subject.user).order_by("pk")


def _without_comments(marks: QuerySet[GradeEvent]) -> int:
    said = [mark for mark in marks if mark.detail.get("comment")]
    for mark in said:
        GradeEvent.objects.filter(pk=mark.pk).update(detail=mark.detail | {"comment": ""})
    return len(said)


PRIVACY = MasteryPrivacy()
