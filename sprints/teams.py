"""Teams of one to six people of a cohort: founding, joining, leaving. Nobody is put into a team by others."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access
from sprints.contests import Entry, Hackathon
from sprints.models import Claim
from sprints.room import require_room
from sprints.rosters import MOST, Team, TeamMember
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, Membership, User

MOST_AT_ONCE = 5  # teams of one person


@transaction.atomic
def found(name: str, *, by: User) -> Team:
    """Found a team with oneself in it; the same name by the same person again returns that team."""
    membership = access.require_researcher(by)
    wanted = " ".join(name.split())[:80]
    if not wanted:
        raise RuleViolation(_("Give the team a name."))
    # The cohort's row is the lock: two teams of one name cannot both be founded.
    Cohort.objects.select_for_update().get(pk=membership.cohort_id)
    present = Team.objects.filter(cohort=membership.cohort, name__iexact=wanted).first()
    if present is not None:
        return _own(present, by)
    _require_few(membership)
    made = Team.objects.create(cohort=membership.cohort, name=wanted, by=by)
    TeamMember.objects.create(team=made, membership=membership)
    return made


def _own(present: Team, by: User) -> Team:
    if not present.members.present().filter(membership__user=by).exists():
        raise RuleViolation(_("This cohort has a team with this name. Choose another one, or join it."))
    return present


def _require_few(membership: Membership) -> None:
    if membership.teams.present().count() >= MOST_AT_ONCE:
        raise RuleViolation(_("You are in %(most)d teams. Leave one first.") % {"most": MOST_AT_ONCE})


@transaction.atomic
def join(team: Team, *, by: User) -> None:
    """Join a team of one's cohort. Twice changes nothing. Its claims count for whoever joins.

    Nobody joins a team of a hackathon that runs while another team of theirs is in it.
    """
    # The cohort's row is the lock: a person does not join one team while another one is being entered.
    Cohort.objects.select_for_update().get(pk=team.cohort_id)
    locked = Team.objects.select_for_update().get(pk=team.pk)
    membership = access.researching_in(by, locked.cohort_id)
    present = locked.members.present()
    if present.filter(membership__user=by).exists():
        return
    if present.count() >= MOST:
        raise RuleViolation(_("This team has %(most)d people, and that is the limit.") % {"most": MOST})
    _require_few(membership)
    _require_alone(locked, by)
    require_room([by], membership.cohort, more=Claim.objects.active().filter(team=locked).count())
    TeamMember.objects.create(team=locked, membership=membership)


def _require_alone(team: Team, by: User) -> None:
    """Raise RuleViolation where a person would have two teams in a hackathon that still takes work."""
    now = timezone.now()
    running = Hackathon.objects.filter(Q(due_at__gt=now) | Q(late_until__gt=now), handed_out_at=None)
    entered = Entry.objects.present().filter(team=team, hackathon__in=running).values("hackathon")
    other = Entry.objects.present().filter(hackathon__in=entered, team__in=of(by)).exclude(team=team)
    double = other.select_related("team", "hackathon").first()
    if double is not None:
        raise RuleViolation(
            _("Your team %(team)s is registered for %(hackathon)s, and so is this one. A person enters with one team.")
            % {"team": double.team.name, "hackathon": double.hackathon.title}
        )


@transaction.atomic
def leave(team: Team, *, by: User) -> None:
    """Leave a team. Twice changes nothing. The last one cannot leave a team that holds a problem."""
    locked = Team.objects.select_for_update().get(pk=team.pk)
    own = locked.members.present().filter(membership__user=by)
    if not own.exists():
        return
    held = Claim.objects.active().filter(team=locked)
    others = locked.members.present().exclude(membership__user=by).order_by("joined_at", "pk").first()
    if others is None and held.exists():
        raise RuleViolation(_("The team holds a problem, and you are the last one in it. Release the problem first."))
    if others is not None:
        held.filter(membership__user=by).update(membership=others.membership_id)
    own.update(left_at=timezone.now())


def in_words(team: Team) -> str:
    """Return a team's name and people. The members are loaded."""
    names = ", ".join(one.membership.user.called for one in team.members.all() if one.left_at is None)
    return f"{team.name} ({names})" if names else team.name


def of(user: User) -> QuerySet[Team]:
    """Return the teams a person is in."""
    return Team.objects.filter(
        pk__in=TeamMember.objects.present().filter(membership__user=user).values("team")
    ).order_by("name", "pk")
