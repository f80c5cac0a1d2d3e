"""The customers and the agents of the month act here, each as a person would.

Customers see what is said to them. Agents see the offer that their desk gets.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.month.topics import Company, Topic
from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from local.virtual.shop import CHANNEL_URL, POOL_URL, Shop

MINUTE = 60_000
HOUR = 60 * MINUTE
ACCEPTED = 202
AGENTS = ("Ada", "Ben", "Cho", "Dia", "Eli")
GREETS = ("Hello! ", "", "Hi there. ", "", "")
ENDS = ("", " Is there anything else?", "", " Have a nice day.", "")
SLOPPY = 0.05
"""This share of the agents' answers says nothing that helps others."""
THANKS, SAYS_NO, WANTS_PERSON, RETURNS, RATES = 0.3, 0.5, 0.25, 0.5, 0.5
WORDS = {
    "en": ("thanks", "no, that is wrong", "I want to talk to a person", "yes", "no"),
    "ko": ("고마워요", "아니요, 그게 아니에요", "상담원과 이야기하고 싶어요", "네", "아니요"),
    "fr": ("merci", "non, ce n'est pas ça", "je veux parler à un conseiller", "oui", "non"),
}
"""How customers thank, reject an answer, ask for a person, and say yes and no."""


@dataclass(slots=True)
class Contact:
    """One customer with one question, and what became of it.

    `answered_by` is the article that the bot gave as its answer. `picked`: the customer chose the
    right article among those that were offered. `is_new`: nobody had asked in these words.
    """

    number: int
    day: int
    topic: Topic | None
    text: str
    is_new: bool
    answered_by: str | None = None
    right: bool | None = None
    broken: bool = False
    picked: bool = False
    served: bool = False
    returned: bool = False
    helped: bool | None = None
    replies: set[str] = field(default_factory=set)

    @property
    def sender(self) -> str:
        """Return the name of the customer."""
        return f"c{self.number}"


