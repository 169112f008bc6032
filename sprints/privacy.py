"""What sprints stores about a person: the problems they claimed and the research they logged."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sprints.boards import CardMove
from sprints.contests import Artefact, Draft, JudgeConflict, Rating
from sprints.journal import BudgetChange, CheckIn, LogFigure, LogLink
from sprints.models import Claim, Excursion, LogEntry, Problem
from sprints.rosters import TeamMember
from sprints.tastes import Taste
from sprints.works import Work
from whitebox.people.subjects import Erasure, Kept, Row, Subject


class SprintsPrivacy:
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        claims = Claim.objects.filter(membership__user=subject.user).order_by("pk")
        dug = Excursion.objects.filter(claim__in=claims).order_by("pk")
        return {
            "claims": list(claims.values("problem__number", "problem__title", "since", "until", "state", "ended_at")),
            "excursions": list(dug.values("question", "kind", "opened_at", "verdict", "conclusion", "closed_at")),
            "problems_added": list(_added(subject).values("number", "title", "added_at")),
            "works_added": list(_works(subject).values("problem__number", "title", "url", "published_on", "at")),
            "budget_changes": list(
                BudgetChange.objects.filter(by=subject.user).order_by("pk").values("was_days", "days", "reason", "at")
            ),
            "check_ins": list(
                CheckIn.objects.filter(Q(excursion__claim__in=claims) | Q(by=subject.user))
                .order_by("pk")
                .values("excursion__question", "at", "pace", "text", "next_step")
            ),
            "figures": list(
                LogFigure.objects.filter(entry__author=subject.user).order_by("pk").values("entry__on", "alt", "size")
            ),
            "links": list(LogLink.objects.filter(entry__author=subject.user).order_by("pk").values("kind", "url")),
            "cards": list(
                CardMove.objects.filter(by=subject.user).order_by("pk").values("card__sprint__title", "entered", "at")
            ),
            "hackathon_drafts": list(
                Draft.objects.filter(by=subject.user)
                .order_by("pk")
                .values("entry__hackathon__title", "title", "source", "repository", "demonstration", "saved_at")
            ),
            "hackathon_files": list(Artefact.objects.filter(by=subject.user).order_by("pk").values("filename", "at")),
            "ratings": list(
                Rating.objects.filter(judge__membership__user=subject.user, submitted_at__isnull=False)
                .order_by("pk")
                .values("entry__team__name", "comment", "submitted_at")
            ),
            "conflicts": list(
                JudgeConflict.objects.filter(judge__membership__user=subject.user)
                .order_by("pk")
                .values("entry__team__name", "reason", "at")
            ),
            "teams": list(_teams(subject).values("team__name", "joined_at", "left_at")),
            "taste": list(_tastes(subject).values("difficulty", "categories__name", "changed_at")),
            "log": list(_entries(subject).values("excursion__question", "on", "source", "written_at")),
        }

    def refusals(self, subject: Subject) -> Sequence[str]:
        return []

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        """Keep research: whoever takes the problem up next builds on it. It shows no name once the account has none."""
        done = Erasure()
        if count := _entries(subject).count():
            reason = _("Research is the record of the problem, on which others build; it shows no name any more.")
            done.kept.append(Kept("entries of research logs", count, reason))
        if count := _teams(subject).count():
            done.kept.append(Kept("times in teams", count, _("Who else was in the team has their record by it.")))
        if count := Rating.objects.filter(judge__membership__user=subject.user).count():
            done.kept.append(Kept("ratings of hackathons", count, _("The places of the teams rest on them.")))
        done.add("reasons of conflicts", _reasons(subject).update(reason=""))
        done.add("wishes for problems", len(_tastes(subject)))
        _tastes(subject).delete()
        done.add(
            "names beside problems and works", _added(subject).update(added_by=None) + _works(subject).update(by=None)
        )
        return done

    def retain(self, now: datetime) -> int:
        return 0


def _entries(subject: Subject) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(author=subject.user).order_by("pk")


def _teams(subject: Subject) -> QuerySet[TeamMember]:
    return TeamMember.objects.filter(membership__user=subject.user).order_by("pk")


def _reasons(subject: Subject) -> QuerySet[JudgeConflict]:
    return JudgeConflict.objects.filter(judge__membership__user=subject.user).exclude(reason="")


def _tastes(subject: Subject) -> QuerySet[Taste]:
    return Taste.objects.filter(user=subject.user).order_by("pk") if subject.user else Taste.objects.none()


def _added(subject: Subject) -> QuerySet[Problem]:
    return Problem.objects.filter(added_by=subject.user).order_by("pk") if subject.user else Problem.objects.none()


def _works(subject: Subject) -> QuerySet[Work]:
    return Work.objects.filter(by=subject.user).order_by("pk") if subject.user else Work.objects.none()


PRIVACY = SprintsPrivacy()
