"""The public posts on top of the pages that everybody may open. Members find them from their write-ups."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whitebox.web.navigation import Link, Reader


def items(reader: Reader) -> list[Link]:
    return [] if reader.is_signed_in else [Link(_("Posts"), reverse("publishing:posts"), order=42)]
