"""A spike is shown here with sentences of customers, redacted, and with what the bot answered."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from surgeline.application.ports.conversations import ConversationStore
from surgeline.application.ports.outcomes import Outcomes
from surgeline.application.reports.read_cases import cases_of
from surgeline.application.spikes.heard_words import texts_of, words_in
from surgeline.application.spikes.topic_counts import INTERVAL_MS, topic_of
from surgeline.domain.events import CustomerWrote
from surgeline.domain.redaction import redact
from surgeline.domain.spikes.detect import Spike
from surgeline.domain.spikes.words import word_of_topic
from surgeline.knowledge.text.reading import match_form
from surgeline.reports.case import Case

PAGE: Final = 300
READ: Final = 30
SENTENCES: Final = 3
LONGEST: Final = 200


def sentences_of(store: ConversationStore, outcomes: Outcomes, spike: Spike) -> list[str]:
    """Return the sentences that stand best for a spike. They are read now and kept nowhere."""
    until = spike.last_at + INTERVAL_MS
    page = outcomes.find(spike.began_at, until, limit=PAGE, newest_first=True)
    cases = [case for _, case in cases_of(store, page)]
    word = word_of_topic(spike.topic)
    if word is not None:
        return representative(_texts_with(store, cases, word))
    own = [case for case in cases if topic_of(case) == spike.topic]
    texts = [_first_text(store, case) for case in own[:READ]]
    return representative([each for each in texts if each])


def _texts_with(store: ConversationStore, cases: Sequence[Case], word: str) -> list[str]:
    """Return the texts of some customers that have a word, without what may name them.

    Those whom no article answered come first.
    """
    found: list[str] = []
    for case in sorted(cases, key=lambda each: each.is_answered):
        if not case.is_erased:
            found += [each for each in texts_of(store, case) if word in words_in(each)]
        if len(found) >= READ:
            break
    return [redact(each, "contact")[:LONGEST] for each in found]


def representative(texts: Sequence[str]) -> list[str]:
    """Return the texts whose words are the commonest among all, each of another form."""
    words = {text: set(match_form(text).split()) for text in texts}
    common = Counter(word for text in texts for word in words[text])
    forms: dict[str, str] = {}
    for text in sorted(words, key=lambda each: (-_weight(words[each], common), each)):
        forms.setdefault(match_form(text), text)
    return list(forms.values())[:SENTENCES]


def _weight(words: set[str], common: Counter[str]) -> float:
    return sum(common[word] for word in words) / (len(words) + 2) if words else 0.0


def _first_text(store: ConversationStore, case: Case) -> str:
    """Return the first text of a conversation without what may name its customer."""
    for record in store.records(case.customer, limit=20, newest_first=True)[::-1]:
        event = record.event
        if record.conversation_id == case.conversation_id and isinstance(event, CustomerWrote):
            return redact(event.text, "contact")[:LONGEST]
    return ""
