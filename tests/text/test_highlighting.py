import re
from pathlib import Path

from django.conf import settings

from whitebox.text.highlighting import COLOURED, to_html


def test_only_what_has_a_colour_has_an_element() -> None:
    shown = to_html("def f(x): return x < 1", "python")

    assert shown == (
        '<pre class="hl"><code><span class="k">def</span> <span class="nf">f</span>(x): '
        '<span class="k">return</span> x &lt; <span class="mi">1</span>\n</code></pre>\n'
    )


def test_the_stylesheet_colours_the_same_classes() -> None:
    prose = Path(settings.BASE_DIR, "static/css/components/prose.css").read_text()

    assert set(re.findall(r"\.hl \.(\w+)", prose)) == set(COLOURED.split())
