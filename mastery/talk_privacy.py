"""What talks store about a person. Notes are the examiner's, in confidence; what was asked is the person's."""

from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from mastery.talks import DrawnQuestion, OralSlot, SecondExaminer, Talk
from whitebox.people.subjects import Erasure, Kept, Row, Subject


def export(subject: Subject) -> Mapping[str, Sequence[Row]]:
    talks = Talk.objects.filter(attempt__membership__user=subject.user).order_by("pk")
    drawn = DrawnQuestion.objects.filter(talk__in=talks).order_by("pk")
    offered = OralSlot.objects.filter(mentor__user=subject.user).order_by("pk")
    joined = SecondExaminer.objects.filter(mentor__user=subject.user).order_by("pk")
    return {
        "talks": list(
            talks.values("attempt__for_check__slug", "slot__starts_at", "slot__place", "state", "reason", "booked_at")
        ),
        "questions_of_talks": list(drawn.values("talk__attempt__for_check__slug", "question", "at")),
        "times_offered": list(offered.values("on", "at", "zone", "minutes", "place", "cancelled_at")),
        "talks_joined": list(joined.values("talk__slot__starts_at", "since", "left_at")),
    }


def erase(subject: Subject, done: Erasure) -> None:
    """Take what was written about the person; that there was a talk stays, like the attempt and its marks."""
    talks = Talk.objects.filter(attempt__membership__user=subject.user)
    done.add("notes of talks", talks.exclude(notes="", reason="").update(notes="", reason=""))
    places = OralSlot.objects.filter(mentor__user=subject.user).exclude(place="")
    done.add("places of offered times", places.update(place=""))
    if count := talks.filter(~Q(state="cancelled")).count():
        done.kept.append(Kept("talks", count, _("The marks rest on them, without a name.")))
