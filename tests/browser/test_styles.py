"""Our own style sheets mean the same to a browser without their comments and blanks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from shop.core.bundle import squeeze
from shop.settings import ROOT

pytestmark = pytest.mark.browser

# What the browser makes of a style sheet, in its own words. It keeps the blanks of custom properties as they came.
READ = """style => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    return [...sheet.cssRules].map(rule => rule.cssText.replace(/\\s*([,;:{}])\\s*/g, "$1"));
}"""


def test_a_squeezed_style_sheet_means_the_same(chromium: Browser) -> None:
    page = chromium.new_page()
    for path in (ROOT / "static/css").rglob("*.css"):
        style = re.sub(r"@import [^;]+;", "", path.read_text(encoding="utf-8"))
        rules = page.evaluate(READ, style)
        assert page.evaluate(READ, squeeze(style)) == rules, path.name
    page.close()
