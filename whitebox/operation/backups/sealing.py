"""Encryption of a backup as it is written: AES-256-GCM by chunk, so that its size does not matter.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce of a chunk is its number and a mark on
the last one, so that chunks cannot be left out, swapped or cut off without being noticed. Each file has a key of its
own, derived with HKDF from the key of the settings and a salt, so that no nonce comes twice under one key.
"""

import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _
from typing_extensions import override

from whitebox.errors import RuleViolation

MAGIC = b"WhiteBox sealed 1\n"
SALT = 32  # bytes
CHUNK = 1 << 20  # bytes of plain text
TAG = 16  # bytes


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MAGIC).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Sealing(io.RawIOBase):
    """A file to write to; what it writes to `below` is encrypted. `close` ends it and leaves `below` open."""

    def __init__(self, below: IO[bytes], key: bytes) -> None:
        salt = os.urandom(SALT)
        self._below, self._cipher = below, _cipher(key, salt)
        self._waiting, self._number = bytearray(), 0
        below.write(MAGIC + salt)

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # The last chunk is known only when the file ends.
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    @override
    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), is_last=True)
        super().close()

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._below.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), plain, None))
        self._number += 1


class Unsealing(io.RawIOBase):
    """A file to read from. Raises RuleViolation where a chunk is not what was sealed under this key."""

    def __init__(self, below: IO[bytes], key: bytes) -> None:
        if below.read(len(MAGIC)) != MAGIC:
            raise RuleViolation(_("This is no sealed backup."))
        self._below, self._cipher = below, _cipher(key, below.read(SALT))
        self._next, self._number = below.read(CHUNK + TAG), 0
        self._plain = memoryview(b"")

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        while not self._plain and self._next:
            self._open_next()
        count = min(len(buffer), len(self._plain))
        buffer[:count], self._plain = self._plain[:count], self._plain[count:]
        return count

    def _open_next(self) -> None:
        chunk, self._next = self._next, self._below.read(CHUNK + TAG)
        try:
            plain = self._cipher.decrypt(_nonce(self._number, is_last=not self._next), chunk, None)
        except InvalidTag:
            raise RuleViolation(_("The backup was sealed with another key, or is damaged.")) from None
        self._plain, self._number = memoryview(plain), self._number + 1


def is_sealed(file: IO[bytes]) -> bool:
    """Tell whether a file is sealed; it stands at its beginning again afterwards."""
    head = file.read(len(MAGIC))
    file.seek(0)
    return head == MAGIC
