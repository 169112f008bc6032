"""The embedded broker under a reader that looks while somebody writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from whitebox import file_broker
from whitebox.celery import app


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[file_broker.Channel]:
    options = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path)}
    with Connection("filesystem://", transport_options=options) as connection:
        opened = connection.channel()
        assert isinstance(opened, file_broker.Channel)
        yield opened


def test_the_site_uses_this_broker() -> None:
    with app.connection_for_write("filesystem://") as connection:
        assert connection.get_transport_cls() is file_broker.Transport


def test_a_message_has_its_name_only_when_it_is_whole(
    channel: file_broker.Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(Path, "rename", lambda half, place: seen.append((half.read_text(), place.exists())))

    channel._put("interactive", {"body": "1"})

    assert seen == [('{"body": "1"}', False)]
    assert list(tmp_path.glob("*.msg")) == []


def test_messages_come_back_in_order(channel: file_broker.Channel) -> None:
    channel._put("interactive", {"body": "1"})
    channel._put("batch", {"body": "2"})

    assert channel._get("interactive") == {"body": "1"}
    assert channel._size("interactive") == 0
    assert channel._size("batch") == 1


def test_a_table_that_is_being_written_is_empty(channel: file_broker.Channel, tmp_path: Path) -> None:
    (tmp_path / "interactive.exchange").touch()

    assert channel.get_table("interactive") == []
