"""`manage.py` of a shop that knows the tests' kind of work, and is slow at it: `python -m tests.jobs.slow_manage`."""

from __future__ import annotations

from time import sleep

from shop.jobs.services import Progress, Work
from tests.jobs.kinds import file_numbers
from worker.commands import main
from worker.jobs import KINDS

STEP_S = 0.25


def slowly(work: Work) -> Progress:
    sleep(STEP_S)
    return file_numbers(work)


KINDS["file"] = slowly

if __name__ == "__main__":
    main()
