"""Which column of a file becomes what: the schema of MAP.toml. The guide docs/guides/importing.md describes it."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from applicants.importing.sheets import Column
from whitebox.errors import RuleViolation
from whitebox.people.zones import names

Columns = Annotated[list[Column], Field(min_length=1)]
IDENTITY = ("name", "email", "school", "links", "zone", "relations")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: Any) -> Any:
    """Take one column as a list of one."""
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


class AnswerMap(Part):
    """Where the answer to one question comes from."""

    columns: Columns | None = None
    values: dict[str, str] = {}  # their words to ours; "" leaves a choice out
    other: str = "refuse"  # what happens to words that are no choice: refuse, drop, or another question's slug
    value: str | bool | None = None  # the same for all rows

    @model_validator(mode="before")
    @classmethod
    def short_forms(cls, data: Any) -> Any:
        """Take a column, a list of columns, or a table with `column`."""
        if not isinstance(data, dict):
            return {"columns": _listed(data)}
        if "column" in data and "columns" not in data:
            data = {**data, "columns": _listed(data["column"])}
            del data["column"]
        return data

    @model_validator(mode="after")
    def comes_from_somewhere(self) -> "AnswerMap":
        if (self.columns is None) == (self.value is None):
            raise ValueError("give columns, or a value that is the same for all rows")
        return self


class IdentityMap(Part):
    name: Columns
    email: Columns
    school: Columns | None = None
    links: Columns | None = None
    zone: Columns | None = None
    relations: Columns | None = None

    @model_validator(mode="before")
    @classmethod
    def short_forms(cls, data: Any) -> Any:
        return {key: _listed(value) for key, value in data.items()} if isinstance(data, dict) else data

    def items(self) -> Iterator[tuple[str, list[Column]]]:
        for name in IDENTITY:
            if columns := getattr(self, name):
                yield name, columns


class ImportMap(Part):
    """What MAP.toml says."""

    tool: Literal["typeform", "google-forms", "airtable", "other"] = "other"
    id: Columns | None = None
    submitted_at: Column | None = None
    source: Column | None = None
    zone: str | None = None
    dates: Literal["month-first", "day-first"] | None = None
    same_person: Literal["last", "first"] = "last"
    long_answers: Literal["refuse", "keep"] = "refuse"
    identity: IdentityMap
    answers: dict[str, AnswerMap] = {}
    ignore: list[Column] = []

    @model_validator(mode="before")
    @classmethod
    def short_forms(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return data | {key: _listed(data[key]) for key in ("id", "ignore") if key in data}

    @model_validator(mode="after")
    def zone_is_known(self) -> "ImportMap":
        if self.zone is not None and self.zone not in names():
            raise ValueError(f"“{self.zone}” is no time zone; use a name such as Asia/Manila")
        return self

    def columns(self) -> Iterator[tuple[str, Column]]:
        """Yield every column that is named, with the key that names it."""
        yield from (("id", one) for one in self.id or [])
        yield from ((key, one) for key in ("submitted_at", "source") if (one := getattr(self, key)) is not None)
        yield from ((f"identity.{name}", one) for name, columns in self.identity.items() for one in columns)
        yield from ((f"answers.{slug}", one) for slug, answer in self.answers.items() for one in answer.columns or [])


def loaded(text: str) -> ImportMap:
    """Read a map. Raises RuleViolation that names each mistake and its key."""
    try:
        return of(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise RuleViolation(_("The map is not TOML: %(reason)s") % {"reason": wrong}) from wrong


def of(data: Mapping[str, Any]) -> ImportMap:
    try:
        return ImportMap.model_validate(data)
    except ValidationError as wrong:
        found = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'map'}: {one['msg'].removeprefix('Value error, ')}"
            for one in wrong.errors(include_url=False)
        )
        raise RuleViolation(_("The map has mistakes. %(found)s") % {"found": found}) from wrong


def written(mapping: ImportMap) -> str:
    """Write a map as TOML."""
    data = mapping.model_dump(exclude_defaults=True, exclude_none=True)
    tables = {key: data.pop(key) for key in ("identity", "answers") if key in data}
    lines = [f"{key} = {_toml(value)}" for key, value in data.items()]
    lines += ["", "[identity]", *(f"{key} = {_toml(value)}" for key, value in tables["identity"].items())]
    simple = {slug: one for slug, one in tables.get("answers", {}).items() if list(one) == ["columns"]}
    if simple:
        lines += ["", "[answers]", *(f"{slug} = {_toml(one['columns'])}" for slug, one in simple.items())]
    for slug, one in tables.get("answers", {}).items():
        if slug not in simple:
            lines += ["", f"[answers.{slug}]", *(f"{key} = {_toml(value)}" for key, value in one.items())]
    return "\n".join(lines).strip() + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return _toml(value[0]) if len(value) == 1 else f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_string(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else _string(value)


def _string(text: str) -> str:
    """Return a basic string: JSON's escapes are TOML's, but for the sign 127."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
