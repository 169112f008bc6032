"""The row of links that stands on every page about a cohort as a whole."""

from decimal import Decimal
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

from whitebox.people.access import roles_of
from whitebox.people.models import Cohort
from whitebox.programme import pages

register = template.Library()


@register.inclusion_tag("programme/_links.html", takes_context=True)
def programme_links(context: template.Context, cohort: Cohort) -> dict[str, Any]:
    """Draw the links that the reader may follow: one query."""
    request = context["request"]
    found = pages.links(cohort, roles_of(request.user, cohort))
    return {"links": [(label, address, address == request.path) for label, address in found]}


@register.simple_tag
def percent(share: float) -> str:
    """Write a share from 0 to 1 as whole percent: 0.475 is 48 %."""
    return f"{round(100 * share)} %"


@register.simple_tag
def amount(value: Decimal, currency: str) -> str:
    """Write an amount in its own currency, whole where it is whole: PHP 12,500 or PHP 12,500.50."""
    written = f"{value:.2f}".removesuffix(".00")
    return f"{currency} {intcomma(written)}"
