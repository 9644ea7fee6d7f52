"""The staff's lists in a small shop and in a large one: `python -m bench.desk SMALL LARGE`, two DATABASE_URLs.

Both are filled by `manage.py seed --products N --orders M`. Every page of the staff's that needs no id in its address
is opened, and some with a tab, a search or a later piece. Each shop is a process of its own; what is printed is how
many statements the page needs in the large one, its median in either, and their ratio. At most 10 statements and a
ratio of 2 are what we allow ourselves; a page beyond that ends the run with 1.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
from datetime import timedelta
from http import HTTPStatus
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import quote_plus

from sqlalchemy import event, func, select

from bench.scale import Shop

ROUNDS, UNCOUNTED = 15, 3
MOST_STATEMENTS, MOST_RATIO = 10, 2.0


def main() -> None:
    if len(sys.argv) == 1:
        serve()
        return
    shops = [Shop(url, "bench.desk") for url in sys.argv[1:3]]
    found = [shop.say("pages") for shop in shops]
    print(f"{'':44}{'statements':>12}{'small, ms':>11}{'large, ms':>11}{'ratio':>8}")
    beyond = []
    for name in found[0]:
        times: list[list[float]] = [[], []]
        statements = 0
        for number in range(UNCOUNTED + ROUNDS):
            for shop, pages, kept in zip(shops, found, times, strict=True):
                spent, statements = shop.say(pages[name])
                if number >= UNCOUNTED:
                    kept.append(spent)
        small, large = map(median, times)
        fine = statements <= MOST_STATEMENTS and large / small <= MOST_RATIO
        beyond += [] if fine else [name]
        mark = "" if fine else "  !"
        print(f"{name:44}{statements:12}{small:11.1f}{large:11.1f}{large / small:8.2f}{mark}", flush=True)
    for shop in shops:
        shop.process.stdin.close()
        shop.process.wait(10)
    if beyond:
        raise SystemExit(f"Beyond what is allowed: {', '.join(beyond)}")


def serve() -> None:
    """Answers the milliseconds and the statements of each address it is told, and first which addresses there are."""
    from shop.app import create_app  # noqa: PLC0415 (only in the process that serves)
    from shop.core.db import db  # noqa: PLC0415

    app = create_app()
    client = app.test_client()
    with app.app_context():
        with client.session_transaction() as session:
            session["_user_id"] = sign_in()
        pages = choose(app)
        asked: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for line in sys.stdin:
        if line.strip() == "pages":
            print(json.dumps(pages), flush=True)
            continue
        asked.clear()
        start = perf_counter()
        answer = client.get(line.strip())
        spent = (perf_counter() - start) * 1000
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{line.strip()} answers {answer.status_code}")
        print(json.dumps([spent, sum(not each.startswith(("BEGIN", "PRAGMA")) for each in asked)]), flush=True)


def sign_in() -> str:
    """The secret of a session of the owner's."""
    from shop.accounts import services as accounts  # noqa: PLC0415
    from shop.core.clock import now  # noqa: PLC0415

    secret = secrets.token_urlsafe()
    accounts.open_session(
        1,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        expires_at=now() + timedelta(hours=12),
        user_agent="bench",
    )
    return secret


def choose(app: Any) -> dict[str, str]:
    """By name an address: every list there is, and what people do with the long ones."""
    from shop.catalog.models import Product  # noqa: PLC0415
    from shop.core.db import db  # noqa: PLC0415
    from shop.orders.models import Order, OrderAddress  # noqa: PLC0415

    plain = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin") and "GET" in rule.methods and not rule.arguments
    ]
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = sign_in()
    lists = {each: each for each in sorted(plain) if client.get(each).status_code == HTTPStatus.OK}
    middle = db.session.scalar(
        select(Order.id).order_by(Order.id).offset(db.session.scalar(select(func.count(Order.id))) // 2)
    )
    name = db.session.scalar(select(OrderAddress.name).where(OrderAddress.order_id == middle)) or ""
    email = db.session.scalar(select(Order.email).where(Order.id == middle)) or ""
    first, _, last = name.partition(" ")
    half = db.session.scalar(select(func.max(Product.id))) // 2
    goods = db.session.scalar(select(Product.name).where(Product.id >= half).order_by(Product.id).limit(1))
    return lists | {
        "start, today": "/admin?days=1",
        "start, 90 days": "/admin?days=90",
        "orders, the middle": f"/admin/orders?after={middle}",
        "orders, posted": "/admin/orders?tab=posted",
        "orders, by name": f"/admin/orders?q={first}+{last}",
        "orders, by a first name": f"/admin/orders?q={first}",
        "orders, by email": f"/admin/orders?q={email}",
        "products, low": "/admin/products?tab=low",
        "products, by name": "/admin/products?sort=name",
        "search, a name": f"/admin/search?q={first}+{last}",
        "search, a first name": f"/admin/search?q={first}",
        "search, an email": f"/admin/search?q={email}",
        "search, a word of goods": "/admin/search?q=mug",
        "search, the name of goods": f"/admin/search?q={quote_plus(goods)}",
        "products, by their name": f"/admin/products?q={quote_plus(goods)}",
    }


if __name__ == "__main__":
    main()
