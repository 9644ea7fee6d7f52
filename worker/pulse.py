"""Says every half minute that this process is alive, and what it does."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Sequence

from flask import Flask

from shop.core import log, pulse
from shop.settings import VERSION


class Heart(threading.Thread):
    """`does` is asked each time: what a process began with may have broken off."""

    def __init__(self, app: Flask, does: Callable[[], Sequence[str]]) -> None:
        super().__init__(name="heart", daemon=True)
        self._app = app
        self._does = does
        self._name = f"{socket.gethostname()[:200]}:{os.getpid()}"
        self._over = threading.Event()

    def run(self) -> None:
        while True:
            try:
                with self._app.app_context():
                    pulse.beat(self._name, does=self._does(), version=VERSION)
            except Exception as error:
                log.get().warning("pulse.missed", error=f"{type(error).__name__}: {error}"[:200])
            if self._over.wait(pulse.EVERY_S):
                return

    def stop(self) -> None:
        self._over.set()
        self.join(1)
        with self._app.app_context():
            pulse.end(self._name)
