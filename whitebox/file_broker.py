"""The embedded broker's files, written so that no reader ever sees half of one.

Kombu opens a message under its final name and fills it afterwards. A worker that looks in between reads an empty file
and ends: "Unrecoverable error: JSONDecodeError".
"""

import json
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps
from typing_extensions import override


class Channel(filesystem.Channel):
    @override
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu's two bases disagree
        """Write a message beside its place and move it there in one step."""
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        place = Path(self.data_folder_out) / name
        half = place.with_suffix(".half")
        half.write_text(dumps(payload))
        half.rename(place)

    @override
    def get_table(self, exchange: str) -> "list[filesystem.exchange_queue_t]":  # type: ignore[override]  # as above
        try:
            found: list[filesystem.exchange_queue_t] = super().get_table(exchange)
        except json.JSONDecodeError:
            return []  # Another process is writing it for the first time; the sweepers deliver what got lost.
        return found


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """Let `filesystem://` mean this transport in this process."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
