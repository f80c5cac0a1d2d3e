"""The report on skills finds topics that hang on one person."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from surgeline.domain.texts import Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, percent, topic, when

MOST_OF_IT: Final = 0.8
"""A topic hangs on a person who had so much of it."""
FEWEST: Final = 5
"""Of fewer conversations nothing is concluded."""


def skills(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return each topic of people's conversations, with how much of it one person had."""
    del span, ground
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    conversations: Counter[str] = Counter()
    for case in cases:
        named = {f"{each.agent} ({each.pool_id})" for each in case.stays if each.agent}
        conversations[case.topic] += bool(named)
        for person in named:
            topics[case.topic][person] += 1
    found = []
    for name, people in topics.items():
        person, most = min(people.items(), key=lambda each: (-each[1], each[0]))
        total = conversations[name]
        found.append(
            {
                "topic": name,
                "conversations": total,
                "people": len(people),
                "person": person,
                "share": round(most / total, 4),
                "hangs_on_one": total >= FEWEST and most / total >= MOST_OF_IT,
            }
        )
    return {"topics": sorted(found, key=lambda e: (-int(str(e["conversations"])), str(e["topic"])))}


def finding(found: Found, words: Words) -> str:
    """Return how many topics hang on one person, and the largest of them."""
    alone = [each for each in found["topics"] if each["hangs_on_one"]]
    if not found["topics"]:
        return words("agents_none", when=when(words, found))
    if not alone:
        return words("skills_none", when=when(words, found))
    largest = words(
        "skills_largest",
        topic=topic(words, alone[0]["topic"]),
        person=alone[0]["person"],
        percent=percent(words, alone[0]["share"]),
    )
    return f"{words('skills_said', when=when(words, found), count=len(alone))} {largest}"


def show(found: Found, words: Words) -> Shown:
    """Return the topics by how much of each one person had."""
    topics = found["topics"]
    of_one = [round(each["conversations"] * each["share"]) for each in topics]
    rest = [each["conversations"] - one for each, one in zip(topics, of_one, strict=True)]
    series = (Series(words("skills_of_one"), of_one), Series(words("skills_of_others"), rest))
    labels = [topic(words, each["topic"]) for each in topics]
    rows = [
        (
            label,
            words.number(each["conversations"]),
            words.number(each["people"]),
            each["person"],
            percent(words, each["share"]),
            words("yes" if each["hangs_on_one"] else "no"),
        )
        for label, each in zip(labels, topics, strict=True)
    ]
    heads = columns(words, "topic", "conversations", "people", "most_of_it", "share", "hangs")
    return Shown(
        Plot(words("skills_plot"), labels, series, is_ranked=True),
        (Table(words("by_topic"), heads, rows),),
    )


REPORT = Report(
    "topics that hang on one person",
    count=skills,
    finding=finding,
    show=show,
)
