"""A yes or no in words is understood here, and answered in the same language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 40
_MINUTES: Final = re.compile(r"[0-9]{1,4}")
_MOST_MINUTES: Final = 1_440
_YES: Final = {
    "en": ("yes", "y", "ok", "okay", "i come", "i am coming", "i'm coming", "coming"),
    "fr": ("oui", "j'arrive", "je viens", "d'accord"),
    "ko": ("네", "예", "넵", "갑니다", "갈게요", "가겠습니다"),
}
_NO: Final = {
    "en": ("no", "n", "i can't", "i can't come", "can't", "sorry no"),
    "fr": ("non", "je ne peux pas", "impossible"),
    "ko": ("아니요", "아니오", "못 가요", "못 갑니다", "안 돼요"),
}
_WORDS: Final[Mapping[str, tuple[str, bool]]] = {
    word: (language, coming)
    for coming, all_words in ((True, _YES), (False, _NO))
    for language, words in all_words.items()
    for word in words
}
_UNITS: Final = ("minutes", "minute", "mins", "min", "in", "dans", "분 뒤", "분 후", "분")
_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "coming": "Thank you. You are expected.",
        "declined": "Thank you. Somebody else is asked.",
        "full": "Thank you. Enough people come already.",
        "over": "Thank you. This call is over.",
        "hours": "Thank you, but that would be more than your hours of this week.",
        "reached": "Thank you. The test reached you.",
    },
    "fr": {
        "coming": "Merci. Vous êtes attendu.",
        "declined": "Merci. Nous demandons à quelqu'un d'autre.",
        "full": "Merci. Assez de personnes viennent déjà.",
        "over": "Merci. Cet appel est terminé.",
        "hours": "Merci, mais cela dépasserait vos heures de cette semaine.",
        "reached": "Merci. L'essai vous est bien parvenu.",
    },
    "ko": {
        "coming": "감사합니다. 오시는 것으로 알고 있겠습니다.",
        "declined": "감사합니다. 다른 분께 요청하겠습니다.",
        "full": "감사합니다. 이미 충분한 인원이 오고 있습니다.",
        "over": "감사합니다. 이 호출은 끝났습니다.",
        "hours": "감사합니다. 하지만 이번 주 근무 시간을 넘게 됩니다.",
        "reached": "감사합니다. 시험 호출이 잘 도착했습니다.",
    },
}


@dataclass(frozen=True, slots=True)
class Said:
    """A yes or no, its language, and in how many minutes the person is there."""

    coming: bool
    language: str
    in_minutes: int | None = None


def said_in(text: str) -> Said | None:
    """Return the yes or no that a text is, such as "yes, 20 minutes", or None for others."""
    line = text.strip().partition("\n")[0]
    if len(line) > _LONGEST:
        return None
    plain = line.lower().replace("\u2019", "'")
    found = _MINUTES.search(plain)
    minutes = int(found[0]) if found else None
    if found:
        plain = plain.replace(found[0], " ", 1)
        for unit in _UNITS:
            plain = re.sub(rf"(?:(?<=\s)|(?<=^)){re.escape(unit)}(?=\W|$)", " ", plain)
    words = " ".join(re.sub(r"[^\w\s']", " ", plain).split())
    if words not in _WORDS or (minutes is not None and minutes > _MOST_MINUTES):
        return None
    language, coming = _WORDS[words]
    return Said(coming, language, minutes if coming else None)


def told_in(language: str, told: str) -> str:
    """Return what the person is told of the answer. A repeat is told like the first one."""
    texts = _TEXTS[language]
    return texts.get(told, texts["over"])
