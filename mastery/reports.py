"""What workers report of themselves."""

from django.db import models


class SandboxReport(models.Model):
    """What the worker's last self-test of the sandbox found. One row."""

    name = models.CharField(max_length=20, unique=True, default="worker")
    is_ok = models.BooleanField()
    detail = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
