"""The organizer's page of which way people came to a round."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applicants import rights, sources
from whitebox.web.visitor import signed_in


def of_round(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far the people of each source came, and make the link of a new one."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    found = sources.funnel(round_, user)
    asked = request.GET.get("via", "")
    via = sources.named(asked)
    context = {
        "round": round_,
        "ways": found.ways,
        "all": found.together,
        "barred": found.barred,
        "unjudged": found.unjudged,
        "asked": asked,
        "via": via,
        "address": sources.address(round_, via) if via else "",
    }
    return render(request, "applicants/sources.html", context)


PAGES = (("sources/<slug:slug>/", of_round, "applicants_sources"),)
