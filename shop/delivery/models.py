from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.core.db import Code, Id, Line, Minor, Model, money
from shop.core.money import Money


class Zone(Model):
    """Countries that are delivered to alike."""

    __tablename__ = "delivery_zones"

    id: Mapped[Id]
    name: Mapped[Line] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)

    countries: Mapped[list[ZoneCountry]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")
    methods: Mapped[list[Method]] = relationship(lazy="raise_on_sql", order_by="Method.position")


class ZoneCountry(Model):
    """A country is in one zone at most."""

    __tablename__ = "delivery_zone_countries"

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("delivery_zones.id", ondelete="CASCADE"), index=True)


class Method(Model):
    __tablename__ = "delivery_methods"
    __table_args__ = (
        CheckConstraint("kind IN ('parcel', 'pick_up')", name="kind_is_known"),
        CheckConstraint("most_days >= least_days AND least_days >= 0", name="days_are_in_order"),
    )

    id: Mapped[Id]
    zone_id: Mapped[int] = mapped_column(ForeignKey("delivery_zones.id", ondelete="CASCADE"), index=True)
    name: Mapped[Line]
    kind: Mapped[Code] = mapped_column(default="parcel")
    least_days: Mapped[int]  # working days from order to door
    most_days: Mapped[int]
    tax_class: Mapped[Code] = mapped_column(default="standard")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    rates: Mapped[list[Rate]] = relationship(lazy="raise_on_sql", cascade="all, delete-orphan")


class Rate(Model):
    """A price for parcels of at least this value and weight; where several fit, the dearest bar reached counts."""

    __tablename__ = "delivery_rates"
    __table_args__ = (
        CheckConstraint("price_minor >= 0 AND from_value_minor >= 0", name="amounts_are_not_negative"),
        CheckConstraint("up_to_weight_g IS NULL OR up_to_weight_g > from_weight_g", name="weights_are_in_order"),
    )

    id: Mapped[Id]
    method_id: Mapped[int] = mapped_column(ForeignKey("delivery_methods.id", ondelete="CASCADE"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    from_value_minor: Mapped[Minor] = mapped_column(default=0)
    from_weight_g: Mapped[int] = mapped_column(default=0)
    up_to_weight_g: Mapped[int | None]  # heavier goes by another rate; none above means it cannot be sent
    price_minor: Mapped[Minor]

    from_value: Money = money("from_value_minor")
    price: Money = money("price_minor")
