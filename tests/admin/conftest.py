"""Staff at their browsers, signed in without typing a password."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.accounts import services as accounts
from shop.accounts.models import Role
from shop.core.clock import now
from tests.conftest import browser
from tests.stores import store  # noqa: F401 (a fixture)
from tests.world import World, hidden


class Desk:
    """A browser somebody of the staff has signed in with."""

    def __init__(self, client: FlaskClient) -> None:
        self.browser = client

    def get(self, url: str) -> str:
        """The page, which must be there."""
        response = self.browser.get(url)
        assert response.status_code == 200, (url, response.status_code, response.location)
        return response.text

    def post(self, url: str, **typed: object) -> TestResponse:
        """As a form of a page would, its token included."""
        token = hidden(self.get("/admin"), "csrf_token")
        return self.browser.post(url, data={"csrf_token": token, **typed})

    def after(self, response: TestResponse) -> str:
        """The page a form leads to."""
        assert response.status_code == 303, (response.status_code, response.text)
        return self.get(response.location)


@pytest.fixture
def desk_of(world: World) -> Callable[[Role], Desk]:
    def sit_down(role: Role) -> Desk:
        person = accounts.create_staff(
            email=f"{role}@example.com", name=f"Sam the {role}", password=secrets.token_urlsafe(), role=role
        )
        secret = secrets.token_urlsafe()
        accounts.open_session(
            person.id,
            secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
            expires_at=now() + timedelta(hours=1),
            user_agent="test",
        )
        client = browser(world.app)
        with client.session_transaction() as session:
            session["_user_id"] = secret
        return Desk(client)

    return sit_down


@pytest.fixture
def desk(desk_of: Callable[[Role], Desk]) -> Desk:
    """The owner's."""
    return desk_of(Role.OWNER)
