"""The pages of this part, each from the module that has it."""

from __future__ import annotations

from shop.admin.shelves import (
    reviews,  # noqa: F401 (adds its pages)
    waiting,  # noqa: F401 (adds its pages)
)
