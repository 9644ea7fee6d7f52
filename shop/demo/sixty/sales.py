"""The rows of orders that were lived through, with their money, goods, papers and mails, here and at Stripe's twin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

from shop.cart.pricing import Delivery, Item, Totals, price
from shop.catalog.models import StockMovement
from shop.core.db import Model
from shop.core.i18n import DEFAULT_LANGUAGE
from shop.core.mail import MailLog, message_id
from shop.core.mail import Status as MailStatus
from shop.core.money import Money
from shop.core.store import Store
from shop.delivery.rates import arrival, price_for
from shop.demo.goods import CURRENCY
from shop.demo.large.fill import PACKER, Way
from shop.demo.large.sales import number_of
from shop.demo.sixty.plan import Fate, Life, Wanted, at_work
from shop.demo.twin import hour
from shop.demo.twin.till import Till
from shop.documents import contents
from shop.documents.contents import Contents
from shop.documents.models import SERIES, Document, Kind
from shop.ledger.services import Entry
from shop.orders import bookings
from shop.orders.models import (
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
)
from shop.orders.states import ReturnKind, ReturnStatus, Status, Stock
from shop.payments import bookings as payment_bookings
from shop.payments import gateway, refund_parts
from shop.payments.gateway import BalanceSeen
from shop.payments.models import Dispute, Payment, PaymentStatus, Refund, RefundPart, RefundStatus
from shop.payments.services import SESSION_LASTS

SECOND = timedelta(seconds=1)
NEVER_TOLD = 0.06  # of parcels nobody says that they have arrived


class Sales:
    """Gathers rows, each with its id, until somebody adds them all.

    `offers` are rows of variants by SKU, `rates` of tax by country; ids go on from those `taken`.
    """

    def __init__(
        self,
        shop: Store,
        till: Till,
        offers: Mapping[str, Any],
        ways: Mapping[str, Way],
        rates: Mapping[str, Decimal],
        *,
        taken: Counter[type[Model]],
    ) -> None:
        self.shop, self.till, self.offers, self.ways, self.rates = shop, till, offers, ways, rates
        self.rows: list[Model] = []
        self.posted: list[tuple[str, str, int, datetime, list[Entry]]] = []  # key, kind, order, when, entries
        self.sold: Counter[int] = Counter()  # pieces by variant that have left for good
        self.held: list[Order] = []  # their goods are to be held
        self._ids = taken
        self._papers: list[tuple[datetime, Kind, Order, Refund | None]] = []

    def add(self, row: Model) -> int:
        """Gives it the next id."""
        self._ids[type(row)] += 1
        row.id = self._ids[type(row)]  # type: ignore[attr-defined]
        self.rows.append(row)
        return self._ids[type(row)]

    def write_papers(self) -> dict[str, int]:
        """Invoices and credit notes in the order of their moments; returns the next number by series."""
        following: Counter[str] = Counter(dict.fromkeys(SERIES.values(), 1))
        invoices: dict[int, Document] = {}
        for at, kind, order, refund in sorted(self._papers, key=lambda paper: paper[0]):
            said = self._said(order, refund, invoices)
            document = Document(
                series=SERIES[kind],
                number=following[SERIES[kind]],
                kind=kind,
                order_id=order.id,
                refund_id=refund.id if refund else None,
                issued_at=at,
                data=said.frozen(),
            )
            following[SERIES[kind]] += 1
            if refund is None:
                invoices[order.id] = document
            self.rows.append(document)
        return dict(following)

    def _said(self, order: Order, refund: Refund | None, invoices: Mapping[int, Document]) -> Contents:
        if refund is None:
            return contents.of_sale(order, self.shop)
        invoice = invoices[order.id]
        return contents.of_refund(order, self.shop, refund.parts, invoice=invoice.name, issued_at=invoice.issued_at)

    def paper(self, at: datetime, kind: Kind, order: Order, refund: Refund | None = None) -> None:
        self._papers.append((at, kind, order, refund))


class Sale:
    """One life, told from its order to its end."""

    def __init__(self, sales: Sales, life: Life, now: datetime) -> None:
        self.sales, self.life, self.now = sales, life, now
        self.dice = Random(f"sale {life.number}")
        self.at = life.placed_at.astimezone(UTC)
        self.refunded: list[RefundPart] = []
        self.order = self._placed()
        self.payment = self._asked_to_pay()

    def tell(self) -> None:
        match self.life.fate:
            case Fate.UNPAID:
                self.sales.held.append(self.order)
            case Fate.LATER:
                self._promised()
            case Fate.EXPIRED:
                self._expired()
            case Fate.REVIEW:
                self._in_review()
            case _:
                self._paid()
                self._goes_on()

    # placed and paid

    def _placed(self) -> Order:
        life, sales = self.life, self.sales
        offers = [sales.offers[each.item.sku] for each in life.wanted]
        rate = sales.rates[life.shopper.country]
        way = sales.ways[life.way]
        totals = self._totals(life.wanted, way, rate)
        arrives = arrival(self.at.date(), least_days=way.days[0], most_days=way.days[1])
        token = f"{self.dice.getrandbits(192):048x}"
        order = Order(
            number=number_of(7, life.number),
            token=token,
            status=Status.PENDING,
            stock=Stock.HELD,
            language=DEFAULT_LANGUAGE,
            email=life.shopper.email,
            network="",
            fingerprint=sha256(token.encode()).hexdigest(),
            currency=CURRENCY,
            subtotal_minor=totals.subtotal.minor,
            delivery_minor=totals.delivery.minor,
            adjustment_minor=0,
            total_minor=totals.total.minor,
            tax_minor=totals.tax.minor,
            delivery_method_id=way.id,
            delivery_name=way.name,
            delivery_kind=way.kind,
            delivery_tax_rate=rate,
            delivery_tax_minor=totals.delivery_tax.minor,
            arrives_from=datetime(arrives[0].year, arrives[0].month, arrives[0].day, 12, tzinfo=UTC),
            arrives_to=datetime(arrives[1].year, arrives[1].month, arrives[1].day, 12, tzinfo=UTC),
            terms_version=sales.shop.terms_version,
            terms_accepted_at=self.at,
            placed_at=self.at,
        )
        sales.add(order)
        order.lines = [
            self._line(order, position, wanted, offer, totals=totals)
            for position, (wanted, offer) in enumerate(zip(life.wanted, offers, strict=True))
        ]
        order.adjustments = []
        shopper = life.shopper
        order.addresses = [
            OrderAddress(
                order_id=order.id,
                kind="delivery",
                name=shopper.name,
                company="",
                vat_id="",
                street=shopper.street,
                extra="",
                city=shopper.town,
                region="",
                postal_code=shopper.postal_code,
                country=shopper.country,
                phone="",
            )
        ]
        self.order = order
        self._happened("placed", by="shopper")
        return order

    def _totals(self, wanted: Sequence[Wanted], way: Way, rate: Decimal) -> Totals:
        bought = [Item(each.pieces, Money(each.price_minor, CURRENCY), rate) for each in wanted]
        value = Money.sum((each.unit_price * each.quantity for each in bought), CURRENCY)
        weight_g = sum(each.item.weight_g * each.pieces for each in wanted)
        charge = price_for(way.rates, value=value, weight_g=weight_g)
        assert charge is not None
        return price(bought, currency=CURRENCY, delivery=Delivery(charge, rate))

    def _line(self, order: Order, position: int, wanted: Wanted, offer: Any, *, totals: Totals) -> OrderLine:
        line = OrderLine(
            order_id=order.id,
            position=position,
            variant_id=offer.id,
            product_name=offer.of,
            variant_name=offer.name,
            sku=offer.sku,
            quantity=wanted.pieces,
            currency=CURRENCY,
            unit_price_minor=wanted.price_minor,
            amount_minor=totals.items[position].amount.minor,
            tax_class="standard",
            tax_rate=order.delivery_tax_rate,
            tax_minor=totals.items[position].tax.minor,
            requires_shipping=True,
            weight_g=offer.weight_g,
            **dict.fromkeys(("ahead", "shipped", "cancelled", "refunded", "returned", "restocked"), 0),
        )
        self.sales.add(line)
        return line

    def _asked_to_pay(self) -> Payment:
        order = self.order
        key = f"order-{order.number}-attempt-1"
        expires_at = self.at + SESSION_LASTS
        goods = [gateway.Item(f"{line.quantity} × {line.product_name}", line.amount) for line in order.lines]
        params = gateway.session_params(
            [*goods, gateway.Item(order.delivery_name, order.delivery)],
            number=order.number,
            token=order.token,
            email=order.email,
            language=order.language,
            idempotency_key=key,
            expires_at=expires_at,
        )
        with hour.at(self.at.timestamp()):
            session = self.sales.till.open_session(params)
        payment = Payment(
            order_id=order.id,
            attempt=1,
            status=PaymentStatus.OPEN,
            idempotency_key=key,
            params=params,
            session_id=session["id"],
            session_url=session["url"],
            currency=order.currency,
            amount_minor=order.total_minor,
            captured_minor=0,
            refunded_minor=0,
            created_at=self.at,
            expires_at=expires_at,
        )
        self.sales.add(payment)
        return payment

    def _paid(self) -> None:
        self._captured()
        order = self.order
        order.paid_at, order.stock, order.status = self.at, Stock.SOLD, Status.PAID
        self._moved(Status.PENDING, Status.PAID, by="stripe", note=self.payment.idempotency_key)
        self._posted(f"sale:{order.id}", "sale", bookings.of_sale(order))
        for line in order.lines:
            self._left(line, -line.quantity, "sold", by="stripe")
        self.sales.paper(self.at, Kind.INVOICE, order)
        self._mailed("order_confirmation", f"order:{order.id}")

    def _captured(self) -> None:
        payment, till = self.payment, self.sales.till
        self.at += timedelta(seconds=self.dice.randrange(50, 260))
        with hour.at(self.at.timestamp()):
            session = till.pay(payment.session_id or "")
        intent = till.books.get(session["payment_intent"]) or {}
        charge = till.books.get(intent["latest_charge"]) or {}
        payment.status, payment.paid_at = PaymentStatus.PAID, self.at
        payment.payment_intent_id, payment.charge_id = intent["id"], charge["id"]
        payment.captured_minor = charge["amount_captured"]
        self._posted(f"capture:{payment.id}", "capture", payment_bookings.of_capture(payment))
        self._fee(till.books.get(charge["balance_transaction"]) or {})

    def _promised(self) -> None:
        self.at += timedelta(seconds=100)
        with hour.at(self.at.timestamp()):
            session = self.sales.till.pay(self.payment.session_id or "", "later")
        self.payment.status, self.payment.payment_intent_id = PaymentStatus.PROCESSING, session["payment_intent"]
        self._happened("processing", by="stripe")
        self.sales.held.append(self.order)

    def _expired(self) -> None:
        self.at = self.payment.expires_at
        with hour.at(self.at.timestamp()):
            self.sales.till.expire(self.payment.session_id or "")
        order, self.payment.status = self.order, PaymentStatus.EXPIRED
        order.status, order.stock, order.cancelled_at = Status.CANCELLED, Stock.NONE, self.at
        event_id = self._moved(Status.PENDING, Status.CANCELLED, by="stripe", note="not paid in time")
        self._mailed("order_ended_unpaid", f"order:{order.id}:{event_id}")

    def _in_review(self) -> None:
        """Somebody paid less than was asked."""
        asked = self.order.total_minor
        self.sales.till.tamper(self.payment.session_id or "", amount_total=asked - 500)
        self._captured()
        self.order.status = Status.REVIEW
        reason = f"charged {self.payment.captured_minor} {CURRENCY}, asked {asked} {CURRENCY}"
        event_id = self._moved(Status.PENDING, Status.REVIEW, by="stripe", note=reason)
        self.sales.held.append(self.order)
        self._told_staff("review", event_id)

    # what becomes of what is paid

    def _goes_on(self) -> None:
        fate, order = self.life.fate, self.order
        if fate is Fate.CANCELLED:
            self._later(hours=(0.3, 5))
            self._refund(everything=True, reason="Cancelled by the shopper", by="shopper")
            return
        if fate in (Fate.HELD, Fate.DISPUTED_UNSENT):
            self._later(hours=(1, 9))
            if fate is Fate.HELD:
                self._held(by=PACKER, reason="The shopper asks whether it can go to another address")
            else:
                self._dispute("fraudulent")
            return
        if fate is Fate.FORGOTTEN or not self._pass(at_work(self.at, self.dice)):
            return
        self._sent(in_parts=fate is Fate.IN_PARTS)
        if fate is Fate.IN_PARTS or not self._pass(self.at + timedelta(hours=22 + 60 * self.dice.random())):
            return
        if self.dice.random() > NEVER_TOLD:
            self._delivered()
        if fate is not Fate.GOES_ON:
            self._afterwards(fate)
        assert order.paid_at is not None

    def _afterwards(self, fate: Fate) -> None:
        line, quantity = self.order.lines[0], 1
        if not self._pass(self.at + timedelta(hours=8 + 50 * self.dice.random())):
            return
        match fate:
            case Fate.DAMAGED:
                self._refund({line.id: quantity}, reason="Arrived damaged")
            case Fate.GOODWILL:
                self._refund(amount=self.order.delivery_minor or 300, reason="It came later than we had said")
            case Fate.LOST:
                self._refund(everything=True, reason="Lost on the way")
            case Fate.REFUND_PENDING:
                self._refund({line.id: quantity}, reason="Arrived damaged", becomes=RefundStatus.PENDING)
            case Fate.REFUND_FAILED:
                self._refund({line.id: quantity}, reason="Arrived damaged", becomes=RefundStatus.FAILED)
            case Fate.DISPUTED | Fate.DISPUTE_WON | Fate.DISPUTE_LOST:
                self._dispute("product_not_received" if fate is Fate.DISPUTE_LOST else "fraudulent")
                if fate is not Fate.DISPUTED and self._pass(self.at + timedelta(days=8)):
                    self._decided(won=fate is Fate.DISPUTE_WON)
            case _:
                self._return(line, fate)

    def _sent(self, *, in_parts: bool) -> None:
        order = self.order
        lines = order.lines[:1] if in_parts else order.lines
        pick_up = order.delivery_kind == "pick_up"
        number = "" if pick_up else f"{self.dice.choice('AKTX')}{self.dice.choice('BGN')}{self._digits(9)}GB"
        shipment = Shipment(
            order_id=order.id,
            form_token=f"demo-{order.id}",
            carrier="" if pick_up else "Royal Mail",
            tracking_number=number,
            tracking_url=f"https://www.royalmail.com/track-your-item#/tracking-results/{number}" if number else "",
            by=PACKER,
            shipped_at=self.at,
        )
        shipment_id = self.sales.add(shipment)
        shipment.lines = [ShipmentLine(line_id=line.id, quantity=line.quantity) for line in lines]
        for line in lines:
            line.shipped = line.quantity
        self.shipment = shipment
        self._happened("shipment", by=PACKER, note=number, public=True, shipment_id=shipment_id)
        if not in_parts:
            order.status, order.shipped_at = Status.SHIPPED, self.at
            self._moved(Status.PAID, Status.SHIPPED, by=PACKER)
        self._mailed("shipment_sent", f"shipment:{shipment_id}", shipment_id=shipment_id)

    def _delivered(self) -> None:
        shipment = self.shipment
        shipment.delivered_at = self.at
        self._happened("delivered", by="shop", public=True, shipment_id=shipment.id)
        self._mailed("shipment_delivered", f"shipment:{shipment.id}", shipment_id=shipment.id)
        asked_at = self.at + timedelta(days=self.sales.shop.invite_after_days)
        if asked_at < self.now:
            shipment.invited_at = asked_at
            self._mailed("review_invitation", f"shipment:{shipment.id}", at=asked_at, shipment_id=shipment.id)

    def _return(self, line: OrderLine, fate: Fate) -> None:
        own_right = fate is Fate.WITHDRAWN
        row = Return(
            order_id=self.order.id,
            form_token=f"demo-return-{self.order.id}",
            kind=ReturnKind.WITHDRAWAL if own_right else ReturnKind.RETURN,
            status=ReturnStatus.APPROVED if own_right else ReturnStatus.REQUESTED,
            reason="withdrawal"
            if own_right
            else self.dice.choice(("not_as_hoped", "not_as_hoped", "damaged", "wrong")),
            note="" if own_right else "It does not suit the room after all.",
            answer="",
            by="shopper",
            requested_at=self.at,
            decided_at=self.at if own_right else None,
        )
        return_id = self.sales.add(row)
        row.lines = [ReturnLine(line_id=line.id, quantity=1, restocked=0, written_off=0)]
        line.returned = 1
        if own_right:
            event_id = self._happened("withdrawn", by="shopper", public=True, return_id=return_id)
            self._mailed("withdrawal_confirmed", f"withdrawal:{event_id}", event_id=event_id)
        else:
            self._happened("return_requested", by="shopper", note=row.note, public=True, return_id=return_id)
            self._mailed("return_requested", f"return:{return_id}", return_id=return_id)
            self._told_staff("return", return_id)
            if fate is Fate.RETURN_ASKED or not self._pass(at_work(self.at, self.dice)):
                return
            self._decide(row, declined=fate is Fate.RETURN_DECLINED)
        if fate in (Fate.RETURNED, Fate.WITHDRAWN) and self._pass(self.at + timedelta(days=3 + 2 * self.dice.random())):
            self._received(row, line)

    def _decide(self, row: Return, *, declined: bool) -> None:
        kind = "return_declined" if declined else "return_approved"
        row.status = ReturnStatus.DECLINED if declined else ReturnStatus.APPROVED
        row.answer = "It has been written on, so we cannot take it back." if declined else ""
        row.decided_at = self.at
        if declined:
            self.order.lines[0].returned = 0
        event_id = self._happened(kind, by=PACKER, note=row.answer, public=True, return_id=row.id)
        self._mailed(kind, f"return:{row.id}:{event_id}", return_id=row.id)

    def _received(self, row: Return, line: OrderLine) -> None:
        row.status, row.received_at = ReturnStatus.RECEIVED, self.at
        row.lines[0].restocked = line.restocked = 1
        self._left(line, 1, "returned", by=PACKER)
        self._happened("return_received", by=PACKER, public=True, return_id=row.id)
        self._mailed("return_received", f"return:{row.id}", return_id=row.id)
        self._refund({line.id: 1}, reason=row.reason, return_id=row.id)

    def _refund(
        self,
        pieces: Mapping[int, int] | None = None,
        *,
        reason: str,
        amount: int = 0,
        everything: bool = False,
        by: str = PACKER,
        return_id: int | None = None,
        becomes: RefundStatus = RefundStatus.SUCCEEDED,
    ) -> None:
        order, payment, till = self.order, self.payment, self.sales.till
        left = payment.captured_minor - payment.refunded_minor
        if everything:
            parts = refund_parts.of_all(order, self.refunded, left)
        elif amount:
            parts = refund_parts.of_amount(order, self.refunded, amount)
        else:
            parts = refund_parts.of_lines(order, self.refunded, pieces or {})
        minor = sum(part.amount_minor for part in parts)
        row = Refund(
            payment_id=payment.id,
            form_token=f"demo-refund-{order.id}",
            attempt=1,
            currency=CURRENCY,
            amount_minor=minor,
            reason=reason,
            by=by,
            error="",
            return_id=return_id,
            created_at=self.at,
        )
        refund_id = self.sales.add(row)
        row.parts = parts
        said = f"{minor} {CURRENCY}"
        self._happened("refund_requested", by=by, note=f"{said}: {reason}", refund_id=refund_id)
        self._mailed("refund_started", f"refund:{refund_id}", refund_id=refund_id)
        failed, succeeded = becomes == RefundStatus.FAILED, becomes == RefundStatus.SUCCEEDED
        outcome = "succeeded" if succeeded else "pending"
        with hour.at(self.at.timestamp()):
            seen = till.refund(
                payment.payment_intent_id or "", minor, metadata={"refund": str(refund_id)}, outcome=outcome
            )
        row.gateway_id, row.status = seen["id"], becomes
        self._posted(f"refund:{refund_id}", "refund", payment_bookings.of_refund(row, parts))
        self.at += 3 * SECOND
        if failed:
            self._refund_failed(row)
            return
        refund_parts.count(order, parts, 1)
        self.refunded += parts
        payment.refunded_minor += minor
        self._happened(f"refund_{becomes}", by="stripe", note=said, refund_id=refund_id)
        if succeeded:
            row.settled_at = self.at
            self.sales.paper(self.at, Kind.CREDIT_NOTE, order, row)
        if everything and order.status == Status.PAID:
            self._cancelled_whole(by)

    def _refund_failed(self, row: Refund) -> None:
        self.at += timedelta(hours=30)
        with hour.at(self.at.timestamp()):
            self.sales.till.settle_refund(row.gateway_id or "", "failed")
        row.error = "expired_or_canceled_card"
        entries = [
            Entry(each.account, -each.amount, each.tax_rate) for each in payment_bookings.of_refund(row, row.parts)
        ]
        self._posted(f"refund-failed:{row.id}", "refund_failed", entries)
        said = f"{row.amount_minor} {CURRENCY}"
        self._happened("refund_failed", by="stripe", note=said, refund_id=row.id)
        self._told_staff("refund_failed", row.id)

    def _cancelled_whole(self, by: str) -> None:
        order = self.order
        for line in order.lines:
            line.cancelled = line.restocked = line.quantity
            self._left(line, line.quantity, "cancelled", by=by)
        order.status, order.cancelled_at = Status.CANCELLED, self.at
        event_id = self._moved(Status.PAID, Status.CANCELLED, by=by)
        self._mailed("order_cancelled", f"order:{order.id}:{event_id}")

    def _dispute(self, reason: str) -> None:
        with hour.at(self.at.timestamp()):
            seen = self.sales.till.dispute(self.payment.payment_intent_id or "", reason=reason)
        self.dispute = Dispute(
            payment_id=self.payment.id,
            gateway_id=seen["id"],
            status=seen["status"],
            reason=reason,
            currency=CURRENCY,
            amount_minor=seen["amount"],
            due_at=datetime.fromtimestamp(seen["evidence_details"]["due_by"], UTC),
            opened_at=self.at,
        )
        self.sales.add(self.dispute)
        self._held(by="stripe", reason=f"dispute: {reason}")
        self._withdrawn(seen["balance_transactions"][0])
        self._told_staff("dispute", seen["id"])

    def _decided(self, *, won: bool) -> None:
        with hour.at(self.at.timestamp()):
            seen = self.sales.till.close_dispute(self.dispute.gateway_id, won=won)
        self.dispute.status, self.dispute.closed_at = seen["status"], self.at
        if won:
            self._withdrawn(seen["balance_transactions"][1])
            self.order.held_at = None
            self._happened("released", by="stripe", note="dispute won")

    def _held(self, *, by: str, reason: str) -> None:
        self.order.held_at = self.at
        self._happened("held", by=by, note=reason)

    # what all of it is written with

    def _pass(self, moment: datetime) -> bool:
        """Goes on to that moment, unless it is still to come."""
        if moment >= self.now:
            return False
        self.at = moment.astimezone(UTC)
        return True

    def _later(self, *, hours: tuple[float, float]) -> None:
        self.at = min(self.at + timedelta(hours=self.dice.uniform(*hours)), self.now - timedelta(minutes=5))

    def _digits(self, many: int) -> str:
        return "".join(self.dice.choice("0123456789") for _digit in range(many))

    def _moved(self, source: Status, target: Status, *, by: str, note: str = "") -> int:
        return self._happened(target, by=by, note=note, source=source, target=target)

    def _happened(
        self,
        kind: str,
        *,
        by: str,
        note: str = "",
        source: str = "",
        target: str = "",
        public: bool = False,
        **data: Any,
    ) -> int:
        event = OrderEvent(
            order_id=self.order.id,
            at=self.at,
            by=by,
            kind=kind,
            from_status=source,
            to_status=target,
            note=note,
            public=public,
            data=data,
        )
        return self.sales.add(event)

    def _left(self, line: OrderLine, quantity: int, reason: str, *, by: str) -> None:
        self.sales.sold[line.variant_id] -= quantity
        self.sales.rows.append(
            StockMovement(
                variant_id=line.variant_id, quantity=quantity, reason=reason, order_id=self.order.id, by=by, at=self.at
            )
        )

    def _posted(self, key: str, kind: str, entries: Iterable[Entry]) -> None:
        self.sales.posted.append((key, kind, self.order.id, self.at, list(entries)))

    def _fee(self, moved: dict[str, Any]) -> None:
        self._posted(f"fee:{moved['id']}", "fee", payment_bookings.of_fee(_seen(moved)))

    def _withdrawn(self, moved: dict[str, Any]) -> None:
        self._posted(f"dispute:{moved['id']}", "dispute", payment_bookings.of_dispute(_seen(moved)))

    def _mailed(self, kind: str, ref: str, *, at: datetime | None = None, to: str = "", **about: int | str) -> None:
        at = at or self.at
        mail = MailLog(
            kind=kind,
            ref=ref,
            order_id=self.order.id,
            about=about | {"order_id": self.order.id},
            to_address=to or self.order.email,
            language=self.order.language,
            message_id=message_id(kind, ref),
            status=MailStatus.SENT,
            noted=MailStatus.SENT,
            created_at=at,
            sent_at=at + SECOND,
            tries=1,
        )
        mail_id = self.sales.add(mail)
        if at == self.at:
            self._happened("mail_sent", by="shop", note=kind, mail_id=mail_id)

    def _told_staff(self, reason: str, about: int | str) -> None:
        ref = f"order:{self.order.id}:{reason}:{about}"
        self._mailed("staff_attention", ref, to=self.sales.shop.email, reason=reason)


def _seen(moved: dict[str, Any]) -> BalanceSeen:
    currency = moved["currency"].upper()
    return BalanceSeen(
        id=moved["id"],
        category=moved["reporting_category"],
        amount=Money(moved["amount"], currency),
        fee=Money(moved["fee"], currency),
        source=moved["source"],
        payment_intent_id=None,
    )
