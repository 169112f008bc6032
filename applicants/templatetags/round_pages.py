"""The pages of a round: the ones in daily use at hand, the others behind one word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applicants.choices import DecisionCode, OfferState
from applicants.models import Round

register = template.Library()


@dataclass(frozen=True, slots=True)
class RoundPage:
    name: str  # as templates call the page they are
    view: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Shown:
    label: str | Promise
    address: str
    is_current: bool


AT_HAND = (
    RoundPage("board", "applicants_pipeline", _("Pipeline")),
    RoundPage("ranking", "applicants_board", _("Board")),
    RoundPage("readings", "applicants_readings", _("Reviewers")),
    RoundPage("letters", "applicants_letters", _("Letters to release")),
)
OTHERS = (
    (
        _("Reading"),
        (
            RoundPage("conflicts", "applicants_conflicts", _("Conflicts")),
            RoundPage("redactions", "applicants_redactions", _("Redactions")),
            RoundPage("work-tests", "applicants_work_tests", _("Work test")),
            RoundPage("interviews", "applicants_round_interviews", _("Interviews")),
        ),
    ),
    (
        _("The round"),
        (
            RoundPage("waitlist", "applicants_waitlist", _("Waiting list")),
            RoundPage("sources", "applicants_sources", _("Sources")),
            RoundPage("form", "applicants_form", _("Form")),
        ),
    ),
    (
        _("Files"),
        (
            RoundPage("import", "applicants_import", _("Import")),
            RoundPage("export", "applicants_export", _("Export")),
        ),
    ),
)


@register.filter
def decision_label(code: str) -> str:
    """Return the words for a decision's code, or for the kind of a letter: of some letters it is such a code."""
    return str(DecisionCode(code).label) if code in DecisionCode else code.replace("-", " ")


@register.filter
def offer_label(state: str | None) -> str:
    return str(OfferState(state).label) if state else ""


@register.inclusion_tag("applicants/_round_nav.html")
def round_pages(round_: Round, current: str) -> dict[str, Any]:
    """Draw the links of a round's pages. The page one is on is at hand too, wherever it belongs."""

    def shown(pages: Sequence[RoundPage]) -> list[Shown]:
        return [
            Shown(page.label, reverse(f"admin:{page.view}", args=[round_.slug]), page.name == current) for page in pages
        ]

    groups = [(title, shown(pages)) for title, pages in OTHERS]
    here = [page for _title, pages in groups for page in pages if page.is_current]
    return {"at_hand": [*shown(AT_HAND), *here], "groups": groups}
