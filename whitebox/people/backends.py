"""Who is signed in. Every page asks for its reader, so the query is written once a process."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet
from typing_extensions import override

from whitebox.people.models import User
from whitebox.prepared import prepared


@prepared
def by_key(key: int) -> QuerySet[User]:
    return User.objects.filter(pk=key)


class PeopleBackend(ModelBackend):
    """Django's own, with its query for the person of a session."""

    @override
    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a key, or None where there is none any more or the account is closed."""
        found = by_key(user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
