from __future__ import annotations

from shop.books import reconcile as reconciliation
from shop.books import services


def audit() -> None:
    services.audit_and_keep()


def reconcile() -> None:
    reconciliation.start_nightly()
