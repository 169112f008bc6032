"""What the marking desk stores about a person, as a learner and as a marker: export and erase."""

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mastery.judgements import Dispute, DisputeEntry, MarkDraft, MarkingConflict, ReusableComment, SecondMark
from whitebox.people.subjects import Erasure, Kept, Row, Subject

GONE = "-"  # in place of a text that the ledger needs to have been there


def of(subject: Subject) -> Mapping[str, Sequence[Row]]:
    """Return what a person wrote at the desk and in disputes, and the conflicts they declared.

    Second marks on a person's work are kept from them while they are blind; what came of them is in their marks.
    """
    if subject.user is None:
        return {}
    given = SecondMark.objects.filter(marker=subject.user, marked_at__isnull=False).order_by("pk")
    declared = MarkingConflict.objects.filter(marker=subject.user).order_by("pk")
    settled = SecondMark.objects.filter(attempt__membership__user=subject.user, settled_at__isnull=False).order_by("pk")
    return {
        "disputes": list(
            _disputes(subject).values(
                "attempt__for_check__slug", "attempt__number", "item", "state", "opened_at", "decided_at"
            )
        ),
        "words in disputes": list(_entries(subject).values("dispute", "kind", "text", "at")),
        "settled marks": list(
            settled.values("attempt__for_check__slug", "attempt__number", "item", "settled_at", "reason")
        ),
        "second marks given": list(given.values("item", "level", "comment", "marked_at")),
        "drafts of marks": list(_drafts(subject).values("item", "level", "comment", "saved_at")),
        "reusable comments": list(_comments(subject).values("text", "cohort__slug", "uses", "changed_at")),
        "marking conflicts": list(declared.values("reason", "at", "lifted_at")),
    }


def erase(subject: Subject, done: Erasure) -> None:
    """Take the words. That there was a dispute, a second mark or a conflict stays, as the ledger rests on it.

    What a marker said about others' work belongs to their record and goes with it.
    """
    if subject.user is None:
        return
    done.add("drafts of marks", _drafts(subject).delete()[0])
    done.add("drafts of marks", MarkDraft.objects.filter(attempt__membership__user=subject.user).delete()[0])
    done.add("reusable comments", _comments(subject).delete()[0])
    said = DisputeEntry.objects.filter(dispute__attempt__membership__user=subject.user)
    done.add("words in disputes", said.exclude(text=GONE).update(text=GONE))
    of_work = SecondMark.objects.filter(attempt__membership__user=subject.user)
    done.add("comments of second marks", of_work.exclude(comment="").update(comment=""))
    conflicts = MarkingConflict.objects.filter(Q(marker=subject.user) | Q(person=subject.user))
    done.add("reasons of conflicts", conflicts.exclude(reason=GONE).update(reason=GONE))
    if count := _disputes(subject).count():
        done.kept.append(Kept("disputes", count, _("The ledger of mastery rests on their decisions, without words.")))


def _disputes(subject: Subject) -> QuerySet[Dispute]:
    return Dispute.objects.filter(attempt__membership__user=subject.user).order_by("pk")


def _entries(subject: Subject) -> QuerySet[DisputeEntry]:
    """What was said in the person's own disputes by anybody, and what the person said in others'."""
    mine = Q(dispute__attempt__membership__user=subject.user) | Q(by=subject.user)
    return DisputeEntry.objects.filter(mine).order_by("pk")


def _drafts(subject: Subject) -> QuerySet[MarkDraft]:
    return MarkDraft.objects.filter(by=subject.user).order_by("pk")


def _comments(subject: Subject) -> QuerySet[ReusableComment]:
    return ReusableComment.objects.filter(author=subject.user).order_by("pk")
