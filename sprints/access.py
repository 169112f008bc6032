"""Who may see and do what in research. What a person may not see cannot be found."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints.boards import Sprint
from sprints.choices import InfohazardLevel
from sprints.contests import Entry, Hackathon, Judge, Rating
from sprints.journal import LogFigure
from sprints.models import Claim, Excursion, LogEntry
from sprints.rosters import Team, TeamMember
from whitebox.errors import RuleViolation
from whitebox.people import breaches
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.prepared import prepared

# Those who research, the best role first; reviewers and advisers only read the bank.
RESEARCHERS = (Role.PARTICIPANT, Role.MENTOR, Role.ORGANIZER)
GUIDES = (Role.MENTOR, Role.ORGANIZER)


def memberships_or_404(user: User) -> list[Membership]:
    """Return the active memberships of somebody who may read the bank. One query."""
    found = _memberships(user.pk)
    if not found:
        raise Http404
    return found


@prepared
def _memberships(user: int) -> QuerySet[Membership]:
    return Membership.objects.active().filter(user=user).select_related("cohort__claim_rule")


def researcher(user: User, at: datetime, cohort: int | None = None) -> Membership | None:
    """Return the membership a person claims problems under: in a cohort that has started, the best role."""
    found = Membership.objects.active().filter(
        user=user, role__in=RESEARCHERS, cohort__in=Cohort.objects.running(at).values("pk")
    )
    if cohort is not None:
        found = found.filter(cohort=cohort)
    ranked = sorted(found.select_related("cohort__claim_rule", "user"), key=_rank)
    return ranked[0] if ranked else None


def may_research(memberships: list[Membership], at: datetime) -> bool:
    """Tell whether one of these memberships would let its person claim a problem."""
    return any(
        one.role in RESEARCHERS and one.cohort.started_at is not None and one.cohort.started_at <= at
        for one in memberships
    )


def _rank(membership: Membership) -> tuple[int, int]:
    return RESEARCHERS.index(Role(membership.role)), -membership.pk


def held_by(user: User | int, path: str = "") -> Q:
    """Return the filter of claims that a person holds, alone or with a team; `path` leads to the claim."""
    own = Membership.objects.filter(user=user).values("pk")
    teams = TeamMember.objects.present().filter(membership__user=user).values("team")
    return Q(**{f"{path}membership__among_few": own}) | Q(**{f"{path}team__among_few": teams})


def holds(user: User, claim: Claim) -> bool:
    """Tell whether a claim is somebody's. One query where it is a team's."""
    if claim.membership.user_id == user.pk:
        return True
    return claim.team_id is not None and (
        TeamMember.objects.present().filter(team=claim.team_id, membership__user=user).exists()
    )


def researching_in(user: User, cohort: int) -> Membership:
    """Return the membership under which somebody researches in one cohort. Raises RuleViolation without one."""
    found = active(user).filter(cohort=cohort, role__in=RESEARCHERS).select_related("cohort__claim_rule", "user")
    ranked = sorted(found, key=_rank)
    if not ranked:
        raise RuleViolation(_("Only people of its cohort can join a team."))
    return ranked[0]


def team_or_404(user: User, pk: int) -> Team:
    """Return a team of a cohort in which `user` may research."""
    cohorts = active(user).filter(role__in=RESEARCHERS).values("cohort")
    return get_object_or_404(Team.objects.filter(cohort__in=cohorts), pk=pk)


def _led(user: User) -> QuerySet[Membership]:
    return Membership.objects.active().filter(user=user, role=Role.ORGANIZER)


def visible_excursions(user: User) -> QuerySet[Excursion]:
    """Return the excursions `user` may read: the own ones, those of the cohorts they organize, those they mentor.

    A secret one is closed to the mentor, unless its need-to-know list names them. Advisers, reviewers and superusers
    have no way in of their own.
    """
    named = Q(pk__in=Excursion.objects.filter(nameds__user=user).values("pk"))
    found = Excursion.objects.filter(held_by(user, "claim__") | _guided_by(user) | named, trusted(user))
    return found.select_related("claim__problem", "claim__membership__user", "claim__membership__cohort", "claim__team")


def trusted(user: User) -> Q:
    """Return the filter that keeps what is secret from somebody while it is open whether they stay after a breach."""
    return ~Q(level=InfohazardLevel.SECRET) | ~Q(breaches.undecided_about(user))


def _guided_by(user: User) -> Q:
    """Return the filter of what a person guides: the cohorts they organize, and the people they mentor."""
    mentoring = active(user).filter(role=Role.MENTOR)
    in_teams = TeamMember.objects.present().filter(membership__mentor__in=mentoring).values("team")
    own_people = Q(claim__membership__mentor__in=mentoring) | Q(claim__team__in=in_teams)
    return Q(claim__membership__cohort__in=_led(user).values("cohort")) | (
        ~Q(level=InfohazardLevel.SECRET) & own_people
    )


def guided(user: User) -> QuerySet[Excursion]:
    """Return the excursions of other people on which `user` may check in."""
    return Excursion.objects.filter(_guided_by(user)).exclude(held_by(user, "claim__"))


def guided_or_404(user: User, pk: int) -> Excursion:
    return get_object_or_404(visible_excursions(user).filter(pk__in=guided(user).values("pk")), pk=pk)


def visible_entries(user: User, excursion: Excursion) -> QuerySet[LogEntry]:
    """Return the entries of a visible excursion that `user` may read: a secret one is closed to the mentor."""
    entries = excursion.entries.filter(trusted(user))
    if holds(user, excursion.claim) or _led(user).filter(cohort=excursion.claim.membership.cohort_id).exists():
        return entries
    return entries.filter(~Q(level=InfohazardLevel.SECRET) | Q(pk__in=entries.filter(nameds__user=user).values("pk")))


def figure_or_404(user: User, pk: int) -> LogFigure:
    """Return a figure of an entry that `user` may read."""
    found = get_object_or_404(LogFigure.objects.select_related("entry"), pk=pk)
    excursion = excursion_or_404(user, found.entry.excursion_id)
    entry_or_404(user, excursion, found.entry_id)
    return found


def excursion_or_404(user: User, pk: int) -> Excursion:
    return get_object_or_404(visible_excursions(user), pk=pk)


def own_excursion_or_404(user: User, pk: int) -> Excursion:
    """Return an excursion that `user` writes."""
    return get_object_or_404(visible_excursions(user).filter(held_by(user, "claim__")), pk=pk)


def own_claim_or_404(user: User, pk: int) -> Claim:
    return get_object_or_404(Claim.objects.with_people().filter(held_by(user)), pk=pk)


def releasable_claim_or_404(user: User, pk: int) -> Claim:
    """Return a claim that `user` may end: the own one, or one of a cohort they organize."""
    led = Q(membership__cohort__in=_led(user).values("cohort"))
    return get_object_or_404(Claim.objects.with_people().filter(held_by(user) | led), pk=pk)


def entry_or_404(user: User, excursion: Excursion, pk: int) -> LogEntry:
    return get_object_or_404(visible_entries(user, excursion), pk=pk)


def active(user: User) -> QuerySet[Membership]:
    return Membership.objects.active().filter(user=user)


def organizes_any(user: User) -> bool:
    return _led(user).exists()


def require_researcher(user: User) -> Membership:
    """Return the membership a person researches under. Raises RuleViolation without one."""
    found = researcher(user, timezone.now())
    if found is None:
        raise RuleViolation(_("Participants, mentors and organizers of a cohort that has started can do this."))
    return found


def require_guide(user: User) -> None:
    """Raise RuleViolation for anyone but mentors and organizers."""
    if not active(user).filter(role__in=GUIDES).exists():
        raise RuleViolation(_("Mentors and organizers say what a problem needs."))


def now_researcher(user: User) -> Membership | None:
    return researcher(user, timezone.now())


def guide_or_404(user: User) -> None:
    """Raise Http404 for anyone but mentors and organizers."""
    if not active(user).filter(role__in=GUIDES).exists():
        raise Http404


def removable_works(user: User) -> Q:
    """Return the filter of works that `user` may take away: the own ones, and all for an organizer."""
    return Q() if organizes_any(user) else Q(by=user)


def movable(user: User) -> QuerySet[Excursion]:
    """Return the excursions whose cards `user` moves: the own ones and those they guide."""
    return Excursion.objects.filter(held_by(user, "claim__") | _guided_by(user))


def require_guide_of(user: User, cohort: Cohort) -> None:
    """Raise RuleViolation for anyone but mentors and organizers of a cohort."""
    if not active(user).filter(role__in=GUIDES, cohort=cohort).exists():
        raise RuleViolation(_("Mentors and organizers of the cohort plan its sprints."))


BOARD_READERS = (*RESEARCHERS, Role.ADVISER)


def board_memberships_or_404(user: User) -> list[Membership]:
    """Return the memberships that open the boards of their cohorts. One query."""
    found = [one for one in memberships_or_404(user) if one.role in BOARD_READERS]
    if not found:
        raise Http404
    return found


def sprint_or_404(memberships: list[Membership], pk: int) -> Sprint:
    cohorts = {one.cohort_id for one in memberships}
    return get_object_or_404(Sprint.objects.filter(cohort__in=cohorts).select_related("cohort"), pk=pk)


def planner_cohorts(memberships: list[Membership]) -> dict[int, Cohort]:
    """Return the cohorts whose sprints a person plans."""
    return {one.cohort_id: one.cohort for one in memberships if one.role in GUIDES}


def organizes(user: User, cohort: Cohort) -> bool:
    return _led(user).filter(cohort=cohort).exists()


def require_organizer(user: User, cohort: Cohort) -> None:
    """Raise RuleViolation for anyone but the organizers of a cohort."""
    if not organizes(user, cohort):
        raise RuleViolation(_("Only organizers of the cohort can do this."))


def hackathon_or_404(memberships: list[Membership], pk: int) -> Hackathon:
    """Return a hackathon of a cohort that these memberships are in."""
    cohorts = {one.cohort_id for one in memberships}
    return get_object_or_404(Hackathon.objects.filter(cohort__in=cohorts).select_related("cohort"), pk=pk)


def organized_hackathon_or_404(user: User, pk: int) -> Hackathon:
    found = Hackathon.objects.filter(cohort__in=_led(user).values("cohort")).select_related("cohort")
    return get_object_or_404(found, pk=pk)


def visible_entries_of(user: User) -> QuerySet[Entry]:
    """Return the entries `user` may read: those of their teams, of cohorts they organize, and those they judge."""
    teams = TeamMember.objects.present().filter(membership__user=user).values("team")
    judged = Rating.objects.filter(judge__membership__in=active(user)).values("entry")
    return Entry.objects.filter(
        Q(team__in=teams) | Q(hackathon__cohort__in=_led(user).values("cohort")) | Q(pk__in=judged)
    ).select_related("hackathon__cohort", "team")


def entry_in_hackathon_or_404(user: User, pk: int) -> Entry:
    return get_object_or_404(visible_entries_of(user), pk=pk)


def own_entry_or_404(user: User, pk: int) -> Entry:
    teams = TeamMember.objects.present().filter(membership__user=user).values("team")
    return get_object_or_404(Entry.objects.filter(team__in=teams).select_related("hackathon__cohort", "team"), pk=pk)


def placeable_entry_or_404(user: User, pk: int) -> Entry:
    """Return an entry whose place `user` may write down: the own team's, or one of a cohort they organize."""
    teams = TeamMember.objects.present().filter(membership__user=user).values("team")
    own = Q(team__in=teams) | Q(hackathon__cohort__in=_led(user).values("cohort"))
    return get_object_or_404(Entry.objects.filter(own).select_related("hackathon__cohort", "team"), pk=pk)


def rating_or_404(user: User, pk: int) -> Rating:
    """Return a rating that `user` gives."""
    found = Rating.objects.filter(judge__membership__in=active(user))
    return get_object_or_404(found.select_related("judge__hackathon", "entry__team", "entry__hackathon"), pk=pk)


def judge_or_404(user: User, pk: int) -> Judge:
    found = Judge.objects.filter(hackathon__cohort__in=_led(user).values("cohort"))
    return get_object_or_404(found.select_related("hackathon"), pk=pk)
