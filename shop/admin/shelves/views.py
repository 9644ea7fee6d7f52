"""The pages of this part, each from the module that has it."""

from __future__ import annotations

from shop.admin.shelves import (
    categories,  # noqa: F401 (adds its pages)
    collections,  # noqa: F401 (adds its pages)
    menus,  # noqa: F401 (adds its pages)
    reviews,  # noqa: F401 (adds its pages)
    sales,  # noqa: F401 (adds its pages)
    search,  # noqa: F401 (adds its pages)
    stock,  # noqa: F401 (adds its pages)
    texts,  # noqa: F401 (adds its pages)
    waiting,  # noqa: F401 (adds its pages)
)
