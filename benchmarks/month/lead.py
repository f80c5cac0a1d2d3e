"""The lead of the month looks at candidates and phrasings once a day, over the operators' API.

The lead reads as a person does: a text tells what it is about. Nothing is approved unread.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from surgeline.domain.redaction import redact

from benchmarks.month.people import People
from benchmarks.month.topics import Company, Topic
from local.virtual.shop import Shop

BASE: Final = "/v1/admin/knowledge/shop"
GROUPS_A_DAY: Final = 8
"""The lead has about an hour a day."""
LOOKS_AT: Final = 25
LEAST_QUESTIONS: Final = 3
ONE_TOPIC: Final = 0.6
"""A group is one topic if this share of its questions is. The others are struck out."""
MOST_QUESTIONS: Final = 10
OVERLOOKED: Final = 0.02
"""This share of the wrong questions is overlooked by the reader."""
OK, CREATED, TAKEN = 200, 201, 202


@dataclass(slots=True)
class Work:
    """The work of a day, counted."""

    groups: int = 0
    new: int = 0
    mended: int = 0
    phrasings: int = 0
    put_aside: int = 0
    refused: int = 0


class Lead:
    """The lead. `passes` lets the instance work for a while, as after a click."""

    def __init__(
        self,
        shop: Shop,
        people: People,
        company: Company,
        seed: int,
        passes: Callable[[], None],
    ) -> None:
        self._shop, self._people, self._company, self._passes = shop, people, company, passes
        self._chance = random.Random(seed)  # noqa: S311 - a simulation guards nothing
        self._about: dict[str, Topic | None] = {}
        self._more: dict[str, list[str]] = {}
        self.drafts: list[str] = []
        self.days: list[Work] = []

    def works(self) -> Work:
        """Do a day's work.

        More words for articles are written into the exported file, and published with it. New
        articles, and new answers, become drafts that are checked and approved one by one.
        """
        work = Work()
        self.days.append(work)
        self._about = {redact(k, "contact"): v for k, v in self._company.about.items()}
        touched: set[str] = set()
        drafts = self._reads_candidates(work, touched)
        self._reads_phrasings(work)
        self._publishes()
        ready = [each for each in drafts if self._acts(each, "propose", work)]
        self._passes()
        ready = [each for each in ready if self._acts(each, "approve", work)]
        if ready:
            reason = {"reason": "the drafts of today"}
            answer = self._shop.admin("POST", f"{BASE}/release", reason)
            assert answer.status == TAKEN, answer.text
            self._passes()
        self.drafts += ready
        return work

    # ------------------------------------------------------------ candidates

    def _reads_candidates(self, work: Work, touched: set[str]) -> list[str]:
        answer = self._shop.admin("GET", f"{BASE}/candidates")
        assert answer.status == OK, answer.text
        drafts: list[str] = []
        for group in answer.json["candidates"][:LOOKS_AT]:
            if len(drafts) >= GROUPS_A_DAY or group["count"] < LEAST_QUESTIONS:
                break
            work.groups += 1
            topic, mine = self._topic_of(group["questions"])
            if len(mine) < ONE_TOPIC * group["count"]:
                continue
            if topic is None:
                self._puts_aside(mine, work)
                continue
            made = self._drafts(group, topic, mine, touched, work)
            drafts += [made] if made else []
        return drafts

    def _topic_of(self, questions: Sequence[str]) -> tuple[Topic | None, list[str]]:
        """Return the topic of most questions, and those that are about it."""
        about = [self._about.get(each) for each in questions]
        most = Counter(each.name if each else "" for each in about).most_common(1)[0][0]
        mine = [
            text
            for text, topic in zip(questions, about, strict=True)
            if (topic.name if topic else "") == most or self._chance.random() < OVERLOOKED
        ]
        return next((each for each in about if each and each.name == most), None), mine

    def _puts_aside(self, texts: Sequence[str], work: Work) -> None:
        self._shop.admin("POST", f"{BASE}/dismissals", {"texts": list(texts[:100])})
        work.put_aside += 1

    def _drafts(
        self,
        group: dict[str, Any],
        topic: Topic,
        questions: list[str],
        touched: set[str],
        work: Work,
    ) -> str | None:
        """Begin a draft of a new article, or of the article on this topic that there is."""
        known = self._article_on(topic)
        if topic.name in touched:
            return None
        answer = next((each for each in group["answers"] if topic.is_said_in(each)), None)
        origins = [each for each in group["origins"] if each[1] in (*questions, answer)]
        more = {"origins": origins[:200], "reason": f"{group['count']} asked it"}
        if known is not None:
            article = known
            said = article["answer"]
            work.mended += 1
            if topic.is_said_in(said):
                self._more.setdefault(article["id"], []).extend(questions[:MOST_QUESTIONS])
                touched.add(topic.name)
                return None
            article["answer"] = answer or said
        elif answer is None:
            return None  # nobody has answered it yet in words that others can use
        else:
            title = group["proposed_title"]
            article = {"title": title, "language": self._company.language, "answer": answer}
            article["questions"] = questions[:MOST_QUESTIONS]
            work.new += 1
        made = self._shop.admin("POST", f"{BASE}/drafts", {"article": article} | more)
        if made.status != CREATED:
            work.refused += 1
            return None
        article_id = made.json["article_id"]
        touched |= {topic.name, article_id}
        self._people.topic_of[article_id] = topic
        self._people.answer_of[article_id] = article["answer"]
        return str(made.json["id"])

    def _article_on(self, topic: Topic) -> dict[str, Any] | None:
        """Return the published article on a topic, or None."""
        of = self._people.topic_of
        return next((each for each in self._articles() if of.get(each["id"]) is topic), None)

    def _articles(self) -> list[dict[str, Any]]:
        """Return the published articles without their states, which a file need not name."""
        answer = self._shop.admin("GET", f"{BASE}/articles?content=yes")
        listed = answer.json["articles"] if answer.status == OK else []
        return [{name: each[name] for name in each if name != "state"} for each in listed]

    def _publishes(self) -> None:
        """Publish the articles with more phrasings, as a file."""
        if not self._more:
            return
        lines = []
        for each in self._articles():
            asked = [*each["questions"], *self._more.get(each["id"], ())]
            lines.append(json.dumps(each | {"questions": list(dict.fromkeys(asked))}))
        self._more = {}
        answer = self._shop.admin("PUT", BASE, "\n".join(lines).encode())
        assert answer.status == TAKEN, answer.text
        self._passes()

    # ------------------------------------------------------------ phrasings

    def _reads_phrasings(self, work: Work) -> None:
        answer = self._shop.admin("GET", f"{BASE}/phrasings")
        for each in answer.json["articles"] if answer.status == OK else ():
            topic = self._people.topic_of.get(each["article"])
            texts = [one["text"] for one in each["phrasings"]]
            right = [text for text in texts if self._is_about(text, topic)]
            wrong = [text for text in texts if text not in right]
            if wrong:
                body = {"article": each["article"], "texts": wrong}
                self._shop.admin("POST", f"{BASE}/dismissals", body)
            self._more.setdefault(each["article"], []).extend(right)
            work.phrasings += len(right)

    def _is_about(self, text: str, topic: Topic | None) -> bool:
        is_so = self._about.get(redact(text, "contact")) is topic
        return is_so or self._chance.random() < OVERLOOKED

    def _acts(self, draft: str, act: str, work: Work) -> bool:
        body = {"reason": f"{act}, read and right"}
        answer = self._shop.admin("POST", f"{BASE}/drafts/{draft}/{act}", body)
        if answer.status != OK:
            work.refused += 1
            self._shop.admin("POST", f"{BASE}/drafts/{draft}/discard", {})
        return answer.status == OK
