"""The parts that stand on many pages, kept as whitebox/web/drawing.py says."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from whitebox.web.cards import Card
from whitebox.web.drawing import draw

register = template.Library()


@register.simple_tag(takes_context=True)
def drawn(context: template.Context, template_name: str, **shown: Any) -> SafeString:
    """Include a template with these values and nothing else, drawn once for all that they are."""
    return draw(template_name, context.get("csrf_token", ""), **shown)


@register.simple_tag(takes_context=True)
def site_links(context: template.Context) -> SafeString | str:
    """Draw the links on top of the page; none where a page has no reader, as an error page."""
    navigation = context.get("navigation")
    links = tuple(navigation) if navigation is not None else ()
    return draw("components/_site_links.html", links=links) if links else ""


@register.simple_tag(takes_context=True)
def site_account(context: template.Context) -> SafeString:
    """Draw the way in, or the account and the way out."""
    user = context.get("user")
    is_signed_in = bool(user and user.is_authenticated)
    token = context.get("csrf_token", "") if is_signed_in else ""
    return draw("components/_account.html", token, is_signed_in=is_signed_in)


@register.simple_tag
def home_section(title: str | Promise, cards: list[Card], empty: str | Promise = "") -> SafeString | str:
    """Draw a section of the home page; without a card and a sentence for that it is left out."""
    if not cards and not empty:
        return ""
    return draw("web/_home_section.html", title=title, cards=tuple(cards), empty=empty)
