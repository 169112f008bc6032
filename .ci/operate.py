"""Play docs/operating.md, "Without Docker", as far as a machine without root, systemd and a name of its own allows.

Each command of its `sh` blocks is run as it stands there, with the folders of a scratch place; what needs the package
manager, systemd or another user is named. Then what the four units start is started and the doctor is asked, a backup
is made and restored, and all four end when they are told. `DATABASE_URL` and `REDIS_URL` say on what (SQLite, files).
"""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from base64 import urlsafe_b64encode
from contextlib import ExitStack, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = os.environ.get("PORT", "8766")
AS_US = "sudo -u whitebox "
PATIENCE = 120  # seconds


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="operate-") as place, ExitStack() as stack:
        environment = settings(Path(place))
        before, after = commands()
        for line in before:
            run(line, environment)
        units = [start(unit, environment, stack) for unit in sorted((ROOT / "deploy/systemd").glob("*.service"))]
        wait_until_well(environment)
        for line in [*after, f"{AS_US}.venv/bin/python manage.py backup {place}/kept"]:
            run(line, environment)
        restore(Path(place), environment)
        return 0 if [ended(unit) for unit in units] == [True] * len(units) else 1


def settings(place: Path) -> dict[str, str]:
    """Return the variables of production, with secrets made as .env.example says."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "DATABASE_URL", "REDIS_URL") if key in os.environ}
    return kept | {
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": "https://whitebox.example.org",
        "ALLOWED_HOSTS": "whitebox.example.org,127.0.0.1",
        "BEHIND_PROXY": "true",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "VAR_DIR": str(place / "var"),
        "MEDIA_ROOT": str(place / "uploads"),
        "STATIC_ROOT": str(place / "static"),
        "SANDBOX_DIR": str(ROOT / ".sandbox"),
        "BACKUP_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "DJANGO_SUPERUSER_EMAIL": "operator@example.org",
        "DJANGO_SUPERUSER_PASSWORD": secrets.token_urlsafe(20),
    }


def commands() -> tuple[list[str], list[str]]:
    """Return the commands of the page before and after the units are started."""
    page = (ROOT / "docs/operating.md").read_text()
    path = page[page.index("## Without Docker") : page.index("## Mail")]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", path, re.DOTALL) for line in block.splitlines()]
    started = next(number for number, line in enumerate(lines) if "systemctl enable --now" in line)
    return lines[: started + 1], [line for line in lines[started + 1 :] if not line.endswith("doctor")]


def run(line: str, environment: dict[str, str]) -> None:
    if line.startswith("cd "):
        return
    if not line.startswith(AS_US):
        say(f"not run here: {line}")
        return
    command = line.removeprefix(AS_US) + (" --noinput" if line.endswith("createsuperuser") else "")
    say(f"+ {command}")
    subprocess.run(command.split(), cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own page


def start(unit: Path, environment: dict[str, str], stack: ExitStack) -> "tuple[str, subprocess.Popen[bytes]]":
    """Start what a unit starts, in this checkout and on a port of ours."""
    (command,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
    command = command.replace("/opt/whitebox/", "").replace("127.0.0.1:8000", f"127.0.0.1:{PORT}").replace("%H", "here")
    say(f"started: {command}")
    module = [sys.executable, "-m", *command.removeprefix(".venv/bin/").split()]
    log = stack.enter_context((Path(environment["VAR_DIR"]) / f"{unit.stem}.log").open("wb"))
    process = subprocess.Popen(module, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)  # noqa: S603  # our own unit
    stack.callback(kill, process)
    return unit.stem, process


def wait_until_well(environment: dict[str, str]) -> None:
    """Wait until pages answer and the doctor finds nothing broken but the mail server that is not there."""
    deadline = time.monotonic() + PATIENCE
    said = ""
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5).read()
            said = doctor(environment)
            if said == "mail":
                say("well, but for the mail server, which this machine has none of")
                return
        time.sleep(2)
    raise SystemExit(f"not well after {PATIENCE} s; broken: {said or 'pages'}")


def doctor(environment: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", "doctor", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    parts = json.loads(done.stdout)["parts"]
    return ", ".join(part["part"] for part in parts if part["verdict"] == "broken")


def restore(place: Path, environment: dict[str, str]) -> None:
    """Restore the backup to another place; on PostgreSQL the drill of the tests does so."""
    (backup,) = (place / "kept").glob("*.backup")
    if "DATABASE_URL" in environment:
        say("not run here: manage.py restore, as there is no second database")
        return
    there = environment | {"VAR_DIR": str(place / "second"), "MEDIA_ROOT": str(place / "second/uploads")}
    run(f"{AS_US}.venv/bin/python manage.py restore {backup}", there)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def ended(unit: "tuple[str, subprocess.Popen[bytes]]") -> bool:
    name, process = unit
    process.send_signal(signal.SIGTERM)
    code = process.wait(60)
    say(f"{name} ended with {code}")
    return code == 0


def kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
