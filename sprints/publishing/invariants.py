"""What must hold between write-ups, votes and publications; the database cannot say these across tables."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from sprints.choices import InfohazardLevel
from sprints.models import LogEntry
from sprints.publishing.agreements import LevelChange, Vote
from sprints.publishing.choices import Capacity, Outcome
from sprints.publishing.models import Author, Revision, Writeup
from whitebox.web.invariant import Invariant


def _without_authors() -> QuerySet[Writeup]:
    return Writeup.objects.exclude(Exists(Author.objects.filter(writeup=OuterRef("pk"))))


def _latest_is_elsewhere() -> QuerySet[Writeup]:
    newer = Revision.objects.filter(writeup=OuterRef("pk"), number__gt=OuterRef("latest__number"))
    return Writeup.objects.filter(Q(latest=None) | ~Q(latest__writeup=F("pk")) | Exists(newer))


def _shown_is_elsewhere() -> QuerySet[Writeup]:
    return Writeup.objects.filter(shown__isnull=False).exclude(shown__writeup=F("pk"))


def _public_without_votes() -> QuerySet[LevelChange]:
    """Return what became public although fewer than two readers, or no majority of them, said yes."""
    readers = Q(votes__capacity=Capacity.READER, votes__given_up_at=None)
    agreed = LevelChange.objects.filter(outcome=Outcome.AGREED, wanted=InfohazardLevel.PUBLIC)
    counted = agreed.annotate(
        asked=Count("votes", filter=readers), said_yes=Count("votes", filter=readers & Q(votes__is_yes=True))
    )
    return counted.filter(Q(asked__lt=2) | Q(said_yes__lte=F("asked") / 2.0))


def _agreed_against_a_no() -> QuerySet[LevelChange]:
    """Return what became more open although an author or the coordinator did not say yes."""
    silent = Vote.objects.filter(change=OuterRef("pk")).exclude(capacity=Capacity.READER).exclude(is_yes=True)
    return LevelChange.objects.filter(Exists(silent), outcome=Outcome.AGREED)


def _public_without_a_decision() -> QuerySet[Writeup]:
    decided = LevelChange.objects.filter(writeup=OuterRef("pk"), outcome=Outcome.AGREED, wanted=InfohazardLevel.PUBLIC)
    return Writeup.objects.filter(level=InfohazardLevel.PUBLIC).exclude(Exists(decided))


def _entries_more_open_than_their_log() -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(excursion__level=InfohazardLevel.SECRET).exclude(level=InfohazardLevel.SECRET)


INVARIANTS = (
    Invariant("a write-up has an author", _without_authors),
    Invariant("the latest wording of a write-up is its own and its last", _latest_is_elsewhere),
    Invariant("a public page shows a wording of its own", _shown_is_elsewhere),
    Invariant("nothing became public without a majority of two readers", _public_without_votes),
    Invariant("nothing became more open against an author or the coordinator", _agreed_against_a_no),
    Invariant("a public write-up was decided to be", _public_without_a_decision),
    Invariant("an entry of a secret log is secret", _entries_more_open_than_their_log),
)
