"""A header with what an answer cost the server: queries, and seconds of processor time."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

QUERIES, CPU = "X-Bench-Queries", "X-Bench-Cpu"


class Counter:
    """Counts what passes; `connection.execute_wrapper` calls it around each query."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


class CountQueries:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        counter, began = Counter(), time.thread_time()
        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        response.headers[QUERIES] = str(counter.queries)
        response.headers[CPU] = f"{time.thread_time() - began:.6f}"
        return response
