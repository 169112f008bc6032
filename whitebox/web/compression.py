"""Compressed pages for slow lines."""

from django.middleware.gzip import GZipMiddleware


class CompressPages(GZipMiddleware):
    """Compress answers with a random length added, as Django does against BREACH."""

    max_random_bytes = 60
