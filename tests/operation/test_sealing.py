"""Sealed files: what comes out is what went in, or nothing."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as some

from whitebox.errors import RuleViolation
from whitebox.operation.backups import sealing
from whitebox.operation.backups.sealing import CHUNK, MAGIC, SALT, TAG, Sealing, Unsealing

KEY = bytes(range(32))
HEAD = len(MAGIC) + SALT


def sealed(plain: bytes, piece: int = 1 << 16) -> bytes:
    below = io.BytesIO()
    with Sealing(below, KEY) as file:
        for start in range(0, len(plain), piece):
            file.write(plain[start : start + piece])
    return below.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    return Unsealing(io.BytesIO(data), key).read() or b""


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_is_opened(size: int) -> None:
    plain = os.urandom(size)

    assert opened(sealed(plain)) == plain


@given(some.binary(max_size=300), some.integers(1, 100))
def test_pieces_make_no_difference(plain: bytes, piece: int) -> None:
    assert opened(sealed(plain, piece)) == plain


def test_the_same_is_never_sealed_the_same_way_and_shows_nothing() -> None:
    plain = b"a name of a person" * 10

    assert sealed(plain) != sealed(plain)
    assert b"person" not in sealed(plain)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(RuleViolation, match="another key, or is damaged"):
        opened(sealed(b"secret"), bytes(32))


@given(some.integers(len(MAGIC), HEAD + TAG + 99), some.integers(1, 255))
def test_each_changed_byte_is_noticed(place: int, change: int) -> None:
    data = bytearray(sealed(b"x" * 100))
    data[place] ^= change

    with pytest.raises(RuleViolation):
        opened(bytes(data))


def test_a_file_that_was_cut_at_the_border_of_a_chunk_is_noticed() -> None:
    data = sealed(bytes(3 * CHUNK))

    with pytest.raises(RuleViolation):
        opened(data[: HEAD + 2 * (CHUNK + TAG)])


def test_chunks_that_changed_places_are_noticed() -> None:
    data, size = sealed(bytes(3 * CHUNK)), CHUNK + TAG
    first, second = data[HEAD : HEAD + size], data[HEAD + size : HEAD + 2 * size]

    with pytest.raises(RuleViolation):
        opened(data[:HEAD] + second + first + data[HEAD + 2 * size :])


def test_what_is_not_sealed_is_told_apart() -> None:
    assert sealing.is_sealed(io.BytesIO(sealed(b""))) is True
    assert sealing.is_sealed(io.BytesIO(b"\x1f\x8b")) is False
