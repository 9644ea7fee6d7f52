"""What machines are told is held against what others have published of its form.

- Sitemaps against the schema of sitemaps.org, which the npm package `sitemap` carries. That of the index it leaves out;
  the one here uses the types of the other, as sitemaps.org/protocol.html says.
- JSON-LD against the vocabulary of schema.org, as the types of `schema-dts`, and against Google's rules for rich
  results, as `@adobe/structured-data-validator` has them.
- Atom against the grammar of RFC 4287.
- For Google's feed nothing is published that a program could read: it is held against a table of ours, made after
  support.google.com/merchants/answer/7052112, and what RSS 2.0 asks for (rssboard.org/rss-specification).
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from tests.discovery.heads import ATOM, GOOGLE, Head, document, path, sitemap
from tests.services import NODE_MODULES

HERE = Path(__file__).parent
SCHEMAS = pytest.mark.schemas


# Sitemaps


def sitemap_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(NODE_MODULES / "sitemap/schema/sitemap.xsd"))


def index_schema() -> etree.XMLSchema:
    text = (HERE / "schemas/siteindex.xsd").read_text(encoding="utf-8")
    published = (NODE_MODULES / "sitemap/schema/sitemap.xsd").resolve().as_uri()
    return etree.XMLSchema(etree.fromstring(text.replace("sitemap.xsd", published).encode()))


def check(schema: Any, tree: etree._Element) -> list[str]:
    return [] if schema.validate(tree) else [str(each) for each in schema.error_log]


@SCHEMAS
def test_sitemaps_are_as_sitemaps_org_has_them(demo: Flask) -> None:
    index = document(demo, "/sitemap.xml")
    assert check(index_schema(), index) == []
    for file in index.iter("{*}loc"):
        assert check(sitemap_schema(), document(demo, path(file.text or ""))) == []


@SCHEMAS
def test_a_sitemap_with_a_mistake_is_found(demo: Flask) -> None:
    for url, schema in (("/sitemap.xml", index_schema()), ("/sitemaps/products-1.xml.gz", sitemap_schema())):
        for mistake in ("loc", "lastmod", "extra"):
            tree = document(demo, url)
            if mistake == "extra":
                etree.SubElement(tree[0], f"{{{etree.QName(tree).namespace}}}priority").text = "high"
            elif (found := tree.find(f".//{{*}}{mistake}")) is not None:
                found.text = "yesterday" if mistake == "lastmod" else "x"
            else:
                continue
            assert check(schema, tree) != [], (url, mistake)


# JSON-LD


@pytest.fixture(scope="module")
def pages(demo: Flask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page of the sitemap and some with reviews, in a folder."""
    folder, client = tmp_path_factory.mktemp("pages"), demo.test_client()
    urls = [*map(path, sitemap(demo)), "/products/seven-ridges/reviews", "/products/seven-ridges/reviews?page=2"]
    saved = {}
    for number, url in enumerate(urls):
        saved[url] = folder / f"{number}.html"
        saved[url].write_bytes(client.get(url).data)
    return saved


def typed(folder: Path, told: list[dict[str, Any]]) -> str:
    """What TypeScript says of these, taken for what they say they are in the words of schema.org."""
    lines = ['import type * as schema from "schema-dts";']
    for number, each in enumerate(told):
        rest = dict(each)
        if "potentialAction" in rest:  # its input is no word of schema.org's but of its actions'
            action = rest.pop("potentialAction")
            kind = f"schema.WithActionConstraints<schema.{action['@type']}>"
            lines.append(f"export const action{number}: {kind} = {json.dumps(action)};")
        kind = f"schema.WithContext<schema.{rest['@type']}>"
        lines.append(f"export const told{number}: {kind} = {json.dumps(rest)};")
    (folder / "told.ts").write_text("\n".join(lines), encoding="utf-8")
    options = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "module": "es2022",
        "moduleResolution": "bundler",
        "types": [],
        "paths": {"schema-dts": [str(NODE_MODULES / "schema-dts")]},
    }
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["told.ts"]}))
    command = ["node", NODE_MODULES / "typescript/bin/tsc", "--project", folder]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout


