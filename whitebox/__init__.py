"""The ground floor: what every app stands on."""

# Celery's documented way: `shared_task` must find this application in the web process too.
from whitebox.celery import app as celery_app

__all__ = ["celery_app"]
