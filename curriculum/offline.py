"""A module as one file that needs no line: text, mathematics and figures inside."""

import re
from base64 import b64encode
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from curriculum.figures import part_of
from curriculum.models import Figure, ModuleVersion
from curriculum.study import Study
from curriculum.study import address as study_address
from curriculum.syllabus import TEXTS_KEPT, Key

CSS = settings.BASE_DIR / "static" / "css"
STYLES = (
    "tokens.css",
    "base.css",
    "components/page.css",
    "components/prose.css",
    "components/lists.css",
    "components/learning.css",
    "components/print.css",
)
PICTURE = re.compile(r'src="[^"]*/(?P<digest>[0-9a-f]{64})/(?P<name>[^"/#]+)(?:#(?P<part>[^"]+))?"')


def page(study: Study, module: ModuleVersion) -> str:
    """Return the file of a module with its text; the same for every reader of a pack version."""
    return _drawn(module, study.syllabus.key, get_language(), study.cohort.slug)


@lru_cache(maxsize=TEXTS_KEPT)
def _drawn(module: ModuleVersion, _key: Key | None, _language: str | None, cohort: str) -> str:
    stored = list(Figure.objects.filter(module_version=module))
    figures = {one.digest: one for one in stored} | {part_of(one.digest): one for one in stored}
    html = render_to_string(
        "curriculum/_offline.html",
        {
            "module": module,
            "objectives": list(module.objectives.all()),
            "resources": list(module.resources.all()),
            "minutes": sum(int(step["minutes"]) for step in module.agenda),
            "style": "\n".join((CSS / name).read_text(encoding="utf-8") for name in STYLES),
            "address": settings.SITE_URL + study_address(cohort, module.module.slug),
        },
    )
    return PICTURE.sub(lambda found: _inlined(found, figures), html)


def _inlined(found: re.Match[str], figures: dict[str, Figure]) -> str:
    """Put a figure into the page; one that is gone keeps its description."""
    figure = figures.get(found["part"] or found["digest"])
    if figure is None:
        return 'src=""'
    return f'src="data:image/svg+xml;base64,{b64encode(figure.content.encode()).decode()}"'


def forget() -> None:
    """Drop what is kept. Tests do so, as with the syllabus."""
    _drawn.cache_clear()
