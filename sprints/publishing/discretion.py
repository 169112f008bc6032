"""Which letters people must not read: those about secret things that do not name them, whoever they are."""

from collections.abc import Collection

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from sprints import access as research
from sprints.choices import InfohazardLevel
from sprints.models import Excursion
from sprints.publishing import access
from sprints.publishing.models import Writeup
from whitebox.people.models import User


def letters(user: User) -> Q:
    """Return the condition on letters that `user` must not read."""
    writeups = Writeup.objects.filter(level=InfohazardLevel.SECRET).exclude(pk__in=access.visible(user).values("pk"))
    excursions = Excursion.objects.filter(level=InfohazardLevel.SECRET).exclude(
        pk__in=research.visible_excursions(user).values("pk")
    )
    return Q(about__in=_abouts("writeup", writeups)) | Q(about__in=_abouts("excursion", excursions))


def _abouts(name: str, rows: "QuerySet[Writeup] | QuerySet[Excursion]") -> "QuerySet[Writeup, str]":
    about = Concat(Value(f"{name}:"), Cast(F("pk"), CharField()), output_field=CharField())
    return rows.order_by().annotate(about=about).values("about")  # type: ignore[return-value]  # rows of one column


def addresses(user: User) -> Collection[str]:
    """Return no address: mails in files are for trying it out, and letters about secret things name none of them."""
    return ()