def told_on(pages: dict[str, Path]) -> list[dict[str, Any]]:
    """Of each page, each thing once."""
    found = [each for page in pages.values() for each in Head(page.read_text(encoding="utf-8")).data]
    return list({json.dumps(each): each for each in found}.values())


@SCHEMAS
def test_json_ld_is_in_the_words_of_schema_org(pages: dict[str, Path], tmp_path: Path) -> None:
    told = told_on(pages)
    kinds = Counter(each["@type"] for each in told)
    assert set(kinds) == {"BreadcrumbList", "OnlineStore", "Product", "ProductGroup", "WebSite"}
    assert kinds["ProductGroup"] > 30
    assert typed(tmp_path, told) == ""


@SCHEMAS
@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ('"sku"', '"stockNumber"'),
        ("schema.org/InStock", "schema.org/Plenty"),
        ('"@type": "Offer"', '"@type": "Bargain"'),
        ('"ratingValue": "4.9"', '"ratingValue": {"@type": "Person"}'),
        ("schema.org/FreeReturn", "schema.org/NoReturn"),
    ],
)
def test_json_ld_with_a_mistake_is_found(pages: dict[str, Path], tmp_path: Path, words: str, mistake: str) -> None:
    (told,) = (each for each in Head(pages["/products/seven-ridges"].read_text()).data if "hasVariant" in each)
    wrong = json.dumps(told).replace(words, mistake)
    assert wrong != json.dumps(told)
    assert "error TS" in typed(tmp_path, [json.loads(wrong)])


def rich_results(pages: list[Path]) -> list[dict[str, str]]:
    command = ["node", HERE / "rich_results.mjs", NODE_MODULES.parent, *pages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


# What Google would like to know besides and the shop does not: who made it, its numbers in the trade, certificates.
# Colour, size and the like are told where goods have them.
NOT_KNOWN = re.compile(
    r'"(audience|brand|color|description|hasCertification|inProductGroupWithID|isVariantOf|material|mpn|pattern|size)"'
    r'|"(subjectOf|gtin|priceValidUntil|addressRegion|aggregateRating|review)"'
)


@SCHEMAS
def test_json_ld_keeps_the_rules_for_rich_results(pages: dict[str, Path]) -> None:
    found = rich_results(list(pages.values()))
    assert sum("types" in each for each in found) == len(pages)
    issues = {
        (each["severity"], each["issue"], bare(Path(each["page"])))
        for each in found
        if "issue" in each and not (each["severity"] == "WARNING" and NOT_KNOWN.search(each["issue"]))
    }
    assert issues <= {("ERROR", 'ProductGroup.hasVariant: Required attribute "image" is missing', True)}


def bare(page: Path) -> bool:
    """Whether it is of a product that has no picture yet, for which Google shows no picture either."""
    return Head(page.read_text(encoding="utf-8")).said("twitter:card") == ["summary"]


@SCHEMAS
def test_what_breaks_the_rules_for_rich_results_is_found(pages: dict[str, Path], tmp_path: Path) -> None:
    page = pages["/products/seven-ridges"].read_text(encoding="utf-8")
    for number, word in enumerate(["price", "shippingRate", "author", "returnPolicyCategory", "itemListElement"]):
        wrong = tmp_path / f"{number}.html"
        wrong.write_text(page.replace(f'"{word}":', '"nothing":'), encoding="utf-8")
        assert any(each.get("severity") == "ERROR" for each in rich_results([wrong])), word


# Atom


def atom_mistakes(feed: etree._Element) -> list[str]:
    """Those of its grammar, and those of the rules that stand beside it."""
    found = check(etree.RelaxNG(etree.parse(HERE / "schemas/atom.rng")), feed)
    entries = list(feed.iter(f"{ATOM}entry"))
    if feed.find(f"{ATOM}author") is None and any(each.find(f"{ATOM}author") is None for each in entries):
        found.append("An atom:feed must have an atom:author unless all of its atom:entry children have an atom:author.")
    for entry in entries:
        alternate = [each for each in entry.iter(f"{ATOM}link") if each.get("rel", "alternate") == "alternate"]
        if not alternate and entry.find(f"{ATOM}content") is None:
            found.append("An atom:entry must have at least one atom:link element or an atom:content element.")
    return found


def test_the_feed_of_new_products_is_as_rfc_4287_has_it(demo: Flask) -> None:
    feed = document(demo, "/feeds/new.atom")
    assert len(feed.findall(f"{ATOM}entry")) == 30
    assert atom_mistakes(feed) == []


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        (r"<title>Tidewater</title>", ""),
        (r"<id>.*?</id>", ""),
        (r"<updated>.*?</updated>", "<updated>today</updated>"),
        (r"<author>.*?</author>", ""),
        (r'<link rel="alternate"', '<link rel="related"'),
        (r"<summary>", "<summary type='rich'>"),
        (r"<published>", "<price>1</price><published>"),
    ],
)
def test_atom_with_a_mistake_is_found(demo: Flask, words: str, mistake: str) -> None:
    text = etree.tostring(document(demo, "/feeds/new.atom"), encoding="unicode")
    assert atom_mistakes(etree.fromstring(re.sub(words, mistake, text))) != []


