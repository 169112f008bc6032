"""What the curriculum stores about a person: what they ticked, planned, asked, rated, and where they were."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from curriculum.commitments import Confidence, PaceTarget, Question
from curriculum.models import Extension, Tick
from curriculum.register import Attendance, AttendanceChange, WrongCode
from whitebox.people.subjects import Erasure, Kept, Row, Subject


class CurriculumPrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        return {
            "ticks": list(_of(Tick, subject).values("module__slug", "resource_slug", "minutes_taken", "at")),
            "plan": list(_of(PaceTarget, subject).values("module__slug", "on", "reason", "at")),
            "extensions": list(_of(Extension, subject).values("module__slug", "item", "due_at", "reason", "at")),
            "questions": list(
                _of(Question, subject).values("module__slug", "text", "asked_at", "answer", "answered_at")
            ),
            "attendance": list(_of(Attendance, subject).values("session__week", "state", "at", "is_self")),
            "attendance_history": list(
                AttendanceChange.objects.filter(attendance__membership__user=subject.user)
                .order_by("pk")
                .values("attendance__session__week", "left", "entered", "at")
            ),
            "confidence": list(_of(Confidence, subject).values("moment", "topic", "level", "at")),
        }

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        """Take the words; what is only a moment or a number stays with a membership without a name."""
        done = Erasure()
        done.add("questions", _of(Question, subject).delete()[0])
        done.add("reasons of plans", _of(PaceTarget, subject).exclude(reason="").update(reason=""))
        done.add("reasons of extensions", _of(Extension, subject).exclude(reason="").update(reason=""))
        done.add("wrong codes", _of(WrongCode, subject).delete()[0])
        if count := _of(Tick, subject).count() + _of(Confidence, subject).count() + _of(Attendance, subject).count():
            why = _("The report of the cohort counts them, without a name.")
            done.kept.append(Kept("ticks, confidence and attendance", count, why))
        return done

    def retain(self, now: datetime) -> int:
        return 0


def _of(model: Any, subject: Subject) -> QuerySet[Any]:
    """Return the person's rows of a model that hangs on a membership."""
    rows: QuerySet[Any] = model.objects.filter(membership__user=subject.user)
    return rows.order_by("pk")


PRIVACY = CurriculumPrivacy()
