"""Our own style sheets mean the same to a browser without their comments and blanks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import sync_playwright

from shop.core.bundle import squeeze
from shop.settings import ROOT
from tests.services import CHROMIUM

pytestmark = pytest.mark.browser

# What the browser makes of a style sheet, in its own words. It keeps the blanks of custom properties as they came.
READ = """style => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    return [...sheet.cssRules].map(rule => rule.cssText.replace(/\\s*([,;:{}])\\s*/g, "$1"));
}"""


def test_a_squeezed_style_sheet_means_the_same() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for path in (ROOT / "static/css").rglob("*.css"):
            style = re.sub(r"@import [^;]+;", "", path.read_text(encoding="utf-8"))
            rules = page.evaluate(READ, style)
            assert page.evaluate(READ, squeeze(style)) == rules, path.name
        browser.close()
