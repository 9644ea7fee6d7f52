"""Mails: one column, one button, the same in plain text, and left alone by dark modes."""

from __future__ import annotations

import re

import pytest
from flask_mail import Message

from shop.core import mail
from shop.orders import queries
from tests.world import World

pytestmark = pytest.mark.both

ADDRESS = re.compile(r"https?://[^\s\"<]+")


@pytest.fixture
def mails(world: World) -> list[Message]:
    alice = world.shopper()
    order = queries.whole(alice.buy(world.mug).id)
    assert order is not None
    common = {"ref": "1", "to": order.email, "language": order.language, "order": order}
    url = {"order_url": f"https://shop.example/orders/{order.token}"}
    confirmed = {"address_lines": ["Alice Archer", "1 High Street"], "invoice_url": f"{url['order_url']}/invoice.pdf"}
    return [
        mail.compose("order_confirmation", **common, **url, **confirmed),
        mail.compose("late_payment_refunded", **common, **url, amount=order.total, reason="late"),
        mail.compose("late_payment_refunded", **common, **url, amount=order.total, reason="twice"),
        mail.compose("staff_attention", **common, sentence="Look.", admin_url="https://shop.example/admin/orders/1"),
    ]


def test_a_mail_is_one_column_with_one_button(mails: list[Message]) -> None:
    for each in mails:
        html = str(each.html)
        assert "max-width:600px" in html
        assert len(re.findall(r"<td bgcolor=\"#2336c9\"[^>]*><a\s", html)) == 1
        assert len(re.findall(r"<h1\b", html)) == 1
        assert "<img" not in html


def test_a_mail_says_the_same_in_plain_text(mails: list[Message]) -> None:
    for each in mails:
        assert ADDRESS.findall(str(each.body)) == ADDRESS.findall(str(each.html))
        assert re.findall(r"£[\d.]+", str(each.body))[-1] in str(each.html)


def test_dark_modes_leave_a_mail_as_it_is(mails: list[Message]) -> None:
    """It says that it is light; for programs that do not ask, what it writes on a ground has a colour of its own."""
    for each in mails:
        html = str(each.html)
        assert '<meta name="color-scheme" content="light">' in html
        written = re.findall(r"<(?:body|h1|p|a)\b[^>]*>", html)
        assert [tag for tag in written if not re.search(r"[;\"]color:#", tag)] == []
