"""What no text holds is taken out of what is asked and sent, before a view sees it."""

from typing import Any

import pytest
from django.http import Http404, HttpResponse, QueryDict
from django.test import RequestFactory

from whitebox.web.middleware import PlainText


def seen(query: str, sent: str) -> Any:
    request = RequestFactory().post(f"/?{query}", sent, content_type="application/x-www-form-urlencoded")
    PlainText(lambda _request: HttpResponse()).process_view(request, lambda _request: HttpResponse(), (), {})
    return request


def test_nul_is_taken_out_of_names_and_values() -> None:
    request = seen("a%00=1%00&a%00=2&b=3", "why=Be%00cause&n%00=x")

    assert dict(request.GET.lists()) == {"a": ["1", "2"], "b": ["3"]}
    assert dict(request.POST.lists()) == {"why": ["Because"], "n": ["x"]}
    with pytest.raises(AttributeError):
        request.POST["why"] = "changed"


def test_halves_of_signs_are_taken_out_of_a_query_in_another_encoding() -> None:
    request = RequestFactory().get("/?why=A%2B2AA-B", headers={"content-type": "text/plain; charset=utf-7"})
    before = request.GET["why"]

    PlainText(lambda _request: HttpResponse()).process_view(request, lambda _request: HttpResponse(), (), {})

    assert (before, request.GET["why"]) == ("A\ud800B", "AB")


def test_plain_requests_are_left_as_they_are() -> None:
    factory = RequestFactory()
    request = factory.post("/?a=1", "why=Because", content_type="application/x-www-form-urlencoded")
    asked, sent = request.GET, request.POST

    PlainText(lambda _request: HttpResponse()).process_view(request, lambda _request: HttpResponse(), (), {"slug": "x"})

    assert request.GET is asked
    assert request.POST is sent
    assert isinstance(sent, QueryDict)


def test_an_address_with_nul_is_not_there() -> None:
    with pytest.raises(Http404):
        PlainText(lambda _request: HttpResponse()).process_view(
            RequestFactory().get("/"), lambda _request: HttpResponse(), (), {"token": "a\x00"}
        )
