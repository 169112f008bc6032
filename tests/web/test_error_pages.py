import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.views import defaults

from tests.factories.people import UserFactory


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_page_stands_without_any_context(name: str) -> None:
    html = render_to_string(f"{name}.html")

    assert html.count("<h1>") == 1
    assert "css/site.css" in html


@override_settings(
    STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
)
def test_our_fault_page_needs_no_list_of_hashed_files(rf: RequestFactory) -> None:
    response = defaults.server_error(rf.get("/"))

    assert response.status_code == 500
    assert b'href="/static/css/site.css"' in response.content


def test_missing_page_keeps_the_way_out(db: None, client: Client) -> None:
    client.force_login(UserFactory.create())

    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
    assert "Sign out" in response.content.decode()
