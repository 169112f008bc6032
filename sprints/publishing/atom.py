"""The Atom feed (RFC 4287) and the sitemap, both from what everybody may read and nothing else."""

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from sprints.publishing import public
from sprints.publishing.public import Post

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
BEFORE_ANY = "1970-01-01T00:00:00+00:00"
MOST = 50


def feed() -> bytes:
    """Return the feed of the newest posts; a correction moves an entry's date."""
    found = public.listed()[:MOST]
    home = settings.SITE_URL + reverse("publishing:posts")
    root = Element("feed", xmlns=ATOM)
    _text(root, "id", home)
    _text(root, "title", _("Posts"))
    _text(root, "updated", max((_moment(one.writeup.renewed_at) for one in found), default=BEFORE_ANY))
    SubElement(root, "link", rel="self", href=settings.SITE_URL + reverse("publishing:feed"))
    SubElement(root, "link", rel="alternate", href=home)
    for post in found:
        _entry(root, post)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root)


def _entry(root: Element, post: Post) -> None:
    writeup, entry = post.writeup, SubElement(root, "entry")
    if writeup.shown is None or writeup.published_at is None:
        raise ValueError(f"{writeup} is not published.")
    _text(entry, "id", post.address)
    _text(entry, "title", writeup.shown.title)
    _text(entry, "published", _moment(writeup.published_at))
    _text(entry, "updated", _moment(writeup.renewed_at))
    SubElement(entry, "link", rel="alternate", href=post.address)
    for name in post.names:
        _text(SubElement(entry, "author"), "name", name)
    SubElement(entry, "category", term=writeup.kind)
    _text(entry, "summary", writeup.shown.abstract)


def sitemap() -> bytes:
    """Return the addresses of the public pages of publishing."""
    found = public.listed()
    root = Element("urlset", xmlns=SITEMAP)
    _place(root, settings.SITE_URL + reverse("publishing:posts"), None)
    authors = {one.user.byline.slug for post in found for one in post.writeup.authors.all() if one.user.byline.slug}
    for post in found:
        _place(root, post.address, post.writeup.renewed_at)
    for slug in sorted(authors):
        _place(root, settings.SITE_URL + reverse("publishing:author", args=[slug]), None)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root)


def _place(root: Element, address: str, changed_at: datetime | None) -> None:
    url = SubElement(root, "url")
    _text(url, "loc", address)
    if changed_at is not None:
        _text(url, "lastmod", _moment(changed_at))


def _text(above: Element, name: str, text: str) -> None:
    SubElement(above, name).text = "".join(sign for sign in text if sign.isprintable())


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at is not None else BEFORE_ANY
