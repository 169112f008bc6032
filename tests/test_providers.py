"""A mail provider and a storage of somebody else's: named by settings, and refused in words without their packages."""

import importlib.util
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.running import ROOT
from whitebox import providers


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "find_spec", lambda _name: object())


def test_a_provider_is_named_as_anymail_spells_it(installed: None) -> None:
    assert providers.mail_backend(providers.name(" postmark ")) == "anymail.backends.postmark.EmailBackend"
    with pytest.raises(ValueError, match="use a name of anymail's"):
        providers.name("Postmark/../x")


def test_its_variables_lose_their_beginning() -> None:
    variables = {"ANYMAIL_MAILGUN_API_KEY": "key", "MAILGUN": "no"}

    assert providers.mail_options(variables) == {"MAILGUN_API_KEY": "key"}


def test_uploads_in_a_bucket_are_private(installed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_ENDPOINT", "https://s3.example.test")

    said = providers.storage("uploads")

    assert said["BACKEND"] == "storages.backends.s3.S3Storage"
    assert said["OPTIONS"]["endpoint_url"] == "https://s3.example.test"
    assert said["OPTIONS"]["default_acl"] is None
    assert said["OPTIONS"]["file_overwrite"] is False


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(providers, "find_spec", importlib.util.find_spec)

    with pytest.raises(ImproperlyConfigured, match="MAIL_PROVIDER is set and anymail is not installed"):
        providers.mail_backend("postmark")
    with pytest.raises(ImproperlyConfigured, match="S3_BUCKET is set and storages is not installed"):
        providers.storage("uploads")


@pytest.mark.parametrize(("proxies", "is_limited"), [(1, False), (0, True)])
def test_behind_the_proxy_each_visitor_has_limits_of_their_own(
    proxies: int, is_limited: bool, db: None, client: Client, settings: Settings
) -> None:
    """Without the setting the proxy's address counts for everybody, and one visitor locks out all."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    sent = {"login": "nobody@example.test", "password": "wrong-password"}
    for number in range(12):
        visitor = {"x-forwarded-for": "203.0.113.1"}
        client.post(reverse("account_login"), sent | {"login": f"nobody{number}@example.test"}, headers=visitor)

    other = {"x-forwarded-for": "203.0.113.1, 198.51.100.2"}  # The last one was added by the proxy.
    answer = client.post(reverse("account_login"), sent, headers=other)

    assert ("Too many failed login attempts" in answer.content.decode()) is is_limited


def _environment(service: dict[str, object]) -> set[str]:
    found = service.get("environment")
    return set(found) if isinstance(found, dict) else set()


def test_compose_and_units_run_the_same() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    ours = {name: one for name, one in services.items() if one.get("image") == "whitebox"}
    units = {path.stem.removeprefix("whitebox-"): path for path in (ROOT / "deploy/systemd").glob("*.service")}

    commands = {name: " ".join(one["command"]) for name, one in ours.items() if "command" in one}

    assert set(ours) == {"migrate", "web", "worker", "batch", "beat"}
    assert set(units) == {"web", "interactive", "batch", "beat"}
    for unit, service in (("interactive", "worker"), ("batch", "batch"), ("beat", "beat")):
        started = _started(units[unit])
        assert started.endswith(commands[service].partition(" -A whitebox ")[2].split(" --", 1)[-1])
    assert all({"DATABASE_URL", "REDIS_URL", "BACKUP_DIR"} <= _environment(one) for one in ours.values())
    assert services["caddy"]["environment"]["UPSTREAM"] == "web:8000"
    assert (ROOT / services["caddy"]["volumes"][0].partition(":")[0]).is_file()
    assert "ports" not in services["database"]
    assert "ports" not in services["broker"]


def _started(unit: Path) -> str:
    (line,) = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    return line
