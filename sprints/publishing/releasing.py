"""Publishing, correcting, retracting: one act each, which works everywhere at once.

Everything public is asked from the write-up's row when it is asked for, and what is kept of a page is kept under the
row's `edition`. So a change of the row is a change of the page, the list, the feed and the sitemap.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sprints import access as research
from sprints.publishing import access, gate
from sprints.publishing.models import Byline, Correction, Revision, Writeup
from whitebox.errors import RuleViolation
from whitebox.people.models import User

RESERVED = frozenset({"by", "feed", "search"})


@transaction.atomic
def publish(writeup: Writeup, *, by: User) -> Writeup:
    """Publish the latest wording. Twice publishes once.

    Raises RuleViolation for anyone but an organizer of the cohort who may read it, and names every unmet condition.
    """
    current = _for_organizer(writeup, by)
    if current.retracted_at is not None:
        raise RuleViolation(_("It was retracted. A new text is a new write-up."))
    if current.is_published:
        return current
    unmet = [one for one in gate.conditions(current) if not one.is_met]
    if unmet:
        raise RuleViolation(" ".join([_("It cannot be published yet."), *(f"{one.asks} {one.todo}" for one in unmet)]))
    now = timezone.now()
    revision = current.wording
    for author in current.authors.select_related("user__byline"):
        _give_address(author.user.byline)
    current.slug = _free([slug or "" for slug in Writeup.objects.values_list("slug", flat=True)], revision.title)
    current.shown, current.published_at, current.published_by = revision, now, by
    current.renewed_at = now
    current.edition += 1
    current.save(update_fields=["slug", "shown", "published_at", "published_by", "renewed_at", "edition"])
    return current


def _for_organizer(writeup: Writeup, by: User) -> Writeup:
    current = access.locked(writeup)
    if not access.may_read(by, current) or not research.organizes(by, current.cohort):
        raise RuleViolation(_("An organizer of the cohort who may read it does this."))
    return current


def _give_address(byline: Byline) -> None:
    """Give an author a page of their own, when the first text with their name is published and not before."""
    if byline.slug is None:
        taken = [slug or "" for slug in Byline.objects.values_list("slug", flat=True)]
        byline.slug = _free(taken, byline.name)
        byline.save(update_fields=["slug"])


def _free(taken: Sequence[str], wanted: str) -> str:
    """Return an address made of words that nobody has; two at once are told apart by the unique column."""
    stem = slugify(wanted)[:70].strip("-") or "text"
    numbered = (stem if count == 1 else f"{stem}-{count}" for count in range(1, len(taken) + 3))
    return next(one for one in numbered if one not in taken and one not in RESERVED)


@transaction.atomic
def correct(writeup: Writeup, note: str, *, by: User, number: int | None = None) -> Correction:
    """Add a dated correction to a published page; with `number` the page shows that wording from now on.

    Authors and organizers may add a note. A new wording is shown by an organizer who is no author, who answers for it
    that it gives away nothing the vote did not see, and every author has consented to it.
    """
    current = access.locked(writeup)
    _require_published(current)
    if not note.strip():
        raise RuleViolation(_("Say what was wrong and what is right."))
    is_author = access.is_author(by, current)
    if not is_author and not research.organizes(by, current.cohort):
        raise RuleViolation(_("An author or an organizer of the cohort corrects it."))
    present = current.corrections.filter(by=by, note=note.strip()[:2000]).first()
    if present is not None:
        return present
    revision = _corrected(current, number, by) if number is not None else None
    correction = Correction.objects.create(writeup=current, note=note.strip()[:2000], revision=revision, by=by)
    if revision is not None:
        current.shown = revision
    current.renewed_at = correction.at
    current.edition += 1
    current.save(update_fields=["shown", "renewed_at", "edition"])
    return correction


def _corrected(writeup: Writeup, number: int, by: User) -> Revision:
    if access.is_author(by, writeup) or not research.organizes(by, writeup.cohort):
        raise RuleViolation(_("An organizer who is no author shows a new wording: somebody else has looked at it."))
    revision = writeup.revisions.filter(number=number).first()
    if revision is None or revision.pk != writeup.latest_id or revision.pk == writeup.shown_id:
        raise RuleViolation(_("Choose the latest wording. It has to differ from the one that is shown."))
    if revision.problems or not revision.source:
        raise RuleViolation(_("Something in this wording cannot be shown: %(what)s") % {"what": revision.problems[:1]})
    if writeup.authors.exclude(consents_to=revision).exists():
        raise RuleViolation(_("Not every author has consented to this wording."))
    return revision


def _require_published(writeup: Writeup) -> None:
    if not writeup.is_published:
        raise RuleViolation(_("It is not published, so there is nothing to correct or retract."))


@transaction.atomic
def retract(writeup: Writeup, reason: str, *, by: User) -> None:
    """Take a published text back, with the reason on its page. For good; twice changes nothing."""
    current = access.locked(writeup)
    if current.retracted_at is not None:
        return
    _require_published(current)
    if not access.is_author(by, current) and not research.organizes(by, current.cohort):
        raise RuleViolation(_("An author or an organizer of the cohort retracts it."))
    if not reason.strip():
        raise RuleViolation(_("Say why: readers who relied on it need to know."))
    take_down(current, reason, is_hushed=False)


def take_down(writeup: Writeup, reason: str, *, is_hushed: bool) -> None:
    """Mark a locked, published write-up as retracted. Hushed, its public page says neither title nor reason."""
    now = timezone.now()
    writeup.retracted_at = writeup.renewed_at = now
    writeup.retraction, writeup.is_hushed = reason.strip()[:2000], is_hushed
    writeup.edition += 1
    writeup.save(update_fields=["retracted_at", "retraction", "is_hushed", "renewed_at", "edition"])


def renew(revision: Revision) -> None:
    """Note that something on a public page has changed that is no wording: an endorsement of what it shows or showed.

    What concerns a later wording is nobody's business yet, so the page does not move.
    """
    shown = Writeup.objects.filter(pk=revision.writeup_id, shown__number__gte=revision.number)
    shown.update(edition=F("edition") + 1, renewed_at=timezone.now())


def rename(user: User, name: str) -> None:
    """Write a person's name on what they publish, everywhere at once. An empty one takes it off."""
    Byline.objects.filter(user=user).update(name=" ".join(name.split())[:120])
    theirs = Writeup.objects.filter(authors__user=user, published_at__isnull=False).values("pk")
    Writeup.objects.filter(pk__in=theirs).update(edition=F("edition") + 1, renewed_at=timezone.now())
