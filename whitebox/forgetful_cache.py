"""The cache on Redis, which forgets while Redis is away: nobody is locked out because a counter cannot be kept.

It holds rate limits and nothing that must last.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError
from typing_extensions import override

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)

PAUSE = 5.0  # seconds without another try, so that a page waits once and not at every key


class ForgetfulRedisCache(RedisCache):
    """What is asked while Redis is away was never kept, and what is added was new."""

    _gone_until = 0.0

    @override
    def add(self, *args: Any, **kwargs: Any) -> bool:
        # True: a lock that nobody can hold is free.
        return self._asked(super().add, *args, otherwise=True, **kwargs)

    @override
    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._asked(super().get, key, default, version, otherwise=default)

    @override
    def set(self, *args: Any, **kwargs: Any) -> None:
        self._asked(super().set, *args, otherwise=None, **kwargs)

    @override
    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return self._asked(super().touch, *args, otherwise=False, **kwargs)

    @override
    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._asked(super().delete, *args, otherwise=False, **kwargs)

    @override
    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return self._asked(super().get_many, *args, otherwise={}, **kwargs)

    @override
    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return self._asked(super().has_key, *args, otherwise=False, **kwargs)

    @override
    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._asked(super().incr, key, delta, version, otherwise=delta)

    @override
    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        return self._asked(super().set_many, *args, otherwise=[], **kwargs)

    @override
    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._asked(super().delete_many, *args, otherwise=None, **kwargs)

    def _asked(self, question: Callable[..., Answer], *args: Any, otherwise: Answer, **kwargs: Any) -> Answer:
        """Ask Redis, or answer `otherwise` while it is away."""
        if time.monotonic() < ForgetfulRedisCache._gone_until:
            return otherwise
        try:
            return question(*args, **kwargs)
        except RedisError as gone:
            ForgetfulRedisCache._gone_until = time.monotonic() + PAUSE
            logger.warning("the cache does not answer: %s", type(gone).__name__)
            return otherwise
