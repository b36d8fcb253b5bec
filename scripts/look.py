#!/usr/bin/env python3
"""Opens a running live page in headless Chromium, takes a screenshot, and prints how long after capture each frame was on screen.

Run it with the development environment:  .venv/bin/python scripts/look.py --seconds 30 --screenshot page.png
"""

import argparse
import json
import sys

import numpy as np
from playwright.sync_api import sync_playwright

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main() -> int:
    """Look once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8420", help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to watch (default: %(default)s)")
    parser.add_argument("--screenshot", metavar="PNG", help="where to put a picture of the page")
    parser.add_argument("--size", default="1440x900", help="of the window (default: %(default)s)")
    parser.add_argument("--dark", action="store_true", help="in the dark colour scheme")
    args = parser.parse_args()
    width, height = map(int, args.size.split("x"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if args.dark else "light")
        page.goto(args.url)
        page.wait_for_timeout(3000)  # the first pictures wait for the page itself
        drawn = page.evaluate("window.catseye.latencies_ms.length")
        page.wait_for_timeout(args.seconds * 1000)
        latencies = page.evaluate("window.catseye.latencies_ms")[drawn:]
        if args.screenshot:
            page.screenshot(path=args.screenshot)
        browser.close()
    p50, p95, most = (round(ms) for ms in np.percentile(latencies, [50, 95, 100])) if latencies else (None, None, None)
    figures = {"frames": len(latencies), "p50_ms": p50, "p95_ms": p95, "most_ms": most}
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
