"""A cache whose server is away: every question has an answer, and only the first one waits."""

import socket
from collections.abc import Iterator

import pytest

from tests.running import free_port
from whitebox.forgetful_cache import ForgetfulRedisCache


@pytest.fixture(autouse=True)
def fresh_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ForgetfulRedisCache, "_gone_until", 0.0)


@pytest.fixture
def cache() -> ForgetfulRedisCache:
    return ForgetfulRedisCache(f"redis://127.0.0.1:{free_port()}/0", {"OPTIONS": {"socket_timeout": 0.2}})


def test_cache_without_its_server_answers_as_if_it_were_empty(cache: ForgetfulRedisCache) -> None:
    assert cache.add("lock", 1) is True
    assert cache.get("name", "nothing") == "nothing"
    assert cache.get_many(["name"]) == {}
    assert cache.get_or_set("name", "made now") == "made now"
    assert cache.has_key("name") is False
    assert cache.touch("name") is False
    assert cache.delete("name") is False
    assert cache.incr("count") == 1
    assert cache.set_many({"name": 1}) == []
    cache.set("name", 1)
    cache.delete_many(["name"])


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_cache_waits_once_for_a_server_that_says_nothing(silent: socket.socket) -> None:
    address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    cache = ForgetfulRedisCache(address, {"OPTIONS": {"socket_timeout": 0.2}})

    found = [cache.get(f"key-{number}") for number in range(50)]

    silent.settimeout(0)
    silent.accept()[0].close()
    assert found == [None] * 50
    with pytest.raises(BlockingIOError):
        silent.accept()
