"""Hosts of our own inside this machine: network namespaces on a bridge, whose cables can be pulled (iproute2, root)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

NET = "10.213.77"  # ours inside the machine only
HERE = f"{NET}.1"  # where the database and the broker are


def is_possible() -> bool:
    """Tell whether this machine lets us make hosts."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"wb-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True)
    subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
    return made.returncode == 0


class Host:
    """A namespace with an address of its own and a cable to the bridge."""

    def __init__(self, bridge: str, number: int) -> None:
        self.number, self.name, self.cable = number, f"{bridge}h{number}", f"{bridge}v{number}"
        inside = f"{bridge}i{number}"
        _ip("netns", "add", self.name)
        _ip("link", "add", self.cable, "type", "veth", "peer", "name", inside)
        _ip("link", "set", inside, "netns", self.name)
        _ip("link", "set", self.cable, "master", bridge, "up")
        _ip("-n", self.name, "addr", "add", f"{NET}.{number + 10}/24", "dev", inside)
        _ip("-n", self.name, "link", "set", inside, "up")
        _ip("-n", self.name, "link", "set", "lo", "up")

    def start(self, command: Sequence[str], environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
        """Run a command on this host, in a process group of its own."""
        with log.open("ab") as output:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.name, *command],
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def cut(self) -> None:
        _ip("link", "set", self.cable, "down")

    def heal(self) -> None:
        _ip("link", "set", self.cable, "up")

    def gone(self) -> None:
        with suppress(RuntimeError):
            _ip("link", "del", self.cable)
        with suppress(RuntimeError):
            _ip("netns", "del", self.name)


@contextmanager
def hosts(count: int) -> Iterator[list[Host]]:
    """Make some hosts on one bridge and take them away at the end."""
    bridge, made = f"wb{os.getpid() % 10_000}", list[Host]()
    _ip("link", "add", bridge, "type", "bridge")
    try:
        _ip("addr", "add", f"{HERE}/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        for number in range(count):
            made.append(Host(bridge, number))
        yield made
    finally:
        for host in made:
            host.gone()
        _ip("link", "del", bridge)


@contextmanager
def relayed(ports: dict[int, int]) -> Iterator[None]:
    """Let the hosts reach servers that listen on the loopback only: port of the bridge's address to port there."""
    started = [
        subprocess.Popen([sys.executable, "-m", "tests.hosts.relay", HERE, str(port), str(target)])
        for port, target in ports.items()
    ]
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
