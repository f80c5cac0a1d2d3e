"""Drives a toy language through the handlers of a virtual home, and prints what was said."""

import json
import sys
import tempfile
from pathlib import Path

from local.simulators.phrases import language_of, phrases
from local.virtual.home import VirtualHome
from local.virtual.network import Answer
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop

ARTICLE = {
    "id": "eo-mendo",
    "title": "Kie estas mia mendo?",
    "language": "eo",
    "questions": ["Kie estas mia mendo?", "Kiam mi ricevos mian mendon?", "Mia mendo ne venis"],
    "answer": "Via mendo estas survoje.",
}


def main() -> None:
    """Print what each customer was told, what the page offers, and how a simulated agent greets."""
    with tempfile.TemporaryDirectory() as folder:
        home = VirtualHome(Path(folder))
        for url in (CHANNEL_URL, POOL_URL):
            home.network.serve(url, lambda _: Answer())
        shop = Shop(home)
        raw = json.dumps(ARTICLE).encode()
        published = shop.admin("PUT", "/v1/admin/knowledge/shop", raw)
        home.drain()
        told = {"published": published.status}
        for sender, text in enumerate(sys.argv[1:]):
            shop.write(text, sender=f"c{sender}")
            home.drain()
            told[text] = [words for who, words in shop.said(f"c{sender}") if who != "customer"]
        told["page"] = home.front.request("GET", "/").text
        told["agent"] = phrases(language_of("eo")).greeting
        told["strings"] = home.front.request("GET", "/assets/strings.eo.json").status
        home.close()
    print(json.dumps(told))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
