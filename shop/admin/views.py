"""The staff's pages: each module adds its own to the same blueprint."""

from __future__ import annotations

from shop.admin.blueprint import bp
from shop.admin.counter import views as _counter  # noqa: F401 (adds its pages)
from shop.admin.customers import views as _customers  # noqa: F401 (adds its pages)
from shop.admin.dashboard import search, start  # noqa: F401 (add their pages)
from shop.admin.engine import books, deliveries, jobs, mails, webhooks  # noqa: F401 (add their pages)
from shop.admin.engine import views as _engine  # noqa: F401 (adds its pages)
from shop.admin.goods import listing, past, pictures, prices, sale, shelf, variant  # noqa: F401 (add their pages)
from shop.admin.people import account, confirm, join, log, sign_in  # noqa: F401 (add their pages)
from shop.admin.people import staff as _people  # noqa: F401 (adds its pages)
from shop.admin.shelves import views as _shelves  # noqa: F401 (adds its pages)

__all__ = ["bp"]
