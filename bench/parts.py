"""What a fault run breaks: a PostgreSQL cluster of its own and a mail server with moods."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import free_port

WITHIN_S = 60


class NoCluster(Exception):
    """The sentence says why PostgreSQL cannot be started here."""


class Cluster:
    """PostgreSQL in a folder, to stop and to start. It refuses to run as root, and then runs as user postgres."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.programs = min(
            (Path(found).resolve().parent for found in [shutil.which("initdb")] if found),
            default=next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None),
        )
        if self.programs is None:
            raise NoCluster("There is no initdb on this machine.")
        folder.mkdir()
        self.user: list[str] = []
        if os.geteuid() == 0:
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError:
                raise NoCluster("PostgreSQL does not run as root, and there is no user postgres.") from None
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            self.user = ["runuser", "-u", "postgres", "--"]
        try:
            self._run("initdb", "-D", f"{folder}/data", "-U", "vitrine", "--auth=trust", "--no-sync", "-E", "UTF8")
            self.start()
        except subprocess.SubprocessError as error:
            raise NoCluster(f"PostgreSQL cannot be started here: {error}") from error

    @property
    def url(self) -> str:
        return f"postgresql://vitrine@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=300"
        self._control("start", "-w", "-o", options)

    def stop(self, mode: str = "fast") -> None:
        self._control("stop", "-w", "-m", mode)

    def _control(self, *what: str) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-t", str(WITHIN_S), *what)

    def _run(self, program: str, *arguments: str) -> None:
        assert self.programs is not None
        command = [*self.user, str(self.programs / program), *arguments]
        subprocess.run(
            command, cwd="/", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=2 * WITHIN_S
        )


@dataclass
class Received:
    message_id: str
    at: float
    answered: bool = False  # that it was taken; the shop may still not have heard it


class PostOffice:
    """A mail server that remembers what it was given, whatever its mood."""

    MOODS = ("refuses", "hangs", "loses replies", "is gone")

    def __init__(self) -> None:
        self.port = free_port()
        self.mood, self.until = "", 0.0
        self.received: list[Received] = []
        self.refused = 0
        self.controller: Controller | None = None
        self.open()

    def open(self) -> None:
        if self.controller is None:
            self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
            self.controller.start()

    def close(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    def turn(self, mood: str, seconds: float) -> None:
        if mood == "is gone":
            self.close()
            time.sleep(seconds)
            self.open()
            return
        self.mood, self.until = mood, time.monotonic() + seconds

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, sender: str, _options: list[str]
    ) -> str:
        if self._is("refuses"):
            self.refused += 1
            return "451 4.3.2 Not now"
        envelope.mail_from = sender
        return "250 fine"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        head = bytes(envelope.content or b"").decode("utf-8", "replace")
        named = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
        kept = Received(named.partition(":")[2].strip(), time.time())
        self.received.append(kept)
        if self._is("loses replies"):
            server.transport.close()
            return "250 taken"
        while self._is("hangs"):
            await asyncio.sleep(0.2)
        kept.answered = server.transport is not None and not server.transport.is_closing()
        return "250 taken"

    def _is(self, mood: str) -> bool:
        return self.mood == mood and time.monotonic() < self.until