# Google's feed

MONEY = r"\d+(\.\d+)? [A-Z]{3}"
ADDRESS = r"https?://[!-~]+"  # RFC 3986: ASCII only
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:?\d\d)"
# Each attribute as a pattern for its value; whether each item must have it; how many of it there may be.
ATTRIBUTES: dict[str, tuple[str, bool, int]] = {
    "id": (r".{1,50}", True, 1),
    "title": (r".{1,150}", True, 1),
    "description": (r"(?s).{1,5000}", True, 1),
    "link": (ADDRESS, True, 1),
    "canonical_link": (ADDRESS, False, 1),
    "image_link": (rf"{ADDRESS}\.(jpe?g|webp|png|gif|bmp|tiff?)", True, 1),
    "additional_image_link": (rf"{ADDRESS}\.(jpe?g|webp|png|gif|bmp|tiff?)", False, 10),
    "availability": (r"in_stock|out_of_stock|preorder|backorder", True, 1),
    "price": (MONEY, True, 1),
    "sale_price": (MONEY, False, 1),
    "sale_price_effective_date": (rf"{MOMENT}/{MOMENT}", False, 1),
    "condition": (r"new|refurbished|used", True, 1),
    "identifier_exists": (r"yes|no", True, 1),  # with neither brand nor gtin it must be no
    "product_type": (r".{1,750}", False, 5),
    "item_group_id": (r"[\w-]{1,50}", False, 1),
    "size": (r".{1,100}", False, 1),
    "color": (r".{1,100}", False, 1),
    "material": (r".{1,200}", False, 1),
    "pattern": (r".{1,100}", False, 1),
    "unit_pricing_measure": (r"\d+(\.\d+)? (mg|g|kg|ml|cl|l|cm|m|sqm|ct)", False, 1),
    "unit_pricing_base_measure": (r"(1|10|100) (g|kg|ml|cl|l|cm|m|sqm|ct)", False, 1),
    "shipping_weight": (r"\d+(\.\d+)? (lb|oz|g|kg)", False, 1),
}
PARTS: dict[str, dict[str, str]] = {
    "shipping": {"country": r"[A-Z]{2}", "service": r".+", "price": MONEY},
    "product_detail": {"attribute_name": r".{1,140}", "attribute_value": r".{1,1000}"},
}


