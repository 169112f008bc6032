"""Reports of errors to Sentry, or to anything that speaks its protocol: only where an address is set.

Addresses of ours can be keys (the link of an application, a calendar), and variables hold what people wrote. Reports
say where the code broke and under which id the log has the rest.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from whitebox import trace

KEPT_OF_A_REQUEST = {"method"}


def start(address: str) -> None:
    """Send errors to `address` from now on. Raises ImproperlyConfigured where the package is missing."""
    try:
        import sentry_sdk  # noqa: PLC0415  # optional
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set and sentry-sdk is not installed. Install requirements/deploy.txt, or unset it."
        ) from None
    sentry_sdk.init(
        dsn=address,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=scrubbed,
    )


def scrubbed(event: dict[str, Any], _hint: object) -> dict[str, Any]:
    """Take out of a report what can be a key or a person, and put in the id of the log."""
    event["request"] = {key: value for key, value in event.get("request", {}).items() if key in KEPT_OF_A_REQUEST}
    for key in ("user", "breadcrumbs", "server_name", "extra"):
        event.pop(key, None)
    event["tags"] = {**event.get("tags", {}), "trace": trace.current()}
    return event
