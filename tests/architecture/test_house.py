"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("whitebox", "applicants", "curriculum", "mastery", "sprints")
OURS = [config for config in apps.get_app_configs() if config.name.partition(".")[0] in PACKAGES]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Folders whose file names a library decides.
FOREIGN_NAMES = {"admin", "account", "allauth", "mfa", "socialaccount", "usersessions", "whitebox", "django"}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "mechinterp" not in path.parts)


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_task_is_sent_before_the_commit() -> None:
    early = re.compile(r"\.(delay|apply_async)\(")

    found = [place for path in sources() for place in _lines_with(path, early)]

    # The one module that publishes: it is what delay_on_commit ends in.
    assert {place.partition(":")[0] for place in found} == {"whitebox/celery.py"}


def _lines_with(path: Path, pattern: re.Pattern[str]) -> list[str]:
    lines = enumerate(path.read_text().splitlines(), 1)
    return [f"{path.relative_to(ROOT)}:{number}" for number, line in lines if pattern.search(line)]


MODELS = [model for config in OURS for model in config.get_models()]
IDENTITY = {"email", "address", "school"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_str_of_a_model_shows_no_identity(model: type[models.Model]) -> None:
    assert "__str__" in vars(model), f"{model._meta.label} has no __str__ of its own"
    names = {field.name for field in model._meta.concrete_fields}
    # A name is a person's where an address stands beside it; a figure or a category has a name too.
    identity = names & (IDENTITY | {"name"} if "email" in names else IDENTITY)

    shown = str(model(**{name: f"secret-{name}" for name in identity}))

    assert "secret" not in shown


def test_no_signals_and_no_rules_in_save() -> None:
    found = []
    for path in sources():
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and path.name != "forms.py":
                methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
                found += [f"{path.relative_to(ROOT)}: {node.name}.{name}" for name in methods & {"save", "ready"}]
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("django.db.models.signals"):
                found.append(f"{path.relative_to(ROOT)}: signals")

    assert found == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_are_named_by_rule(template: Path) -> None:
    parts = template.relative_to(ROOT / "templates").parts
    text = template.read_text()

    if parts[0] in FOREIGN_NAMES or len(parts) == 1:
        return
    if template.name.startswith("_"):
        assert text.startswith("{#"), "an include begins with a comment that says what it needs"
        assert "{% extends" not in text
    else:
        assert "{% extends" in text, "a page extends the base"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_need_no_loosened_policy(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"""\sstyle=["']""", text)
    assert not re.search(r"""\son[a-z]+=["']""", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)
    assert "https://cdn" not in text


def test_modules_stay_readable() -> None:
    counted = {path: len(path.read_text().splitlines()) for path in sources() if "migrations" not in path.parts}
    long = [f"{path.relative_to(ROOT)}: {count}" for path, count in counted.items() if count >= 400]

    assert long == []


def test_forbidden_names_do_not_come_back() -> None:
    forbidden = {"utils", "helpers", "services", "managers", "common", "misc"}

    names = {path: {part.removesuffix(".py") for part in path.relative_to(ROOT).parts} for path in sources()}

    assert [str(path) for path, parts in names.items() if forbidden & parts] == []


def test_pages_of_packages_define_nothing() -> None:
    defining = []
    for path in sources():
        if path.name != "__init__.py":
            continue
        body = ast.parse(path.read_text()).body
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body):
            defining.append(str(path.relative_to(ROOT)))

    assert defining == []


def test_the_stylesheet_is_bundled() -> None:
    done = subprocess.run([sys.executable, "scripts/bundle_css.py", "--check"], cwd=ROOT, check=False)

    assert done.returncode == 0, "run python scripts/bundle_css.py"


def test_each_variable_is_documented() -> None:
    read = re.compile(r"""(?:strict|env\.\w+|required_in_production)\(\s*"([A-Z_]+)\"""")

    names = set(read.findall((ROOT / "whitebox/settings.py").read_text()))

    documented = (ROOT / ".env.example").read_text()
    assert [name for name in sorted(names) if name not in documented] == []


def test_no_index_address_is_written_down() -> None:
    for path in [*(ROOT / "requirements").iterdir(), ROOT / "Makefile", ROOT / "Dockerfile", ROOT / "pyproject.toml"]:
        assert not re.search(r"index-url[= ]+\S*:|pypi\.org|https?://\S*simple", path.read_text()), path.name