def feed_mistakes(feed: etree._Element) -> list[str]:
    channel = feed.find("channel")
    if feed.tag != "rss" or feed.get("version") != "2.0" or channel is None:
        return ["not RSS 2.0"]
    found = [f"channel without {name}" for name in ("title", "link", "description") if not channel.findtext(name)]
    ids: Counter[str] = Counter()
    groups: dict[str, list[dict[str, str]]] = {}
    for item in channel.iter("item"):
        values = {etree.QName(each).localname: each.text or "" for each in item}
        name = values.get("id", "?")
        ids[name] += 1
        found += [f"{name}: {mistake}" for mistake in item_mistakes(item, values)]
        if "item_group_id" in values:
            groups.setdefault(values["item_group_id"], []).append(values)
    return found + [f"{name} twice" for name, count in ids.items() if count > 1]


def item_mistakes(item: etree._Element, values: dict[str, str]) -> list[str]:
    found = [f"no {name}" for name, (_pattern, must, _most) in ATTRIBUTES.items() if must and name not in values]
    counts = Counter(etree.QName(each).localname for each in item)
    for each in item:
        name = etree.QName(each).localname
        ours = etree.QName(each).namespace
        if ours != (None if name in ("title", "link", "description") else GOOGLE.strip("{}")):
            found.append(f"{name} is not where it belongs")
        elif name in PARTS:
            parts = {etree.QName(part).localname: part.text or "" for part in each}
            if parts.keys() != PARTS[name].keys():
                found.append(f"{name} has {sorted(parts)}")
            found += [
                f"{name}.{key} {text!r}" for key, text in parts.items() if not matches(PARTS[name].get(key), text)
            ]
        elif name not in ATTRIBUTES:
            found.append(f"{name} is no attribute")
        elif not matches(ATTRIBUTES[name][0], each.text):
            found.append(f"{name} {each.text!r}")
        elif counts[name] > ATTRIBUTES[name][2]:
            found.append(f"{name} {counts[name]} times")
    if not found and "sale_price" in values and float(values["sale_price"][:-4]) >= float(values["price"][:-4]):
        found.append("the sale costs more")
    return found


def matches(pattern: str | None, text: str | None) -> bool:
    return pattern is not None and re.fullmatch(pattern, text or "") is not None


def test_the_feed_of_goods_is_as_google_asks_for_it(demo: Flask) -> None:
    feed = document(demo, "/feeds/products.xml")
    assert len(list(feed.iter("item"))) > 300
    assert feed_mistakes(feed) == []


def test_the_variants_of_a_group_differ_in_something_that_is_told(demo: Flask) -> None:
    told: Counter[tuple[str, ...]] = Counter()
    for item in document(demo, "/feeds/products.xml").iter("item"):
        group = item.findtext(f"{GOOGLE}item_group_id")
        details = [f"{part[0].text}: {part[1].text}" for part in item.iter(f"{GOOGLE}product_detail")]
        traits = [item.findtext(f"{GOOGLE}{name}") or "" for name in ("size", "color", "material", "pattern")]
        told[(group or item.findtext("title") or "", *traits, *details)] += 1
    assert [each for each, count in told.items() if count > 1] == []


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        (r"<g:price>", "<g:cost>"),
        (r"in_stock", "in stock"),
        (r"24\.00 GBP", "£24"),
        (r"<g:image_link>[^<]*</g:image_link>", ""),
        (r"\.webp<", ".avif<"),
        (r"<g:id>[^<]*</g:id>", "<g:id>same</g:id>"),
        (r"<g:country>GB</g:country>", ""),
        (r'version="2.0"', 'version="1.0"'),
    ],
)
def test_a_feed_with_a_mistake_is_found(demo: Flask, words: str, mistake: str) -> None:
    text = etree.tostring(document(demo, "/feeds/products.xml"), encoding="unicode")
    wrong = re.sub(words, mistake, text).replace("</g:price>", "</g:cost>" if "cost" in mistake else "</g:price>")
    assert wrong != text
    assert feed_mistakes(etree.fromstring(wrong)) != []
