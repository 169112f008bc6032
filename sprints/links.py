"""The links of sprints, for members of a cohort."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whitebox.web.navigation import Link, Reader


def items(reader: Reader) -> list[Link]:
    return [Link(_("Problems"), reverse("sprints:bank"), order=40)] if reader.roles else []
