"""Reading each other's drafts: remarks on a paragraph, and a review of a wording as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints.publishing import access
from sprints.publishing.choices import Opinion
from sprints.publishing.models import Remark, Review, Revision, Writeup
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@dataclass(frozen=True, slots=True)
class Placed:
    """A remark and where it stands in the latest wording: an anchor, or nowhere because its paragraph changed."""

    remark: Remark
    anchor: str


@transaction.atomic
def remark(writeup: Writeup, number: int, anchor: str, text: str, *, by: User) -> Remark:
    """Say something about a paragraph, or about the whole without one. The same words twice leave one remark."""
    revision = _readable(writeup, number, by)
    excerpt, digest = _paragraph(revision, anchor)
    if not text.strip():
        raise RuleViolation(_("Write what you want to say about it."))
    wanted = text.strip()[:4000]
    present = revision.remarks.filter(by=by, anchor=anchor, text=wanted).first()
    if present is not None:
        return present
    return Remark.objects.create(revision=revision, anchor=anchor, excerpt=excerpt, digest=digest, text=wanted, by=by)


def _paragraph(revision: Revision, anchor: str) -> tuple[str, str]:
    if not anchor:
        return "", ""
    found = next((one for one in revision.paragraphs if one[0] == anchor), None)
    if found is None:
        raise RuleViolation(_("This wording has no such paragraph. Reload the page and choose one."))
    return found[1][:200], found[2]


def _readable(writeup: Writeup, number: int, by: User) -> Revision:
    """Return a wording of a write-up that `by` may read, behind the write-up's lock."""
    current = access.locked(writeup)
    if not access.may_read(by, current):
        raise RuleViolation(_("Only people who may read it can do this."))
    found = current.revisions.filter(number=number).first()
    if found is None:
        raise RuleViolation(_("There is no such revision."))
    return found


@transaction.atomic
def settle(found: Remark, *, by: User) -> None:
    """Mark a remark as dealt with: its author or an author of the text. Twice changes nothing."""
    writeup = access.locked(found.revision.writeup)
    if found.by_id != by.pk and not access.is_author(by, writeup):
        raise RuleViolation(_("An author settles a remark, or whoever made it."))
    Remark.objects.filter(pk=found.pk, settled_at=None).update(settled_at=timezone.now(), settled_by=by)


@transaction.atomic
def review(writeup: Writeup, number: int, opinion: Opinion, text: str, *, by: User) -> Review:
    """Judge a wording as a whole. The same words twice leave one review. Authors do not review their own text."""
    revision = _readable(writeup, number, by)
    if access.is_author(by, revision.writeup):
        raise RuleViolation(_("Authors do not review their own text."))
    if not text.strip():
        raise RuleViolation(_("Say in a sentence or two what your judgement rests on."))
    present = revision.reviews.filter(by=by, opinion=opinion, text=text.strip()[:4000]).first()
    if present is not None:
        return present
    return Review.objects.create(revision=revision, opinion=opinion, text=text.strip()[:4000], by=by)


def placed(writeup: Writeup) -> Sequence[Placed]:
    """Return all remarks, the unsettled first, each with its place in the latest wording. Two queries."""
    latest = writeup.latest
    anchors = {digest: anchor for anchor, _excerpt, digest in (latest.paragraphs if latest else ())}
    found = Remark.objects.filter(revision__writeup=writeup).select_related("by", "revision", "settled_by")
    ordered = sorted(found, key=lambda one: (one.settled_at is not None, one.at, one.pk))
    return [Placed(one, anchors.get(one.digest, "")) for one in ordered]
