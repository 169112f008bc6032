"""What everybody may read: posts, their authors, the feed, the sitemap. The same for all, so a cache may keep it."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sprints import pictures
from sprints.publishing import atom, citing, public

ASK_AGAIN = "public, no-cache"  # a retraction works at once


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List what is published; `q` finds words in titles and abstracts."""
    asked = " ".join(request.GET.get("q", "").split())[:100]
    return render(request, "publishing/posts.html", {"posts": public.listed(asked), "asked": asked})


@require_GET
def author(request: HttpRequest, slug: str) -> HttpResponse:
    byline, found = public.by(slug)
    return render(request, "publishing/author.html", {"byline": byline, "posts": found})


@require_GET
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with a post as it was drawn last; a retracted one is gone, with a page that says so."""
    found = public.row_or_404(slug)
    return HttpResponse(public.page(found), status=410 if found.retracted_at else 200)


@require_GET
def cite(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the BibTeX entry as a file."""
    writeup, names, address = public.cited_or_404(slug)
    return HttpResponse(
        citing.bibtex(writeup, names, address),
        content_type="application/x-bibtex; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}.bib"'},
    )


@require_GET
def figure(request: HttpRequest, slug: str, name: str) -> FileResponse:
    return pictures.shown(public.figure_or_404(slug, name), kept=ASK_AGAIN)


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(atom.feed(), content_type="application/atom+xml; charset=utf-8")


@require_GET
def sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse(atom.sitemap(), content_type="application/xml; charset=utf-8")
