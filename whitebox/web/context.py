"""What every template knows."""

from django.http import HttpRequest

from whitebox.web import navigation


def site(request: HttpRequest) -> dict[str, object]:
    """Return the navigation of this reader, looked up only where a template shows it."""
    return {"navigation": navigation.LazyItems(request)}
