"""What everybody may read. All of it is asked from here, so that nothing else can be shown by mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints.publishing import citing
from sprints.publishing.agreements import Endorsement
from sprints.publishing.choices import LICENCE_PAGES, EndorsementState
from sprints.publishing.models import Author, Byline, Figure, Writeup

KEPT_FOR = 24 * 60 * 60  # seconds; the key changes with the page
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Post:
    """A published write-up as lists speak of it."""

    writeup: Writeup
    names: Sequence[str]

    @property
    def address(self) -> str:
        return settings.SITE_URL + reverse("publishing:post", args=[self.writeup.slug])


def name_of(author: Author) -> str:
    """Return the name on the page. Who had their data erased is named no more."""
    return author.user.byline.name or _("an author who left")


def posts() -> QuerySet[Writeup]:
    """Return what is published, newest first, with all that a list shows: two queries."""
    authors = Prefetch("authors", Author.objects.select_related("user__byline"))
    found = Writeup.objects.published().select_related("shown", "cohort").prefetch_related(authors)
    return found.order_by("-published_at", "-pk")


def listed(words: str = "") -> list[Post]:
    """Return posts in which every word is found in title or abstract."""
    found = posts()
    for word in words.split()[:8]:
        found = found.filter(Q(shown__title__icontains=word) | Q(shown__abstract__icontains=word))
    return [_post(one) for one in found[:MOST_LISTED]]


def by(slug: str) -> tuple[Byline, list[Post]]:
    """Return an author and their posts. Raises Http404 for a name without any."""
    byline = get_object_or_404(Byline, slug=slug)
    found = [_post(one) for one in posts().filter(authors__user=byline.user_id)[:MOST_LISTED]]
    if not found:
        raise Http404
    return byline, found


def _post(writeup: Writeup) -> Post:
    return Post(writeup, [name_of(one) for one in writeup.authors.all()])


def row_or_404(slug: str) -> Writeup:
    """Return what has this public address, retracted or not. One query."""
    found = Writeup.objects.filter(published_at__isnull=False).select_related("shown", "cohort")
    return get_object_or_404(found, slug=slug)


def page(writeup: Writeup) -> str:
    """Return the public page of a write-up, kept from the last time it was drawn.

    It is the same for everybody, so it is drawn for nobody: without the reader's links and zone.
    """
    key = _key(writeup)
    kept = cache.get(key)
    if isinstance(kept, str):
        return kept
    template = "publishing/retracted.html" if writeup.retracted_at else "publishing/post.html"
    with timezone.override(writeup.cohort.tz):  # whoever asks first does not date it for all others
        drawn = render_to_string(template, _retraction(writeup) if writeup.retracted_at else _context(writeup))
    cache.set(key, drawn, KEPT_FOR)
    return drawn


def _key(writeup: Writeup) -> str:
    """Name a drawing by all that it depends on: the row, its edition, and the release of the site."""
    parts = (
        writeup.pk,
        writeup.slug,
        writeup.published_at,
        writeup.renewed_at,
        writeup.edition,
        static("css/site.css"),
    )
    return "post:" + sha256(repr(parts).encode()).hexdigest()


def _retraction(writeup: Writeup) -> dict[str, object]:
    post = _post(writeup)
    return {"writeup": writeup, "names": post.names, "address": post.address}


def _context(writeup: Writeup) -> dict[str, object]:
    authors = list(writeup.authors.select_related("user__byline"))
    names = [name_of(one) for one in authors]
    address = _post(writeup).address
    return {
        "writeup": writeup,
        "revision": writeup.shown,
        "headings": [{"level": level, "slug": slug, "text": text} for level, slug, text in _headings(writeup)],
        "authors": [(one, name_of(one)) for one in authors],
        "names": names,
        "address": address,
        "bibtex": citing.bibtex(writeup, names, address),
        "plain": citing.plain(writeup, names, address),
        "tags": list(citing.tags(writeup, names, address)),
        "picture": _picture(writeup, address),
        "endorsements": endorsements(writeup),
        "corrections": writeup.corrections.all(),
        "problems": writeup.problems.select_related("source"),
        "licence_page": LICENCE_PAGES.get(writeup.licence, ""),
    }


def _headings(writeup: Writeup) -> list[tuple[int, str, str]]:
    return [(int(one[0]), str(one[1]), str(one[2])) for one in (writeup.shown.headings if writeup.shown else [])]


def _picture(writeup: Writeup, address: str) -> str:
    """Return the address of the first figure, for previews of links."""
    names = writeup.shown.pictures if writeup.shown else []
    return f"{address}figures/{names[0]}" if names else ""


def endorsements(writeup: Writeup) -> QuerySet[Endorsement]:
    """Return the standing endorsements of what is shown or was shown, each with the wording it saw."""
    number = writeup.shown.number if writeup.shown else 0
    found = Endorsement.objects.filter(
        revision__writeup=writeup, revision__number__lte=number, state=EndorsementState.ENDORSED
    )
    return found.select_related("revision").order_by("answered_at", "pk")


def figure_or_404(slug: str, name: str) -> Figure:
    """Return a figure that the shown wording of a published text uses; no other one has a public address."""
    writeup = get_object_or_404(Writeup.objects.published().select_related("shown"), slug=slug)
    if writeup.shown is None or name not in writeup.shown.pictures:
        raise Http404
    return get_object_or_404(Figure, writeup=writeup, name=name)


def answering(problem: int) -> list[Post]:
    """Return the published texts that answer a problem: two queries."""
    return [_post(one) for one in posts().filter(problems=problem)[:MOST_LISTED]]


def cited_or_404(slug: str) -> tuple[Writeup, Sequence[str], str]:
    """Return what a citation of a published text consists of."""
    writeup = get_object_or_404(posts(), slug=slug)
    post = _post(writeup)
    return writeup, post.names, post.address
