"""A worker whose pictures take their time and whose mails take none: `python -m tests.worker.slow_bulk`.

With arguments it is `manage.py`, without any the worker that a serving process has inside.
"""

from __future__ import annotations

import sys
import threading
from time import sleep

from shop.app import create_app
from worker import commands
from worker.app import create_worker, start_embedded, start_relay
from worker.relay import TASKS

PICTURE_S = 0.3

TASKS["pictures.derive"] = lambda **_ids: sleep(PICTURE_S)
TASKS["email.order_confirmation"] = lambda **_ids: None


def inside() -> None:
    app = create_app()
    celery = create_worker(app)
    start_embedded(app, celery)
    start_relay(app, celery)
    threading.Event().wait()


if __name__ == "__main__":
    commands.main() if len(sys.argv) > 1 else inside()
