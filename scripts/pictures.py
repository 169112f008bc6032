"""Draw the pictures of the README: serve a demonstration and photograph its pages. `make pictures` runs it."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import os  # noqa: E402  # the path comes first

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whitebox.settings")

import django  # noqa: E402

django.setup()

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.browser.conftest import CHROMIUM, QUIET  # noqa: E402
from tests.browser.site import Site, running  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    who: str  # the part before @demo.test, or empty for a stranger
    address: str
    width: int = 1200
    is_dark: bool = False
    height: int = 800


SHOTS = (
    Picture("landing", "", "/"),
    Picture("home", "participant", "/home/"),
    Picture("home-phone", "participant", "/home/", width=360, is_dark=True),
    Picture("module", "participant", "/learn/demo/transformer-from-scratch/"),
    Picture("problems", "participant", "/research/problems/"),
    Picture("desk", "reviewer", "/admin/applicants/application/desk/"),
    Picture("marking", "mentor", "/mastery/desk/"),
    Picture("report", "organizer", "/programme/demo/report/", height=1500),
)


def main(only: list[str]) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for shot in SHOTS:
            if not only or shot.name in only:
                _draw(browser, site, shot)
        browser.close()


def _draw(browser: Browser, site: Site, shot: Picture) -> None:
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.is_dark else "light",
        timezone_id="Asia/Manila",
    )
    page = context.new_page()
    if shot.who:
        page.goto("/accounts/login/")
        page.fill("[name=login]", f"{shot.who}@demo.test")
        page.fill("[name=password]", "demo-cohort")
        page.click("main button[type=submit]")
        page.wait_for_url("**/home/")
    page.goto(shot.address)
    page.screenshot(path=PICTURES / f"{shot.name}.png", full_page=shot.width < 400)
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
