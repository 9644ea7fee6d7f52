from __future__ import annotations

from shop.jobs import services
from worker.jobs import KINDS

SLICE_S = 10.0  # then the job queues again: mails get their turn, and no delivery outlasts its claim


def run(job_id: int) -> None:
    services.run(job_id, KINDS, seconds=SLICE_S)


def resume() -> None:
    services.resume()
