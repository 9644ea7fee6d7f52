"""The demo as it is filled for somebody who looks at it, and a way to ask it for pages."""

from __future__ import annotations

from collections.abc import Iterator

import flask_migrate
import pytest
from flask import Flask

from shop.app import create_app
from shop.core.db import db
from shop.demo import seed
from tests.conftest import Apart, settings_for


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(settings_for(f"sqlite:///{folder}/shop.db", folder / "media"))
    app.test_client_class = Apart
    with app.app_context():
        flask_migrate.upgrade()
        seed.fill()
    yield app
    with app.app_context():
        db.engine.dispose()
