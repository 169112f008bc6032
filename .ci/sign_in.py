"""Sign in as one person of a running WhiteBox and see that person's home page."""

import http.cookiejar
import re
import sys
import urllib.parse
import urllib.request


def main(site: str, email: str, password: str) -> None:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = opener.open(f"{site}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        sys.exit("the sign-in page has no form")
    fields = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
    answer = opener.open(f"{site}/accounts/login/", urllib.parse.urlencode(fields).encode())
    home = answer.read().decode()
    if urllib.parse.urlsplit(answer.url).path != "/home/" or "<h1" not in home:
        sys.exit(f"signing in led to {answer.url}")
    heading = " ".join(re.sub("<[^>]+>", " ", home[home.index("<h1") :][:120].partition("</h1>")[0]).split())
    sys.stdout.write(f"{email} is signed in and sees: {heading}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
