"""Who judges what: appointing, conflicts, handing out by a balanced assignment, and rating."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access
from sprints.contests import HIGHEST, LOWEST, Entry, Hackathon, Judge, JudgeConflict, Rating, RatingScore
from sprints.hackathons import locked
from sprints.rosters import TeamMember
from whitebox.errors import RuleViolation
from whitebox.judging import assignment
from whitebox.people.models import Membership, User


@transaction.atomic
def appoint(hackathon: Hackathon, membership: Membership, *, by: User) -> Judge:
    """Make somebody of the cohort a judge. Twice is once."""
    current = locked(hackathon)
    access.require_organizer(by, current.cohort)
    _require_own(current)
    if membership.cohort_id != current.cohort_id:
        raise RuleViolation(_("Judges come from the cohort of the hackathon."))
    made, _created = Judge.objects.get_or_create(hackathon=current, membership=membership)
    return made


@transaction.atomic
def dismiss(judge: Judge, *, by: User) -> None:
    """Take a judge out who has rated nothing. Twice changes nothing."""
    current = locked(judge.hackathon)
    access.require_organizer(by, current.cohort)
    if judge.ratings.filter(submitted_at__isnull=False).exists():
        raise RuleViolation(_("This judge has rated entries: what they rated stays."))
    Judge.objects.filter(pk=judge.pk).delete()


def _require_own(hackathon: Hackathon) -> None:
    if not hackathon.is_own:
        raise RuleViolation(_("Hackathons of others are judged there."))
    if hackathon.is_released:
        raise RuleViolation(_("The results are out."))


def conflicts(hackathon: Hackathon) -> set[tuple[int, int]]:
    """Return the pairs of entry and judge that must not meet. Four queries.

    Who is or was in a team, who mentors somebody of it or is mentored by them, and what judges declared.
    """
    judges = list(hackathon.judges.select_related("membership"))
    members = TeamMember.objects.filter(team__entries__hackathon=hackathon).select_related("membership")
    people: dict[int, list[Membership]] = {}
    for one in members:
        people.setdefault(one.team_id, []).append(one.membership)
    entries = hackathon.entries.values_list("pk", "team")
    declared = JudgeConflict.objects.filter(judge__hackathon=hackathon).values_list("entry", "judge")
    return set(declared) | {
        (entry, judge.pk)
        for entry, team in entries
        for judge in judges
        if any(_are_close(judge.membership, one) for one in people.get(team, ()))
    }


def _are_close(judge: Membership, member: Membership) -> bool:
    return judge.user_id == member.user_id or member.mentor_id == judge.pk or judge.mentor_id == member.pk


@transaction.atomic
def hand_out(hackathon: Hackathon, *, by: User) -> int:
    """Give every entry its number of judges, balanced and across no conflict; return how many pairs are new.

    After the deadline only. Nothing is relaxed: where it does not work out, the refusal says what is missing.
    """
    current = locked(hackathon)
    access.require_organizer(by, current.cohort)
    _require_own(current)
    if timezone.now() <= current.closes_at:
        raise RuleViolation(_("Teams can still hand in. The entries go to the judges after that."))
    made = _complete(current)
    if current.handed_out_at is None:
        current.handed_out_at = timezone.now()
        current.save(update_fields=["handed_out_at"])
    return made


def _complete(hackathon: Hackathon) -> int:
    entries = list(hackathon.entries.judged().order_by("pk").values_list("pk", flat=True))
    judges = list(hackathon.judges.order_by("pk").values_list("pk", flat=True))
    if not entries or not judges:
        raise RuleViolation(_("There must be an entry with a draft, and a judge."))
    found = assignment.propose(
        entries,
        judges,
        readers=hackathon.ratings_each,
        conflicts=conflicts(hackathon),
        held=list(Rating.objects.filter(judge__hackathon=hackathon).values_list("entry", "judge")),
        seed=hackathon.pk,
    )
    if not found.is_feasible:
        short = len(found.shortages)
        raise RuleViolation(
            _("Each entry needs %(each)d judges without a conflict; for %(short)d entries there are too few.")
            % {"each": hackathon.ratings_each, "short": short}
            if short
            else _("The entries cannot be shared out: %(reason)s") % {"reason": found.reason}
        )
    Rating.objects.bulk_create(Rating(entry_id=entry, judge_id=judge) for entry, judge in found.pairs)
    return len(found.pairs)


@transaction.atomic
def recuse(rating: Rating, reason: str, *, by: User) -> None:
    """Give an entry back because of a conflict; somebody else gets it at once. Twice changes nothing."""
    current = locked(rating.judge.hackathon)
    present = _own_rating(rating, by)
    if present is None:
        return
    if present.submitted_at is not None:
        raise RuleViolation(_("You have rated this entry. Ask an organizer."))
    JudgeConflict.objects.get_or_create(
        judge=present.judge, entry=present.entry, defaults={"reason": " ".join(reason.split())[:300]}
    )
    present.delete()
    _complete(current)


def _own_rating(rating: Rating, by: User) -> Rating | None:
    found = Rating.objects.filter(pk=rating.pk).select_related("judge__membership", "entry").first()
    if found is not None and found.judge.membership.user_id != by.pk:
        raise RuleViolation(_("Only the judge who has an entry rates it."))
    return found


@transaction.atomic
def rate(rating: Rating, levels: Mapping[int, int], comment: str, *, by: User) -> Rating:
    """Submit a rating: one level from 1 to 5 for each criterion. It can be changed until the results are out."""
    current = locked(rating.judge.hackathon)
    _require_own(current)
    present = _own_rating(rating, by)
    if present is None:
        raise RuleViolation(_("You have given this entry back."))
    criteria = set(current.criteria.values_list("pk", flat=True))
    if set(levels) != criteria or any(not LOWEST <= level <= HIGHEST for level in levels.values()):
        raise RuleViolation(_("Give every criterion a level from 1 to 5."))
    present.scores.all().delete()
    RatingScore.objects.bulk_create(
        RatingScore(rating=present, criterion_id=criterion, level=level) for criterion, level in levels.items()
    )
    present.comment, present.submitted_at = comment.strip()[:4000], timezone.now()
    present.save(update_fields=["comment", "submitted_at"])
    return present


@transaction.atomic
def choose(hackathon: Hackathon, entry: Entry | None, *, by: User) -> None:
    """Name the judges' choice, which stands apart from the places; None takes it back."""
    current = locked(hackathon)
    access.require_organizer(by, current.cohort)
    _require_own(current)
    if entry is not None and entry.hackathon_id != current.pk:
        raise RuleViolation(_("This entry is in another hackathon."))
    current.judges_choice = entry
    current.save(update_fields=["judges_choice"])


def waiting(user: User) -> Q:
    """Return the filter of ratings that a person still owes."""
    return Q(judge__membership__user=user, submitted_at=None)
