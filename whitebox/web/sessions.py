"""Sessions in the database, as Django keeps them; every page looks one up, so the query is written once a process."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from typing_extensions import override

from whitebox.prepared import prepared


@prepared
def _by_key(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)


class SessionStore(DatabaseStore):
    @classmethod
    @override
    def get_model_class(cls) -> type[Session]:
        return Session

    @override
    def load(self) -> dict[str, Any]:
        """Return what the session holds unless it is over; a key that leads nowhere is forgotten, as Django does."""
        found = _by_key(self.session_key) if self.session_key else []
        if found and found[0].expire_date > timezone.now():
            return self.decode(found[0].session_data)
        self._session_key = None
        return {}
