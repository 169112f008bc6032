"""As whom organizers may look at the pages of admissions: an applicant, and a reviewer."""

from collections.abc import Collection

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from applicants import blindness, conflicts, rights
from applicants.judgements import Reviewer
from applicants.models import Application
from applicants.return_links import SEEN
from whitebox import digits
from whitebox.people.choices import MembershipState
from whitebox.people.models import User
from whitebox.web.see_as import Kind, Seen


class AsApplicant:
    """One's own application, with a word in place of its secret address."""

    name = "applicant"
    pages: Collection[str] = frozenset(
        f"applicants:{page}"
        for page in ("status", "identity", "section", "check", "file", "work_test", "interview", "interview_file")
    )

    def find(self, by: User, key: str) -> Seen:
        own = Application.objects.filter(code=key, round__in=rights.rounds_of(by), erased_at=None)
        application = own.filter(conflicts.none_with(by.pk, "pk")).select_related("round").first()
        if application is None:
            raise Http404
        blindness.require_named(by, application)
        return Seen(
            title=_("applicant %(code)s") % {"code": application.code},
            subject=f"applicants.application:{application.pk}",
            cohort_id=application.round.cohort_id,
            user=None,
            first=reverse("applicants:status", args=[SEEN]),
        )


class AsReviewer:
    """The review desk. What the organizer must not see themselves is missing from it: see `desk.rights_of`."""

    name = "reviewer"
    pages: Collection[str] = frozenset(
        f"admin:applicants_{page}" for page in ("desk", "desk_read", "desk_own", "desk_work")
    )

    def find(self, by: User, key: str) -> Seen:
        found = Reviewer.objects.filter(
            pk=digits.key(key),
            round__in=rights.rounds_of(by),
            is_active=True,
            membership__state=MembershipState.ACTIVE,
            membership__user__is_active=True,
        )
        reviewer = found.select_related("membership__user", "round").first()
        if reviewer is None:
            raise Http404
        user = reviewer.membership.user
        return Seen(
            title=_("reviewer %(name)s") % {"name": user.called},
            subject=f"applicants.reviewer:{reviewer.pk}",
            cohort_id=reviewer.round.cohort_id,
            user=user,
            first=reverse("admin:applicants_desk"),
        )


KINDS: tuple[Kind, ...] = (AsApplicant(), AsReviewer())
