"""Excursions: a question under a claim, a log of days, a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sprints import access, pictures
from sprints.bank import locked, settle
from sprints.choices import AnswerKind, ClaimState, ExcursionKind, InfohazardLevel, LinkKind, Verdict
from sprints.journal import LogFigure, LogLink
from sprints.models import MOST_DAYS, Claim, Excursion, LogEntry
from sprints.pictures import NewFigure
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState
from whitebox.people.models import User
from whitebox.text.rendering import RENDERER_VERSION, render

LONGEST_ENTRY = 50_000  # characters
MAY_CHOOSE = (InfohazardLevel.PRIVATE, InfohazardLevel.SECRET)  # public is a decision of several people


@dataclass(frozen=True, slots=True)
class Question:
    """What an excursion is opened with."""

    text: str
    kind: ExcursionKind
    answer: AnswerKind
    budget_days: int
    level: InfohazardLevel = InfohazardLevel.PRIVATE


@dataclass(frozen=True, slots=True)
class NewLink:
    kind: LinkKind
    url: str


@transaction.atomic
def open_excursion(claim: Claim, question: Question, *, by: User) -> Excursion:
    """Open an excursion under a claim; the same question asked twice returns the one that is open.

    Raises RuleViolation for anyone but the holder of an active claim.
    """
    problem = locked(claim.problem_id)
    current = Claim.objects.with_people().get(pk=claim.pk)
    if not access.holds(by, current):
        raise RuleViolation(_("Only the person who holds the claim can open an excursion."))
    if current.state != ClaimState.ACTIVE:
        raise RuleViolation(_("This claim has ended. Claim the problem again, then open the excursion."))
    _check(question)
    present = current.excursions.filter(question=_line(question.text), verdict__isnull=True).first()
    if present is not None:
        return present
    opened = Excursion.objects.create(
        claim=current,
        question=_line(question.text),
        kind=question.kind,
        answer=question.answer,
        budget_days=question.budget_days,
        level=question.level,
    )
    settle(problem)
    return opened


def _check(question: Question) -> None:
    if not _line(question.text):
        raise RuleViolation(_("Write the question."))
    if not 1 <= question.budget_days <= MOST_DAYS:
        raise RuleViolation(_("A budget is 1 to 90 days."))
    if question.level not in MAY_CHOOSE:
        raise RuleViolation(_("An excursion starts private or secret. Making it public is a decision of its own."))


def _line(text: str) -> str:
    return " ".join(text.split())[:500]


@transaction.atomic
def write(  # noqa: PLR0913  # an entry is described by this much
    excursion: Excursion,
    source: str,
    *,
    on: date,
    by: User,
    corrects: LogEntry | None = None,
    level: InfohazardLevel = InfohazardLevel.PRIVATE,
    figures: Sequence[NewFigure] = (),
    links: Sequence[NewLink] = (),
) -> LogEntry:
    """Add a dated entry; nothing is ever overwritten, a correction points to what it corrects.

    The same text for the same day twice leaves one entry: a double click is harmless.
    """
    current = _writable(excursion, by)
    kinds = [pictures.checked(figure) for figure in figures]
    text = source.strip()
    _check_entry(current, text, on, corrects)
    present = current.entries.filter(author=by, on=on, source=text, corrects=corrects).first()
    if present is not None:
        return present
    entry = LogEntry.objects.create(
        excursion=current,
        author=by,
        on=on,
        source=text,
        html=rendered(text),
        renderer=RENDERER_VERSION,
        corrects=corrects,
        level=_not_more_open(level, current),
    )
    for figure, kind in zip(figures, kinds, strict=True):
        _keep(entry, figure, kind)
    LogLink.objects.bulk_create(LogLink(entry=entry, kind=link.kind, url=link.url) for link in links)
    return entry


def _not_more_open(level: InfohazardLevel, excursion: Excursion) -> InfohazardLevel:
    if level not in MAY_CHOOSE:
        raise RuleViolation(_("An entry is private or secret. Making it public is a decision of its own."))
    return InfohazardLevel.SECRET if excursion.level == InfohazardLevel.SECRET else level


def _keep(entry: LogEntry, figure: NewFigure, kind: str) -> None:
    LogFigure.objects.create(
        entry=entry,
        file=figure.file,
        content_type=kind,
        size=figure.file.size or 0,
        alt=" ".join(figure.alt.split())[:500],
    )


def rendered(source: str) -> str:
    """Return an entry as the HTML that is stored; a preview shows the same."""
    return render(source, first_level=4).html


def _check_entry(excursion: Excursion, text: str, on: date, corrects: LogEntry | None) -> None:
    if not text:
        raise RuleViolation(_("The entry is empty. Write what you did, saw or decided."))
    if len(text) > LONGEST_ENTRY:
        raise RuleViolation(
            _("The entry has %(length)d characters, at most %(longest)d fit. Split it into two.")
            % {"length": len(text), "longest": LONGEST_ENTRY}
        )
    if on > timezone.now().astimezone(ZoneInfo(excursion.claim.zone)).date():
        raise RuleViolation(_("An entry is about a day that has come. Choose today or an earlier day."))
    if corrects is not None and corrects.excursion_id != excursion.pk:
        raise RuleViolation(_("A correction belongs to the same excursion."))


@transaction.atomic
def judge(excursion: Excursion, verdict: Verdict, conclusion: str, *, by: User) -> None:
    """Close an excursion with a verdict and the reason in words. The same verdict twice changes nothing."""
    problem = locked(excursion.claim.problem_id)
    current = own(excursion, by)
    if verdict == Verdict.SPLIT:
        raise RuleViolation(_("To split an excursion, write down its smaller questions."))
    close(current, verdict, conclusion)
    settle(problem)


def close(current: Excursion, verdict: Verdict, conclusion: str) -> None:
    """Give a locked excursion its verdict. The same verdict twice changes nothing."""
    if current.verdict == verdict:
        return
    if current.verdict is not None:
        raise RuleViolation(_("This excursion has its verdict. Open another one for a new question."))
    if not conclusion.strip():
        raise RuleViolation(_("Say in a sentence or two what the verdict rests on."))
    current.verdict, current.closed_at = verdict, timezone.now()
    current.conclusion, current.conclusion_html = conclusion.strip(), rendered(conclusion.strip())
    current.save(update_fields=["verdict", "closed_at", "conclusion", "conclusion_html"])


def own(excursion: Excursion, by: User) -> Excursion:
    """Return an excursion as it is now, locked. Raises RuleViolation for anyone who does not hold its claim."""
    current = Excursion.objects.select_for_update(of=("self",)).select_related("claim__membership").get(pk=excursion.pk)
    if not access.holds(by, current.claim):
        raise RuleViolation(_("Only the person whose excursion it is writes in it."))
    return current


def _writable(excursion: Excursion, by: User) -> Excursion:
    current = own(excursion, by)
    if current.claim.membership.state not in {MembershipState.ACTIVE, MembershipState.COMPLETED}:
        raise RuleViolation(_("You have left the cohort: the log is kept as it is."))
    return current


def over_budget(excursion: Excursion, at: datetime) -> int:
    """Return by how many days an open excursion is over its budget; 0 where it is within."""
    return max(0, excursion.day_at(at) - excursion.budget_days) if excursion.is_open else 0


def budget_in_words(excursion: Excursion, at: datetime) -> str:
    """Say where an excursion stands in its budget and, beyond it, what to do."""
    over = over_budget(excursion, at)
    if over:
        return ngettext(
            "%(over)d day over its budget. Give it a verdict, split it, or extend it with a reason.",
            "%(over)d days over its budget. Give it a verdict, split it, or extend it with a reason.",
            over,
        ) % {"over": over}
    return _("Day %(day)d of %(budget)d") % {"day": excursion.day_at(at), "budget": excursion.budget_days}


def log_of(excursion: Excursion, reader: User) -> Sequence[LogEntry]:
    """Return the entries that a reader may see, oldest day first, with all that hangs on them: four queries."""
    return list(access.visible_entries(reader, excursion).select_related("author").prefetch_related("figures", "links"))
