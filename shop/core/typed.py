"""What people type into forms, put in order and checked."""

from __future__ import annotations

import re
from contextlib import suppress

from wtforms import Field, Form, ValidationError

from shop.core.i18n import _

# What every mail server takes (RFC 5321's dot-string and a domain of at least two labels); the mail that arrives is
# the proof. Names outside ASCII before the @ reach too few servers to promise anything.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
EMAIL = rf"^(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:[a-z]{{2,}}|xn--[a-z0-9-]+)$"


def tidy_line(text: str | None) -> str:
    """One line of printable text, single spaces."""
    return " ".join("".join(char if char.isprintable() else " " for char in text or "").split())


def tidy_email(text: str | None) -> str:
    """Lower case, the domain as the network writes it: kim@bücher.example is kim@xn--bcher-kva.example."""
    name, at, domain = tidy_line(text).lower().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return name + at + domain


def complete_email(_form: Form, field: Field) -> None:
    """Raises ValidationError with what is wrong with it, as far as that can be told."""
    name, at, domain = field.data.rpartition("@")
    if not at:
        raise ValidationError(_("An email address has an @ in it, like name@example.com."))
    if name and "." not in domain:
        raise ValidationError(_("The part after the @ is not complete. It should look like name@example.com."))
    if not re.match(EMAIL, field.data):
        raise ValidationError(_("This email address is not complete. It should look like name@example.com."))
