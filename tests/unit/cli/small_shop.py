"""A knowledge base of a few articles, as a file that an author wrote."""

import json
from pathlib import Path

TOPICS = {
    "opening": [
        "When do you open?",
        "opening hours please",
        "At what time does the shop open on Saturday?",
        "are you open on sundays",
    ],
    "delivery": [
        "How long does delivery take?",
        "when will my parcel get here",
        "What is the delivery time for a sofa?",
        "how many days until it is shipped to me",
    ],
    "cards": ["Do you sell gift cards?", "buy a gift card", "gift card for my sister"],
}


def knowledge(file: Path, *topics: str) -> Path:
    """Write those topics as JSONL, each answered with its name."""
    lines = (
        {
            "id": topic,
            "title": topic,
            "language": "en",
            "questions": TOPICS[topic],
            "answer": f"{topic}.",
        }
        for topic in topics
    )
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file
