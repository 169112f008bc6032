"""Addresses of pages by name, written once a process: finding one takes Django as long as a small query."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def address(name: str, *args: str | int) -> str:
    """Return the address of a page. Raises NoReverseMatch where there is none."""
    return reverse(name, args=args)
