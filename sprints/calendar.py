"""Claims in a person's calendar, at the very moment at which pages and letters say they end."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from sprints import access
from sprints.boards import Sprint
from sprints.contests import Hackathon
from sprints.models import Claim, end_of_day
from whitebox.people.models import User
from whitebox.web.feed import Item

SHOWN_FOR = timedelta(minutes=30)


def items(user: User) -> list[Item]:
    """Return the ends of a person's active claims and the sprints and hackathons of their cohorts: three queries."""
    held = Claim.objects.active().filter(access.held_by(user)).select_related("problem")
    planned = Sprint.objects.filter(
        cohort__in=access.active(user).filter(role__in=access.BOARD_READERS).values("cohort")
    )
    entered = Hackathon.objects.filter(cohort__in=access.active(user).values("cohort")).order_by("pk")
    return [
        *(_item(claim) for claim in held),
        *(_sprint_item(one) for one in planned.select_related("cohort")),
        *(_hackathon_item(one) for one in entered),
    ]


def _hackathon_item(hackathon: Hackathon) -> Item:
    return Item(
        uid=f"hackathon-{hackathon.pk}",
        title=_("Hackathon “%(title)s”") % {"title": hackathon.title},
        starts_at=hackathon.starts_at,
        ends_at=hackathon.due_at,
        zone=hackathon.zone,
        changed_at=hackathon.changed_at,
        address=settings.SITE_URL + reverse("sprints:hackathon", args=[hackathon.pk]),
    )


def _sprint_item(sprint: Sprint) -> Item:
    ends_at = end_of_day(sprint.ends_on, sprint.cohort.tz)
    return Item(
        uid=f"sprint-{sprint.pk}",
        title=_("Sprint “%(title)s” ends") % {"title": sprint.title},
        starts_at=ends_at - SHOWN_FOR,
        ends_at=ends_at,
        zone=sprint.cohort.zone,
        changed_at=sprint.changed_at,
        address=settings.SITE_URL + reverse("sprints:board", args=[sprint.pk]),
    )


def _item(claim: Claim) -> Item:
    return Item(
        uid=f"claim-{claim.pk}",
        title=_("Claim on problem %(number)s ends") % {"number": claim.problem.number},
        starts_at=claim.ends_at - SHOWN_FOR,
        ends_at=claim.ends_at,
        zone=claim.zone,
        changed_at=claim.set_at,
        address=settings.SITE_URL + reverse("sprints:problem", args=[claim.problem_id]),
    )
