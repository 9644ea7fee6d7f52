"""What the build asks of the code: `make check`, as tests."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from shop.settings import ROOT

BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    "command",
    ["ruff check .", "ruff format --check .", "mypy", "lint-imports --no-cache"],
)
def test_the_code_passes(command: str) -> None:
    tool, *options = command.split()
    done = run(str(BIN / tool), *options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_speak_only_of_the_shop() -> None:
    """No path of the machine somebody wrote them on, no address of a package index, no work left open."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    folders = "|".join(["tmp", "work", "root", "farm"])
    unwanted = [rf"/({folders})/", r"pypi\.org", "python[h]osted", r"registry\.npm[j]s"]
    done = run("git", "grep", "-nIE", "--untracked", "|".join(unwanted), "--", ".", ":!*.svg")
    assert done.stdout.splitlines() == []
    open_work = r"\b(TO[D]O|FIX[M]E|X[X]X|NotImplemented[E]rror)\b"
    done = run("git", "grep", "-nIE", "--untracked", open_work, "--", "*.py", "*.html", "*.js", "*.css")
    assert done.stdout.splitlines() == []


def test_no_file_is_tracked_that_the_shop_writes_itself() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    tracked = run("git", "ls-files").stdout.splitlines()
    written = re.compile(r"(^|/)(var/|__pycache__/|\.env$|celerybeat-schedule)|\.(db|sqlite3?|pyc|log)$")
    assert [name for name in tracked if written.search(name)] == []
