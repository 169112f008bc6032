"""A participant with a browser's manners: cookies, forms with their tokens, redirects."""

import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self._opener.open(self._address + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, values: dict[str, str], *, page: str = "") -> tuple[str, float]:
        """Fill in the form on `page` and send it. Return the page that follows, and the seconds until it was there."""
        found = TOKEN.search(self.get(page or path))
        assert found
        data = urllib.parse.urlencode(values | {"csrfmiddlewaretoken": found[1]}).encode()
        request = urllib.request.Request(self._address + path, data, {"Referer": self._address + path})
        begun = time.monotonic()
        with self._opener.open(request, timeout=30) as answer:
            text = str(answer.read().decode())
        return text, time.monotonic() - begun

    def sign_in(self, email: str, password: str) -> float:
        page, seconds = self.post("/accounts/login/", {"login": email, "password": password})
        assert "sign out" in page.lower(), page[:500]
        return seconds
