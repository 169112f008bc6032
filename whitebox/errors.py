"""The one way in which the domain refuses."""

from django.utils.functional import Promise


class RuleViolation(Exception):  # noqa: N818  # the field says violation  # the field says violation, and no caller sees an error
    """A request the domain refuses. Its message is shown to the user as it stands."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)

    def __str__(self) -> str:
        return str(self.args[0])
