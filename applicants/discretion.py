"""Which letters and mails organizers must not read: those about applications that `blindness` keeps from them."""

from collections.abc import Collection

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from applicants import blindness
from applicants.appointments import Booking
from applicants.models import Application, Identity
from whitebox.people.models import User


def letters(user: User) -> Q:
    """Return the condition on letters that `user` must not read."""
    hidden = blindness.unseen_anywhere(user.pk)
    booked = Booking.objects.filter(application__in=hidden.values("pk")).order_by()
    return Q(about__in=_abouts("applicants.application", hidden)) | Q(about__in=_abouts("applicants.booking", booked))


def _abouts(name: str, rows: "QuerySet[Application] | QuerySet[Booking]") -> "QuerySet[Application, str]":
    about = Concat(Value(f"{name}:"), Cast("pk", CharField()), output_field=CharField())
    return rows.annotate(about=about).values("about")  # type: ignore[return-value]  # rows of one column


def addresses(user: User) -> Collection[str]:
    """Return the addresses of applicants whose mails `user` must not read, in lower case."""
    found = Identity.objects.filter(application__in=blindness.unseen_anywhere(user.pk).values("pk"))
    return {address.lower() for address in found.values_list("email", flat=True)}
