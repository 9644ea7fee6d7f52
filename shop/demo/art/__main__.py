"""python -m shop.demo.art [slug ...] [--draft FOLDER]"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from shop.demo.art.render import render

parser = ArgumentParser(prog="python -m shop.demo.art", description="Renders the demo shop's pictures.")
parser.add_argument("slugs", nargs="*", metavar="slug", help="goods to render again, or hero; all that is missing")
parser.add_argument("--draft", type=Path, metavar="FOLDER", help="a quick look: a quarter of the size, as PNG")

if __name__ == "__main__":
    asked = parser.parse_args()
    render(asked.slugs, draft=asked.draft)
