"""The whole suite: `make test`. On SQLite with everything, then what touches the database on PostgreSQL.

A service that is missing leaves its tests out and is named at the end; with REQUIRE_SERVICES=1 that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.services import MISSING, missing

WORKERS = "3"  # on two cores: tests that wait, for a browser or for a lease to end, leave room for another


def main() -> int:
    absent = missing()
    if absent and os.environ.get("REQUIRE_SERVICES") == "1":
        print(*absent, sep="\n")  # noqa: T201
        return 1
    codes = [_pytest()]
    if MISSING["postgres"] not in absent:
        codes.append(_pytest("-m", "both", "--database", "postgresql"))
    for line in absent:
        print(line)  # noqa: T201
    return max(codes)


def _pytest(*options: str) -> int:
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadscope", "--no-loadscope-reorder", *options]
    # What is compiled once need not be compiled again by each process that the tests start.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, check=False, env=environment).returncode


sys.exit(main())
