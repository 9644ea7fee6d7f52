"""Lighthouse's marks for the pages a shop lives by, as a phone gets them: the median of five visits each.

    python -m bench.lighthouse http://127.0.0.1:8000

asks a demo that runs there already (`make run`). Lighthouse is found where the tests find their HTML checkers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from statistics import median
from typing import Any

from tests.processes import Visitor
from tests.services import CHROMIUM, NODE_MODULES

VISITS = 5
MARKS = ("performance", "accessibility", "best-practices", "seo")
PAGES = {
    "home": "/",
    "category": "/categories/art-prints",
    "product": "/products/seven-ridges",
    "search": "/search?q=terrazzo",
    "bag": "/cart",
    "checkout": "/checkout",
}


def main(url: str) -> None:
    visitor = Visitor(url)
    visitor.fill_bag()
    cookie = "; ".join(f"{each.name}={each.value}" for each in visitor.session.cookies)
    print(f"{'':10}", *(f"{mark:>15}" for mark in MARKS))
    for name, path in PAGES.items():
        visits = [visit(url + path, cookie) for _ in range(VISITS)]
        print(f"{name:10}", *(f"{median(visit[mark] for visit in visits):15.0f}" for mark in MARKS), flush=True)


def visit(address: str, cookie: str) -> dict[str, float]:
    done = subprocess.run(
        [
            *("node", NODE_MODULES / "lighthouse/cli/index.js", address, "--quiet", "--output=json"),
            *("--chrome-flags=--headless=new --no-sandbox --disable-gpu", f"--only-categories={','.join(MARKS)}"),
            *("--extra-headers", json.dumps({"Cookie": cookie})),
        ],
        env={**os.environ, "CHROME_PATH": CHROMIUM},
        capture_output=True,
        text=True,
        check=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return {mark: 100 * report["categories"][mark]["score"] for mark in MARKS}


if __name__ == "__main__":
    main(*sys.argv[1:])