class People:
    """All people of the month but the lead.

    `topic_of` and `answer_of` know what each article is about, and what it says.
    """

    def __init__(self, home: VirtualHome, shop: Shop, company: Company, seed: int) -> None:
        self._home, self._shop, self._company = home, shop, company
        self._thanks, self._wrong, self._person, *self._yes_no = WORDS[company.language]
        self._chance = random.Random(seed)  # noqa: S311 - a simulation guards nothing
        self.contacts: dict[str, Contact] = {}
        self.topic_of: dict[str, Topic] = {}
        self.answer_of: dict[str, str] = {}
        self.used = self.by_hand = 0
        self._conversations: dict[str, str] = {}
        home.network.serve(CHANNEL_URL, self._reads)
        home.network.serve(POOL_URL, self._is_offered)

    def comes(self, contact: Contact) -> None:
        """Let a customer write the question."""
        self.contacts[contact.sender] = contact
        self._writes(contact, contact.text)

    def helps(self, article_id: str, topic: Topic | None) -> bool:
        """Return whether an article helps somebody who asks about a topic now."""
        if topic is None or self.topic_of.get(article_id) is not topic:
            return False
        return topic.is_said_in(self.answer_of[article_id])

    # ------------------------------------------------------------ customers

    def _writes(self, contact: Contact, text: str) -> None:
        answer = self._shop.write(text, sender=contact.sender)
        assert answer.status == ACCEPTED, answer.text

    def _later(self, milliseconds: int, act: Any, *given: Any) -> None:  # noqa: ANN401 # any act
        self._home.agenda.at(self._home.clock.now() + milliseconds, partial(act, *given))

    def _reads(self, post: Post) -> Answer:
        data = post.json["data"]
        contact, message = self.contacts[data["sender"]], data["message"]
        self._conversations[data["conversation_id"]] = contact.sender
        if message["id"] not in contact.replies:
            contact.replies.add(message["id"])
            self._later(MINUTE, self._reacts, contact, message, data["conversation"]["owner"])
        return Answer()

    def _reacts(self, contact: Contact, message: Mapping[str, Any], owner: str) -> None:
        if message["speaker"] == "system" and message["choices"]:
            self._is_asked_whether_it_helped(contact)
        elif message["article_id"] is not None:
            self._is_answered(contact, message["article_id"])
        elif message["choices"] and owner == "bot":
            self._chooses(contact, message["choices"])
        elif message["speaker"] == "person":
            contact.helped = True

    def _is_answered(self, contact: Contact, article_id: str) -> None:
        helps = self.helps(article_id, contact.topic)
        contact.helped = helps
        if contact.answered_by is None and not contact.picked and not contact.served:
            contact.answered_by = article_id
            contact.right = self.topic_of.get(article_id) is contact.topic
            contact.broken = contact.right and not helps
        draw = self._chance.random()
        if helps:
            if draw < THANKS:
                self._writes(contact, self._thanks)
        elif draw < SAYS_NO:
            self._writes(contact, self._wrong)
        elif draw < SAYS_NO + WANTS_PERSON:
            self._writes(contact, self._person)
        elif contact.topic is not None and self._chance.random() < RETURNS:
            wait = round(self._chance.uniform(3, 20)) * HOUR
            self._later(wait, self._comes_back, contact)

    def _comes_back(self, contact: Contact) -> None:
        contact.returned = True
        self._writes(contact, contact.text)

    def _chooses(self, contact: Contact, choices: list[Mapping[str, Any]]) -> None:
        about = [self.topic_of.get(each["article_id"] or "") for each in choices]
        right = contact.topic is not None and contact.topic in about
        if right and self._chance.random() < 0.85:  # noqa: PLR2004 # a share
            contact.picked = contact.answered_by is None
            self._writes(contact, str(about.index(contact.topic) + 1))
        else:
            self._writes(contact, self._person)

    def _is_asked_whether_it_helped(self, contact: Contact) -> None:
        if self._chance.random() < RATES:
            yes, no = self._yes_no
            self._writes(contact, yes if contact.helped else no)

    # ------------------------------------------------------------ agents

    def _is_offered(self, post: Post) -> Answer:
        event = post.json
        if event["type"] != "handoff.offered":
            return Answer()
        data = event["data"]
        agent = AGENTS[self._chance.randrange(len(AGENTS))]
        self._later(2 * MINUTE, self._serves, data, agent)
        return Answer(body=json.dumps({"accepted": True, "agent": {"name": agent}}).encode())

    def _serves(self, data: Mapping[str, Any], agent: str) -> None:
        """Answer a customer, with a suggested article where one is right, or by hand."""
        contact = self.contacts[self._conversations[data["conversation_id"]]]
        contact.served = True
        about = {"conversation_id": data["conversation_id"], "epoch": data["epoch"]}
        shown = [each for each in data["context"]["candidates"] if each["answer"]]
        right = [each for each in shown if self.helps(each["article_id"], contact.topic)]
        suggestions = []
        if right:
            use = "used" if self._chance.random() < 0.7 else "edited"  # noqa: PLR2004 # a share
            suggestions = [{"article_id": right[0]["article_id"], "use": use}]
            text = right[0]["answer"]
            self.used += 1
        else:
            text = self._by_hand(contact.topic, agent)
            suggestions = [{"article_id": e["article_id"], "use": "skipped"} for e in shown[:1]]
            self.by_hand += 1
        self._says("message.sent", about | {"text": text, "agent": {"name": agent}})
        resolved = about | {"outcome": "solved", "suggestions": suggestions}
        self._later(MINUTE, self._says, "conversation.resolved", resolved)

    def _by_hand(self, topic: Topic | None, agent: str) -> str:
        number = AGENTS.index(agent)
        if topic is None:
            return f"{GREETS[number]}I have looked into it, and it is not something that we offer."
        if self._chance.random() < SLOPPY:
            return "I did it for you."
        words = topic.right_words[number % 2]
        return f"{GREETS[number]}{words}{ENDS[number]}"

    def _says(self, kind: str, data: Mapping[str, Any]) -> None:
        self._shop.pool(kind, data)
