"""What admissions store about a person: their applications, and the files they sent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applicants import applying, blindness, conflicts, erasing, looks
from applicants.addresses import address_key
from applicants.appointments import Booking, HandIn
from applicants.choices import ApplicationState
from applicants.judgements import Decision, Reviewer
from applicants.models import Application, FormDraft
from whitebox.people.models import User
from whitebox.people.subjects import Erasure, Kept, Row, Subject

IDENTITY = ("name", "email", "school", "zone", "links", "relations")


class ApplicantsPrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        """Return applications with released decisions. What readers wrote and what is pending stays with them."""
        found = _of(subject)
        return {
            "applications": [_application(row) for row in found],
            "decisions": list(
                Decision.objects.filter(application__in=found, released_at__isnull=False)
                .order_by("pk")
                .values(
                    "application__code", "code", "encouragement", "released_at", "offer__state", "offer__expires_at"
                )
            ),
            "work_tests": list(
                HandIn.objects.filter(work_test__application__in=found)
                .order_by("pk")
                .values("work_test__application__code", "work_test__due_at", "number", "text", "link", "at")
            ),
            "interviews": list(
                Booking.objects.filter(application__in=found)
                .order_by("pk")
                .values("application__code", "slot__starts_at", "slot__place", "state", "reason")
            ),
            "reviewing": list(_reviewing(subject).values("round__title", "is_active", "knows")),
            "looks_at_these_data": looks.at(found),
            "drafts_of_forms": list(_form_drafts(subject).values("round__title", "at")),
        }

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        """Withdraw what is under way, then take the person out."""
        done = Erasure()
        for application in _of(subject):
            if application.state == ApplicationState.SUBMITTED:
                applying.withdraw(application)
            done.add("applications", int(erasing.erase(application, now=now)))
        done.add("whom they know as a reviewer", _reviewing(subject).exclude(knows="").update(knows=""))
        erasing.forget(_reviewing(subject), "knows")
        done.add("names on drafts of forms", _form_drafts(subject).update(by=None))
        if scores := _reviewing(subject).filter(assignments__review__isnull=False).count():
            reason = _("Other people's applications were decided by them; the notes are about those people.")
            done.kept.append(Kept("reviews they wrote", scores, reason))
        return done

    def retain(self, now: datetime) -> int:
        return erasing.retain(now)

    def held_by(self, subject: Subject) -> Collection[int]:
        return _of(subject).values_list("round__cohort", flat=True)

    def closed_to(self, subject: Subject, by: User) -> str:
        found = _of(subject)
        if conflicts.of_user(by.pk).filter(application__in=found).exists():
            return _("You have a conflict of interest with this applicant. Another organizer has to do it.")
        if blindness.own_open(by.pk).filter(application__in=found, stage__is_blind=True).exists():
            return _("Your own reading without the name comes first. Another organizer can do it now.")
        return ""


def _of(subject: Subject) -> QuerySet[Application]:
    mine = Q(identity__email_key=address_key(subject.email))
    if subject.user is not None:
        mine |= Q(membership__user=subject.user) | Q(identity__email_key=address_key(subject.user.email))
    rows = Application.objects.filter(mine, erased_at=None).select_related("identity", "draft", "round", "stage")
    return rows.order_by("pk")


def _reviewing(subject: Subject) -> QuerySet[Reviewer]:
    return Reviewer.objects.filter(membership__user=subject.user).order_by("pk")


def _form_drafts(subject: Subject) -> QuerySet[FormDraft]:
    mine = FormDraft.objects.filter(by=subject.user) if subject.user is not None else FormDraft.objects.none()
    return mine.order_by("pk")


def _application(row: Application) -> dict[str, Any]:
    return {
        "code": row.code,
        "round": row.round.title,
        "state": row.state,
        "stage": row.stage.applicant_title if row.stage else "",
        "came_by": row.source,
        "started": row.started_at,
        "submitted": row.submitted_at,
        **{name: getattr(row.identity, name) for name in IDENTITY},
        "draft": row.draft.answers,
        "submitted_answers": [
            {"number": one.number, "at": one.at, "answers": one.answers} for one in row.revisions.order_by("number")
        ],
        "files": list(row.uploads.order_by("pk").values("question", "filename", "size", "at")),
    }


PRIVACY = ApplicantsPrivacy()
