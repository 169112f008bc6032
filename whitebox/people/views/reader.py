"""The signed-in person of a request, with its type."""

from typing import cast

from django.http import HttpRequest

from whitebox.people.models import User


def signed_in(request: HttpRequest) -> User:
    """Return the person behind a request that a decorator has let in."""
    return cast("User", request.user)
