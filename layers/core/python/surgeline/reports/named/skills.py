"""The report on skills finds topics that hang on one person."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import count, percent, when

MOST_OF_IT: Final = 0.8
"""A topic hangs on a person who had so much of it."""
FEWEST: Final = 5
"""Of fewer conversations nothing is concluded."""


def skills(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return each topic of people's conversations, with how much of it one person had."""
    del span, ground
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        named = {f"{each.agent} ({each.pool_id})" for each in case.stays if each.agent}
        for person in named:
            topics[case.topic][person] += 1
    found = []
    for topic, people in topics.items():
        person, most = min(people.items(), key=lambda each: (-each[1], each[0]))
        total = sum(people.values())
        found.append(
            {
                "topic": topic,
                "conversations": total,
                "people": len(people),
                "person": person,
                "share": round(most / total, 4),
                "hangs_on_one": total >= FEWEST and most / total >= MOST_OF_IT,
            }
        )
    return {"topics": sorted(found, key=lambda e: (-int(str(e["conversations"])), str(e["topic"])))}


def finding(found: Found) -> str:
    """Return how many topics hang on one person, and the largest of them."""
    alone = [each for each in found["topics"] if each["hangs_on_one"]]
    if not found["topics"]:
        return f"{when(found)}, no pool named a person."
    if not alone:
        return f"{when(found)}, no topic hangs on one person."
    return (
        f"{when(found)}, {count(len(alone), 'topic hangs', 'topics hang')} on one person. The"
        f" largest is {alone[0]['topic']}: {alone[0]['person']} had {percent(alone[0]['share'])} of"
        " it."
    )


def show(found: Found) -> Shown:
    """Return the topics by how much of each one person had."""
    topics = found["topics"]
    of_one = [round(each["conversations"] * each["share"]) for each in topics]
    rest = [each["conversations"] - one for each, one in zip(topics, of_one, strict=True)]
    series = (Series("of one person", of_one), Series("of others", rest))
    rows = [
        (
            e["topic"], f"{e['conversations']:,}", f"{e['people']:,}", e["person"],
            percent(e["share"]), "yes" if e["hangs_on_one"] else "no",
        )
        for e in topics
    ]  # fmt: skip
    columns = ("Topic", "Conversations", "People", "Most of it", "Share", "Hangs on one")
    return Shown(
        Plot("Topics by person", [each["topic"] for each in topics], series, is_ranked=True),
        (Table("By topic", columns, rows),),
    )


REPORT = Report(
    "topics that hang on one person",
    title="Skills",
    count=skills,
    finding=finding,
    show=show,
)
