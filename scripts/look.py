"""Photograph pages of a running site in both schemes and two widths, and name what axe finds.

    python scripts/look.py --site http://127.0.0.1:8000 --to var/look --sign-in ana@example.test:password / /admin/

Exits with 1 when a page has a violation or scrolls sideways.
"""

import argparse
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

BROWSER = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> int:
    wanted = _arguments()
    wanted.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        faults = sum(_look(browser, wanted, scheme, width) for scheme in ("light", "dark") for width in (360, 1440))
        browser.close()
    return int(faults > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Photograph pages and check them with axe.")
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--to", type=Path, default=Path("var/look"))
    parser.add_argument("--sign-in", default="", help="e-mail:password")
    parser.add_argument("paths", nargs="+")
    return parser.parse_args()


def _look(browser: Browser, wanted: argparse.Namespace, scheme: str, width: int) -> int:
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    if wanted.sign_in:
        _sign_in(page, wanted.site, *wanted.sign_in.split(":", 1))
    faults = 0
    for path in wanted.paths:
        page.goto(wanted.site + path)
        name = path.strip("/").replace("/", "-") or "home"
        page.screenshot(path=wanted.to / f"{name}-{scheme}-{width}.png", full_page=True)
        found = _faults(page)
        faults += len(found)
        sys.stdout.write(f"{path} {scheme} {width}: {'; '.join(found) or 'clean'}\n")
    page.close()
    return faults


def _sign_in(page: Page, site: str, email: str, password: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.click("main form [type=submit]")


def _faults(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    found = [f"{each['id']} ({len(each['nodes'])}): {each['nodes'][0]['html'][:120]}" for each in violations]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found


if __name__ == "__main__":
    sys.exit(main())
