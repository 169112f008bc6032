"""What a publication still needs, condition by condition, each in a sentence. The only place that says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sprints.choices import InfohazardLevel
from sprints.publishing.agreements import Endorsement, LevelChange
from sprints.publishing.choices import EndorsementState, Opinion, Outcome
from sprints.publishing.models import Author, Revision, Writeup


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: whether it holds, what it asks, and while it does not, what to do."""

    is_met: bool
    asks: str
    todo: str = ""


def conditions(writeup: Writeup) -> Sequence[Condition]:
    """Return what the latest wording needs before it is published. Seven queries."""
    revision = writeup.latest
    if revision is None:
        return [Condition(is_met=False, asks=_("There is a text."), todo=_("Write it."))]
    authors = list(writeup.authors.select_related("user__byline"))
    return [
        _is_whole(revision),
        _is_cleared(writeup, revision),
        _is_consented(authors, revision),
        _is_reviewed(revision),
        _is_endorsed(writeup, revision),
        _is_signed(authors),
    ]


def _is_whole(revision: Revision) -> Condition:
    asks = _("The text is there, and everything in it can be shown: formulas, references, figures with their words.")
    if not revision.source:
        return Condition(is_met=False, asks=asks, todo=_("Write the text."))
    return Condition(is_met=not revision.problems, asks=asks, todo=" ".join(revision.problems[:3]))


def _is_cleared(writeup: Writeup, revision: Revision) -> Condition:
    asks = _("Its level is public, and the vote was about this wording.")
    if writeup.level != InfohazardLevel.PUBLIC:
        return Condition(is_met=False, asks=asks, todo=_("Ask for the level public."))
    agreed = cleared_revision(writeup)
    todo = _("The vote was about revision %(agreed)s, this is revision %(number)d. Ask for the vote again.") % {
        "agreed": agreed.number if agreed else "?",
        "number": revision.number,
    }
    return Condition(is_met=agreed is not None and agreed.pk == revision.pk, asks=asks, todo=todo)


def cleared_revision(writeup: Writeup) -> Revision | None:
    """Return the wording that the last agreed vote made public."""
    change = (
        LevelChange.objects.filter(writeup=writeup, outcome=Outcome.AGREED)
        .select_related("revision")
        .order_by("-decided_at", "-pk")
        .first()
    )
    return change.revision if change is not None and change.wanted == InfohazardLevel.PUBLIC else None


def _is_consented(authors: Sequence[Author], revision: Revision) -> Condition:
    missing = [one.user.called for one in authors if one.consents_to_id != revision.pk]
    return Condition(
        is_met=not missing,
        asks=_("All authors consent to this wording."),
        todo=_("Missing: %(names)s.") % {"names": ", ".join(missing)},
    )


def _is_reviewed(revision: Revision) -> Condition:
    """Count each reviewer's last word only."""
    last = {one.by_id: one.opinion for one in revision.reviews.order_by("at", "pk")}
    return Condition(
        is_met=Opinion.READY in last.values(),
        asks=_("Somebody of the house who is no author has reviewed this wording and finds it ready."),
        todo=_("Ask a mentor, an organizer or a colleague for a review."),
    )


def _is_endorsed(writeup: Writeup, revision: Revision) -> Condition:
    rule = getattr(writeup.cohort, "publication_rule", None)
    wanted = rule.endorsements if rule is not None else 0
    given = Endorsement.objects.filter(revision=revision, state=EndorsementState.ENDORSED).count()
    asks = ngettext(
        "%(count)d outside researcher endorses this wording.",
        "%(count)d outside researchers endorse this wording.",
        wanted,
    ) % {"count": wanted}
    if not wanted:
        asks = _("The programme asks for no endorsement.")
    todo = _("So far: %(given)d of %(wanted)d. Ask for an endorsement.") % {"given": given, "wanted": wanted}
    return Condition(is_met=given >= wanted, asks=asks, todo=todo)


def _is_signed(authors: Sequence[Author]) -> Condition:
    nameless = [one.user.called for one in authors if not one.user.byline.name or not one.roles]
    return Condition(
        is_met=bool(authors) and not nameless,
        asks=_("Each author has a name for the page and a part in the work."),
        todo=_("Missing: %(names)s.") % {"names": ", ".join(nameless)},
    )
