"""How allauth makes accounts here: by invitation only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from typing_extensions import override

from whitebox.people.models import User


def called(user: User) -> str:
    """Name people to themselves: the account pages and letters would say "person 21" otherwise."""
    return user.called


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from accepted offers and invitations."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    @override
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Google and GitHub sign in people who have an account; they make none."""
        return False
