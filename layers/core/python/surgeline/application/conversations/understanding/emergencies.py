"""A customer's message is held here to the rules of emergencies, by its words and its topic."""

from surgeline.domain.events import CustomerWrote, Event
from surgeline.domain.on_call.emergency import Emergency, Heard
from surgeline.domain.reading import Answered, Reading, Weighed
from surgeline.knowledge.text.reading import match_form


def emergency_in(
    rules: tuple[Emergency, ...], event: Event, reading: Reading | None
) -> Heard | None:
    """Return the first rule that the message fulfils. A machine's message fulfils none."""
    if not rules or not isinstance(event, CustomerWrote) or event.automatic:
        return None
    said = f" {match_form(event.text)} "
    topics = _topics(reading)
    for rule in rules:
        word = next((each for each in rule.words if _is_in(each, said)), None)
        if word is not None:
            return Heard(rule.id, f"the message has {word!r}")
        topic = next((each for each in topics if each in rule.topics), None)
        if topic is not None:
            return Heard(rule.id, f"the topic is {topic}")
    return None


def _is_in(words: str, said: str) -> bool:
    """Return whether the words stand in the text, as whole words where they are written apart."""
    form = match_form(words)
    apart = form.isascii()
    return bool(form) and (f" {form} " in said if apart else form in said)


def _topics(reading: Reading | None) -> tuple[str, ...]:
    """Return the article that answers, or else the likeliest one."""
    if isinstance(reading, Answered):
        return (reading.article_id,)
    return tuple(each for each, _ in reading.candidates[:1]) if isinstance(reading, Weighed) else ()
