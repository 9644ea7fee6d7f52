from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.db import Code, Id, Line, Minor, Model, TaxRateValue, money
from shop.core.money import Money


class Account(StrEnum):
    RECEIVABLE = "receivable"  # what shoppers owe us; below zero: what they paid and did not owe
    SALES = "sales"  # goods without their tax
    DELIVERY = "delivery"  # without its tax
    TAX = "tax"  # owed to the state
    DISCOUNTS = "discounts"  # taken off whole orders
    STRIPE = "stripe"  # our balance there, payouts left aside
    FEES = "fees"
    REFUNDS = "refunds"  # without their tax
    DISPUTES = "disputes"  # what banks took back


BY_TAX_RATE = (Account.SALES, Account.DELIVERY, Account.TAX, Account.REFUNDS)


class LedgerTransaction(Model):
    """What one event did to the money. Only a sealed one counts.

    Triggers see to it, on both databases: a seal needs entries that come to nothing in each currency, and what is
    sealed is never changed, added to or deleted.
    """

    __tablename__ = "ledger_transactions"
    __table_args__ = (
        Index("ix_ledger_transactions_order_id", "order_id"),
        Index("ix_ledger_transactions_at", "at"),
        Index("ix_ledger_transactions_sealed_at", "sealed_at"),
    )

    id: Mapped[Id]
    key: Mapped[Line] = mapped_column(unique=True)  # names the event: it is posted once, however often it is told
    kind: Mapped[Code]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="RESTRICT"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")
    sealed_at: Mapped[datetime | None]


class LedgerEntry(Model):
    """An amount on one account: above zero a debit, below a credit."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount_is_not_zero"),
        CheckConstraint(
            "account IN ('receivable', 'sales', 'delivery', 'tax', 'discounts', 'stripe', 'fees', 'refunds',"
            " 'disputes')",
            name="account_is_known",
        ),
        CheckConstraint(
            "(tax_rate IS NOT NULL) = (account IN ('sales', 'delivery', 'tax', 'refunds'))", name="rate_where_taxed"
        ),
        Index("ix_ledger_entries_transaction_id", "transaction_id"),
        Index("ix_ledger_entries_account", "account", "currency"),
    )

    id: Mapped[Id]
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transactions.id", ondelete="RESTRICT"))
    account: Mapped[Code]
    tax_rate: Mapped[Decimal | None] = mapped_column(TaxRateValue)
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[Minor]

    amount: Money = money("amount_minor")
