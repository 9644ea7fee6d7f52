"""Pages of a small shop and of a large one, asked in turn: `python -m bench.scale SMALL LARGE`, two DATABASE_URLs.

Both are filled by `manage.py seed --products N`. Each shop is a process of its own; what is printed is the median of
each page in either and their ratio, which other work on the machine changes little. The searches and filters are chosen
so that both shops find about as much; the broad ones find as much as there is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from http import HTTPStatus
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select

ROUNDS, UNCOUNTED = 15, 2  # of each page; the first ones warm it up
AIM = 250  # products that a page which is not broad finds
LOOKED_AT = 400  # words from which one is chosen that so many have


def main() -> None:
    if len(sys.argv) == 1:
        serve()
        return
    shops = [Shop(url) for url in sys.argv[1:3]]
    found = [shop.say("pages") for shop in shops]
    print(f"{'':24}{'found':>14}{'small, ms':>12}{'large, ms':>12}{'ratio':>8}")
    for kind in found[0]:
        times: list[list[float]] = [[], []]
        for number in range(UNCOUNTED + ROUNDS):
            for shop, pages, kept in zip(shops, found, times, strict=True):
                spent = shop.say(pages[kind][0])
                if number >= UNCOUNTED:
                    kept.append(spent)
        small, large = map(median, times)
        counts = f"{found[0][kind][1]} / {found[1][kind][1]}"
        print(f"{kind:24}{counts:>14}{small:12.1f}{large:12.1f}{large / small:8.2f}", flush=True)
    for shop in shops:
        shop.process.stdin.close()
        shop.process.wait(10)


class Shop:
    def __init__(self, url: str, module: str = "bench.scale") -> None:
        environment = {**os.environ, "SHOP_ENV": "demo", "DATABASE_URL": url}
        self.process: Any = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def say(self, line: str) -> Any:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def serve() -> None:
    """Answers the milliseconds of each address it is told, and first which addresses there are."""
    from shop.app import create_app  # noqa: PLC0415 (only in the process that serves)

    app = create_app()
    client = app.test_client()
    for line in sys.stdin:
        if line.strip() == "pages":
            with app.app_context():
                print(json.dumps(choose()), flush=True)
            continue
        start = perf_counter()
        answer = client.get(line.strip())
        spent = (perf_counter() - start) * 1000
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{line.strip()} answers {answer.status_code}")
        print(json.dumps(spent), flush=True)


def choose() -> dict[str, tuple[str, int]]:
    """By kind an address, and how many products stand behind it."""
    from shop.catalog import found, listing, search  # noqa: PLC0415
    from shop.catalog.listed import SearchWord  # noqa: PLC0415
    from shop.catalog.models import Category  # noqa: PLC0415
    from shop.core.db import db  # noqa: PLC0415

    def finds(typed: str) -> int:
        return found.count(found.Base(words=search.understand(typed).groups))

    spread = select(SearchWord.word).where(func.length(SearchWord.word) > 4)
    step = max(1, (db.session.scalar(select(func.count()).select_from(spread.subquery())) or 0) // LOOKED_AT)
    words = {word: finds(word) for word in db.session.scalars(spread.where(SearchWord.id % step == 0).limit(LOOKED_AT))}
    near = min(words, key=lambda word: abs(words[word] - AIM))
    broad = max(words, key=lambda word: words[word])
    shelves = {
        slug: found.count(found.on_shelf(category_id))
        for category_id, slug in db.session.execute(select(Category.id, Category.slug))
    }
    largest = max(shelves, key=lambda slug: shelves[slug])
    ids = dict(db.session.execute(select(Category.slug, Category.id)).all())

    def listed(pairs: list[tuple[str, str]]) -> Any:
        return listing.on_shelf(ids[largest], pairs, page=1, currency="GBP")

    best: tuple[list[tuple[str, str]], int] = ([], 10**9)
    loosest: tuple[list[tuple[str, str]], int] = ([], 0)
    for facet in listed([]).facets:
        for value in facet.values:
            pairs = [(facet.slug, value.value)]
            loosest = max(loosest, (pairs, value.count), key=lambda each: each[1])
            for other in listed(pairs).facets if value.count > AIM else ():
                for second in other.values if other.slug != facet.slug else ():
                    both = ([*pairs, (other.slug, second.value)], second.count)
                    best = min(best, both, key=lambda each: abs(each[1] - AIM))
    small = min(shelves, key=lambda slug: abs(shelves[slug] - AIM))
    return {
        "suggestion": (f"/search/suggestions?q={near[:-1]}", words[near]),
        "suggestion, 2 letters": (f"/search/suggestions?q={broad[:2]}", finds(broad[:2])),
        "search": (f"/search?q={near}", words[near]),
        "search, misspelt": (f"/search?q={near[:2]}{near[3]}{near[2]}{near[4:]}", words[near]),
        "category": (f"/categories/{small}", shelves[small]),
        "category, two filters": (f"/categories/{largest}?{urlencode(best[0])}", best[1]),
        "broad search": (f"/search?q={broad}", words[broad]),
        "broad search, by price": (f"/search?q={broad}&sort=price", words[broad]),
        "broad category": (f"/categories/{largest}", shelves[largest]),
        "broad, filtered": (f"/categories/{largest}?{urlencode(loosest[0])}", loosest[1]),
        "broad, by price": (f"/categories/{largest}?sort=price", shelves[largest]),
        "first page": ("/", 0),
    }


if __name__ == "__main__":
    main()
