"""What is drawn once and filled many times is what would have been drawn each time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whitebox.outbox import rendering, shapes

SUBJECT = "{{ person_name }}: {{ round }}"
BODY = """Hello {{ person_name }},

**{{ round }}** closes {{ deadline }}.

{% if note %}> {{ note }}

{% endif %}- [Go on]({{ link }})
- <{{ link }}>

{% for item in items %}1. {{ item }}
{% endfor %}
## {{ round }}
"""
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=9)
LINES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
ADDRESSES = st.from_regex(r"https?://[a-z]{1,5}\.test/[a-zA-Z0-9/?#=.,+_&-]{0,9}", fullmatch=True)


def slowly(subject: str, body: str, context: dict[str, rendering.Value]) -> rendering.Rendered:
    return rendering._drawn(subject, body, context)  # what it must agree with


def test_plain_values_are_put_in_as_they_would_be_drawn() -> None:
    context: dict[str, rendering.Value] = {
        "person_name": "Ana <b>Maria</b> & 1. *Cruz*",
        "round": "Round [1](x)",
        "deadline": "Fri 18 Oct, 18:00",
        "link": "https://example.test/a_b_c?x=1&y=2",
        "note": "",
        "items": ["one", "two"],
    }

    found = rendering.preview(SUBJECT, BODY, context)

    assert found == slowly(SUBJECT, BODY, context)
    assert "Ana &lt;b&gt;Maria&lt;/b&gt; &amp; 1. *Cruz*" in found.html


@settings(deadline=None)  # the machine may be busy
@given(name=LINES, title=LINES, note=st.one_of(st.just(""), LINES), link=ADDRESSES, items=st.lists(LINES, max_size=2))
def test_any_values_are_put_in_as_they_would_be_drawn(
    name: str, title: str, note: str, link: str, items: list[str]
) -> None:
    context: dict[str, rendering.Value] = {
        "person_name": name,
        "round": title,
        "deadline": "x",
        "link": link,
        "note": note,
        "items": list(items),
    }

    assert rendering.preview(SUBJECT, BODY, context) == slowly(SUBJECT, BODY, context)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("[Go on]({{ name }})", "javascript:alert(1)"),  # a word in an address
        ("[Go on](https://x.test/{{ name }})", "a b"),
        ("Look at <{{ name }}>", "https://x.test/?a=%41;b"),
        ("Look at {{ name }}", "https://x.test/~ana/$1"),
        ("Write to <{{ name }}>", "ana@x.test"),
        ("Call <{{ name }}>", "tel:12345"),
        ("# {{ name }}\n\n{% if name == 'Ana' %}It is you.{% endif %}", "Ana"),  # it is asked about
        ("{{ name|upper }} {{ name }}", "Ana"),
        ("Hello {{ name }}", "two\n\n# lines"),
        ("Hello {{ name }}", "    code"),
        ("Hello {{ name }}", "&copy; wbv0wbv"),
        ("wbv0wbv {{ name }}", "Ana"),
        ("Hello {{ name }}", 1),
        ("Hello {{ name }}", True),
        ("Hello {{ name }}", None),
        ("{{ name }}", ["one", "two"]),
    ],
)
def test_what_cannot_be_put_in_is_drawn_each_time(body: str, value: rendering.Value) -> None:
    found = rendering.preview("{{ name }}", body, {"name": value})

    assert found == slowly("{{ name }}", body, {"name": value})
    assert "javascript:" not in found.html.replace("(javascript:", "")


def test_one_and_true_are_told_apart() -> None:
    found = [rendering.preview("{{ name }}", "x", {"name": value}).subject for value in (1, True, "1")]

    assert found == ["1", "True", "1"]


def test_a_wording_is_drawn_once() -> None:
    rendering._shape.cache_clear()

    found = [
        rendering.preview(
            "Hi",
            "Once {{ person_name }} <{{ link }}>",
            {"person_name": f"Ana {number}", "link": f"https://x.test/{number}"},
        ).html
        for number in range(3)
    ]

    assert rendering._shape.cache_info().misses == 1
    assert "Once Ana 2" in found[2]
    assert 'href="https://x.test/2"' in found[2]


def test_a_word_in_an_attribute_is_no_shape() -> None:
    assert shapes.shape("", "", '<a href="wbv0wbv">x</a>') is None
    assert shapes.shape("", "", "<p>wbv0wbv</p>") is not None
