"""The Celery application. Tasks are thin: an id in, a verb called.

A message is a hint and the database the truth, so a broker that is gone must never break a page:
what cannot be published is logged and found again by the sweepers.
"""

import logging
import os
import time
from typing import Any

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.signals import setup_logging
from kombu.exceptions import EncodeError

from whitebox import file_broker, trace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whitebox.settings")
# Read when numpy loads, later than this. On matrices of our size threads wait for each other longer than they compute.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
file_broker.register()
logger = logging.getLogger(__name__)

PAUSE = 5.0  # seconds without another try after the broker did not answer, so that pages stay fast


class HintTask(DjangoTask):  # type: ignore[type-arg]  # generic in the stubs only
    """A task whose message may be lost."""

    abstract = True
    _broker_gone_until = 0.0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Work under the id of whoever handed the task out."""
        # A message has its headers in the request itself; a call without a broker has them in `headers`.
        sent = {**vars(self.request), **(self.request.headers or {})}
        with trace.continued(sent.get("trace"), task=f"{self.name}[{self.request.id}]"):
            return super().__call__(*args, **kwargs)

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """Publish the message, or log that the broker is gone and return None."""
        if trace.current():
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "trace": trace.current()}
        if self.app.conf.task_always_eager:
            return super().apply_async(*args, **kwargs)
        if time.monotonic() < HintTask._broker_gone_until:
            return None
        try:
            return super().apply_async(*args, **kwargs)
        except (TypeError, EncodeError):
            raise  # Called in a wrong way: no broker's fault.
        except Exception as gone:  # noqa: BLE001  # each broker raises its own kinds, and none may break a page
            HintTask._broker_gone_until = time.monotonic() + PAUSE
            logger.warning("the broker did not take %s: %s", self.name, type(gone).__name__)
            return None


app = Celery("whitebox", task_cls=HintTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Let workers and the beat log as the settings say: Celery sets nothing up where somebody answers this."""
