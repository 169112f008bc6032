"""No secret is ever written into the repository: each tracked file is read for what keys look like."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LARGEST = 2_000_000  # bytes
# What issuers say their keys look like, and our own: the name of a secret with a value behind it.
SECRETS = {
    "private key": r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY",
    "Amazon": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}\b",
    "GitLab": r"\bglpat-[A-Za-z0-9_-]{20,}\b",
    "Google": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Slack": r"\bxox[abprs]-[0-9A-Za-z-]{20,}\b|hooks\.slack\.com/services/T[0-9A-Z]{8,}",
    "Stripe": r"\b[rs]k_live_[0-9A-Za-z]{20,}\b",
    "SendGrid": r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b",
    "Mailgun": r"\bkey-[0-9a-f]{32}\b",
    "OpenAI or Anthropic": r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}\b",
    "PyPI": r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{20,}",
    "a setting of ours": r"(?m)^(?:SECRET_KEY|POSTGRES_PASSWORD|BACKUP_KEY|METRICS_TOKEN|S3_SECRET_KEY)=\S+",
    "a password in an address": r"\b(?:postgres|postgresql|redis|rediss|smtp|smtp\+tls)://[\w.-]+:(?!PASSWORD\b)[^\s@/\"'{}$<]{6,}@(?!.*\.test\b)",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=False, capture_output=True, text=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name] or [
        path for path in ROOT.rglob("*") if not {".git", ".venv", ".sandbox", "var"} & set(path.parts)
    ]
    return [path for path in paths if path.is_file() and not path.is_symlink() and path.stat().st_size < LARGEST]


def found_in(text: str) -> list[str]:
    return [name for name, pattern in SECRETS.items() if re.search(pattern, text)]


def test_no_file_holds_a_secret() -> None:
    found = {}
    for path in tracked():
        if names := found_in(path.read_bytes().decode("utf-8", "replace")):
            found[str(path.relative_to(ROOT))] = names

    assert found == {}
    assert len(tracked()) > 500


# Put together here, so that this file holds none.
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("private key", "-----BEGIN " + "PRIVATE KEY-----"),
        ("Amazon", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("GitHub", "ghp_" + "a" * 36),
        ("GitLab", "glpat-" + "a" * 20),
        ("Google", "AIza" + "a" * 35),
        ("Slack", "xoxb-" + "1" * 24),
        ("Stripe", "sk_live_" + "a" * 24),
        ("SendGrid", "SG." + "a" * 22 + "." + "b" * 43),
        ("Mailgun", "key-" + "0" * 32),
        ("OpenAI or Anthropic", "sk-ant-" + "a" * 40),
        ("PyPI", "pypi-AgEIcHlwaS5vcmc" + "a" * 30),
        ("a setting of ours", "DEBUG=false\nSECRET_KEY=" + "abc"),
        ("a password in an address", "postgres://whitebox:" + "hunter2x@database/whitebox"),
    ],
)
def test_each_kind_is_recognised(name: str, text: str) -> None:
    assert name in found_in(text)


def test_examples_without_a_value_are_none() -> None:
    assert found_in("SECRET_KEY=\n#METRICS_TOKEN=\nsmtp+tls://USER:PASSWORD@HOST:587") == []


def test_files_with_secrets_stay_out() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()

    assert ".env" in ignored
    assert {".env"} <= set((ROOT / ".dockerignore").read_text().split())
