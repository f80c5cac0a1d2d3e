"""The digest says in plain words what changed since the week before, and what to do about it.

Its sentences are in the company's language. The other reports have all numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from surgeline.domain.texts import Value, Words
from surgeline.reports.case import Case
from surgeline.reports.days import Span, date_at, span_of
from surgeline.reports.named.daily import was_abandoned
from surgeline.reports.numbers import between, percentiles
from surgeline.reports.report import Found, Ground, Plot, Report, Series, Shown, Table
from surgeline.reports.words import columns, topic

WEEK: Final = 7
FEW: Final = 3
"""Fewer conversations than these about one thing are no reason to do something."""
MANY: Final = 20
"""Of fewer waits the longest is told, because 95 of 100 are no words for a handful."""
LONG_WAIT_MS: Final = 300_000
SLOW_REPLY_MS: Final = 10_000
MOST_TOPICS: Final = 3
MOST_SAMPLES: Final = 3
"""So many conversations of each topic are named."""
NUMBERS: Final = ("arrivals", "answered_by_bot", "handed_off", "abandoned", "unresolved")


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    to_people: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rejected: Counter[str] = field(default_factory=Counter)
    first_replies: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    def add(self, case: Case, ground: Ground) -> None:
        is_over = case.is_over(ground.at, ground.quiet)
        self.counts["arrivals"] += 1
        self.counts["answered_by_bot"] += case.is_answered and not case.is_handed_off
        self.counts["handed_off"] += case.is_handed_off
        self.counts["abandoned"] += was_abandoned(case) and is_over
        self.counts["unresolved"] += case.verdict(ground.at, ground.quiet) == "unresolved"
        self.rejected.update(case.rejected)
        if case.account is None:
            return
        self.topics[case.topic] += 1
        self._name(case)
        self.to_people[case.topic] += case.is_handed_off
        self.first_replies += case.first_reply_ms
        self.waits += between(case.account.asked_at, case.account.joined_at)

    def _name(self, case: Case) -> None:
        """Keep the least ids of a topic. An id is a keyed hash, so that these are any of them."""
        found = self.named[case.topic]
        found.append(case.conversation_id)
        if len(found) > MOST_SAMPLES:
            found.remove(max(found))

    def as_json(self) -> dict[str, Any]:
        replies, waits = percentiles(self.first_replies, (95,)), percentiles(self.waits, (95,))
        return {
            **{name: self.counts[name] for name in NUMBERS},
            "first_reply_p95_ms": replies["p95"],
            "waits": waits["count"],
            "wait_p95_ms": waits["p95"],
            "longest_wait_ms": max(self.waits, default=None),
        }


def before(span: Span) -> Span:
    """Return as many days before, a whole number of weeks earlier."""
    first, last = span.days[0].date, span.days[-1].date
    weeks = -(-((last - first).days + 1) // WEEK)
    shift = timedelta(days=WEEK * weeks)
    try:
        return span_of(first - shift, last - shift, span.zone)
    except ValueError:  # the place's calendar left that date out
        return span_of(first - shift - timedelta(days=1), last - shift, span.zone)


def digest(span: Span, cases: Iterable[Case], ground: Ground) -> dict[str, Any]:
    """Return what changed and what to do, as sentences, and the numbers of both times."""
    now, then = _Tally(), _Tally()
    for case in cases:
        (now if case.opened_at >= span.start else then).add(case, ground)
    days = {"from": span.days[0].date.isoformat(), "to": span.days[-1].date.isoformat()}
    said = _Sentences(ground.words, now.as_json(), then.as_json(), days, is_one=span.is_one)
    articles = _to_look_at(ground, date_at(ground.at, span.zone).isoformat())
    return {
        "now": said.now,
        "before": said.then,
        "first": said.first(),
        "changed": [*said.changed(), *said.topics(now.topics, then.topics)],
        "to_do": said.to_do(now, articles),
        "articles": articles,
        "topics": [
            {
                "topic": name,
                "now": count,
                "before": then.topics[name],
                "conversations": sorted(now.named[name]),
            }
            for name, count in _ranked(now.topics)
        ],
    }


def _to_look_at(ground: Ground, today: str) -> dict[str, list[str]]:
    """Return the articles that wait for a person: due for a review, and paused."""
    known = sorted((name, fact) for of in ground.articles.values() for name, fact in of.items())
    return {
        "due": [
            name
            for name, fact in known
            if fact.review_by and fact.review_by <= today and fact.state != "retired"
        ],
        "paused": [name for name, fact in known if fact.state == "paused"],
    }


@dataclass(frozen=True, slots=True)
class _Sentences:
    """The sentences of a digest, in the language of the report."""

    words: Words
    now: Mapping[str, Any]
    then: Mapping[str, Any]
    days: Mapping[str, str]
    is_one: bool

    def say(self, key: str, **values: Value) -> str:
        return self.words(key, **values)

    def first(self) -> str:
        """Return the sentence that everything else follows: how many wrote, and the change."""
        now, then = self.now["arrivals"], self.then["arrivals"]
        when = self.say("day" if self.is_one else "days", **self.days)
        kind = "more" if now > then else "fewer" if now < then else "same"
        kind = kind if then else "new"
        percent = abs(round((now - then) / then * 100)) if then else 0
        return self.say(f"digest_first_{kind}", when=when, now=now, before=then, percent=percent)

    def changed(self) -> list[str]:
        """Return a sentence for each number that people act on, as far as there is one."""
        said = []
        for name in ("answered_by_bot", "handed_off"):
            if self.now["arrivals"]:
                share = _percent(self.now, name)
                earlier = _percent(self.then, name) if self.then["arrivals"] else None
                key = f"digest_said_{name}" + ("" if earlier is None else "_before")
                said.append(self.say(key, count=self.now[name], percent=share, before=earlier))
        if self.now["abandoned"] or self.then["abandoned"]:
            counts = {"count": self.now["abandoned"], "before": self.then["abandoned"]}
            said.append(self.say("digest_said_abandoned", **counts))
        if self.now["waits"] >= MANY:
            said.append(self.say("digest_said_wait", minutes=_minutes(self.now["wait_p95_ms"])))
        elif self.now["waits"]:
            longest = _minutes(self.now["longest_wait_ms"])
            said.append(self.say("digest_said_longest_wait", minutes=longest))
        return said

    def topics(self, now: Counter[str], then: Counter[str]) -> list[str]:
        """Return the topics that grew most, where there is a week before to compare with."""
        if not self.then["arrivals"]:
            return []
        grown = Counter({name: count - then[name] for name, count in now.items()})
        return [
            self.say(
                "digest_said_topic",
                topic=topic(self.words, name),
                count=now[name],
                before=then[name],
            )
            for name, more in _ranked(grown)[:MOST_TOPICS]
            if more >= FEW
        ]

    def to_do(self, now: _Tally, articles: Mapping[str, Sequence[str]]) -> list[str]:
        """Return what somebody should do, the most important first, or that nothing is to do."""
        said = [
            self.say("digest_do_rejected", article=article, count=count)
            for article, count in _ranked(now.rejected)[:MOST_TOPICS]
            if count >= FEW
        ]
        for name, count in _ranked(now.to_people)[:MOST_TOPICS]:
            if count >= FEW:
                key = "no_answer" if name in ("no_answer", "other") else "people"
                about = topic(self.words, name)
                said.append(self.say(f"digest_do_{key}", topic=about, count=count))
        if (self.now["wait_p95_ms"] or 0) > LONG_WAIT_MS or self.now["abandoned"] >= FEW:
            said.append(self.say("digest_do_staff"))
        if (self.now["first_reply_p95_ms"] or 0) > SLOW_REPLY_MS:
            said.append(self.say("digest_do_slow"))
        for what, names in articles.items():
            if names:
                more = ["…"] if len(names) > MOST_TOPICS else []
                named = ", ".join([*names[:MOST_TOPICS], *more])
                said.append(self.say(f"digest_do_{what}", count=len(names), named=named))
        return said or [self.say("digest_do_nothing")]


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _percent(told: Mapping[str, Any], name: str) -> int:
    share: float = told[name] / told["arrivals"]
    return round(share * 100)


def _minutes(milliseconds: int) -> int:
    return -(-milliseconds // 60_000)


def finding(found: Found, words: Words) -> str:
    """Return the first sentence, and what to do first."""
    del words  # its sentences are told already
    return f"{found['first']} {found['to_do'][0]}"


def show(found: Found, words: Words) -> Shown:
    """Return what changed, what to do, and the numbers of both times."""
    topics = found["topics"]
    names = [topic(words, each["topic"]) for each in topics]
    plot = Plot(
        words("digest_topics"),
        names,
        (Series(words("digest_now"), [each["now"] for each in topics]),),
        is_ranked=True,
    )
    by_topic = [
        (name, words.number(each["now"]), words.number(each["before"]))
        for name, each in zip(names, topics, strict=True)
    ]
    numbers = [
        (words(f"count_{name}"), *(words.number(found[when][name]) for when in ("now", "before")))
        for name in NUMBERS
    ]
    times = (words("digest_now"), words("digest_before"))
    lists = (
        Table(
            words(f"digest_{name}"), (words(f"digest_{name}"),), [(each,) for each in found[name]]
        )
        for name in ("to_do", "changed")
    )
    return Shown(
        plot,
        (
            *lists,
            Table(words("all_numbers"), (*columns(words, "number"), *times), numbers),
            Table(words("by_topic"), (*columns(words, "topic"), *times), by_topic),
            *_samples(topics, words),
        ),
    )


def _samples(topics: Sequence[Mapping[str, Any]], words: Words) -> Iterator[Table]:
    """Yield the table of what customers wrote, where the report was read with texts."""
    rows = [(topic(words, e["topic"]), said) for e in topics for said in e.get("samples", ())]
    if rows:
        yield Table(words("digest_samples"), columns(words, "topic", "wrote"), rows)


REPORT = Report(
    "what changed since a week before, in plain words, and what to do",
    count=digest,
    finding=finding,
    show=show,
    earlier=before,
    has_samples=True,
)
