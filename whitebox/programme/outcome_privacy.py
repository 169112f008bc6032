"""What outcomes store about a person: placements, answers, a certificate. After an erasure they only count."""

from collections.abc import Mapping, Sequence

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from whitebox.people.subjects import Erasure, Kept, Row, Subject
from whitebox.programme.models import Certificate, FollowUp, Placement

ERASED = "erased "  # and the row's key: two of one day stay different


def export(subject: Subject) -> Mapping[str, Sequence[Row]]:
    return {
        "placements": list(
            _placements(subject).values(
                "membership__cohort__title",
                "kind",
                "work",
                "organisation",
                "role",
                "starts_on",
                "ends_on",
                "evidence_url",
                "evidence",
                "at",
                "taken_back_at",
            )
        ),
        "follow_ups": list(
            _answers(subject).values(
                "months", "doing", "work", "organisation", "since", "link", "text", "wants_contact", "answered_at"
            )
        ),
        "certificates": list(_certificates(subject).values("code", "holder", "conditions", "at", "revoked_at")),
    }


def erase(subject: Subject, done: Erasure) -> None:
    """Take what says who it was and where they went; kind and purpose stay, for the reports count them."""
    placements = _placements(subject).exclude(organisation__startswith=ERASED)
    blank = Concat(Value(ERASED), Cast("pk", CharField()), output_field=CharField())
    done.add(
        "placements",
        placements.update(organisation=blank, role="", evidence_url="", evidence=_("erased at the person's wish")),
    )
    said = _answers(subject).exclude(organisation="", link="", text="", wants_contact=False)
    done.add("answers after the programme", said.update(organisation="", link="", text="", wants_contact=False))
    done.add("certificates", _certificates(subject).exclude(holder="").update(holder=""))
    if count := _placements(subject).count():
        done.kept.append(Kept("kinds of placements", count, _("The record of the cohort counts them, without a name.")))


def held_by(subject: Subject) -> set[int]:
    rows: tuple[QuerySet[Placement] | QuerySet[FollowUp] | QuerySet[Certificate], ...] = (
        _placements(subject),
        _answers(subject),
        _certificates(subject),
    )
    return {cohort for some in rows for cohort in some.values_list("membership__cohort", flat=True)}


def _own(subject: Subject) -> Q:
    return Q(membership__user=subject.user) if subject.user is not None else Q(pk__in=[])


def _placements(subject: Subject) -> QuerySet[Placement]:
    return Placement.objects.filter(_own(subject)).order_by("pk")


def _answers(subject: Subject) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(_own(subject)).order_by("pk")


def _certificates(subject: Subject) -> QuerySet[Certificate]:
    return Certificate.objects.filter(_own(subject)).order_by("pk")
