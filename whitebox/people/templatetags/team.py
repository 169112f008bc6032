"""The row of links that stands on every page about the people of a cohort."""

import uuid
from typing import Any

from django import template

from whitebox.people import person_parts
from whitebox.people.access import roles_of
from whitebox.people.models import Cohort

register = template.Library()


@register.inclusion_tag("people/_team_links.html", takes_context=True)
def team_links(context: template.Context, cohort: Cohort) -> dict[str, Any]:
    """Draw the links that the reader may follow: one query."""
    request = context["request"]
    found = person_parts.links(cohort, roles_of(request.user, cohort))
    return {"links": [(link, link.address == request.path) for link in found]}


@register.simple_tag
def fresh_key() -> uuid.UUID:
    """Name one sending of a form, so that a double click counts once."""
    return uuid.uuid4()
