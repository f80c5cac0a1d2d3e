"""Reading which of the offered choices a customer means, in three languages: number or words.

What is offered, and what becomes of the pick, is decided elsewhere. All work is bounded by the
length of what is looked at.
"""

import re
from collections.abc import Sequence
from typing import Final, Literal

from surgeline.knowledge.text.marks import normalised
from surgeline.knowledge.text.reading import match_form
from surgeline.knowledge.text.spelling import one_edit_apart

Pick = int | Literal["person", "again"] | None
"""The place of a choice (from 0), a person, the list again ("yes" to several), or no choice."""

_LONGEST: Final = 120
_MOST_WORDS: Final = 8
_WORTH_SPELLING: Final = 4
# Two words of which this much is the same are the same, whatever follows (particles, plurals).
_STEM: Final = {"hangul": 2, "latin": 5}


def _words(listed: str) -> frozenset[str]:
    return frozenset(normalised("NFKC", listed).split())


_ORDINALS: Final[dict[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "1 1st first one premier premiere un une 1er 1ere",
            "2 2nd second two deuxieme seconde deux 2e 2eme",
            "3 3rd third three troisieme trois 3e 3eme",
            "4 4th fourth four quatrieme quatre 4e 4eme",
        ),
        start=1,
    )
    for word in words.split()
}
_FILLERS: Final = _words(
    "a the number no nr num option choice answer please pls thanks thank you one i i'd want would "
    "like take pick choose mean meant it it's is that that's this ok okay yes yeah yep with go for "
    "about my on la le les l'option numero n choix reponse svp s'il vous plait stp je j'ai veux "
    "voudrais prends choisis c'est celui celle ce cette merci oui d'accord sur du de des pour mon "
    "ma 네 예 이거 그거 그걸로 이걸로 요 주세요 부탁해요 선택 선택할게요 할게요 볼게요 알려주세요 "
    "알려줘 관련 대해 대해서 내용"
)
_YES: Final = _words(
    "yes yeah yep yup sure right correct exactly oui ouais exactement 네 예 넵 응 맞아요 맞습니다 "
    "맞아 그거요 그거예요 네네 네넵 ㅇㅇ ㅇㅋ ㅇㅋㅇㅋ"
)
_KOREAN_ORDINAL: Final = re.compile(
    normalised(
        "NFKC",
        "(?:([1-4])|(일|첫|첫째|하나)|(이|두|둘째|둘)|(삼|세|셋째|셋)|(사|네|넷째|넷))"
        "(?:번|번째|번이요|번째거)?(?:것|거|걸|질문|항목|선택지)?"
        "(?:이|가|은|는|을|를|로|으로|요|이요|예요|이에요|입니다|주세요|알려주세요|할게요|볼게요"
        "|선택|선택할게요|부탁해요|부탁드려요)*",
    )
)


def picked(text: str, titles: Sequence[str]) -> Pick:
    """Return which of the choices a text names; after the last one stands "a person, please"."""
    said = match_form(text)
    if not said or len(said) > _LONGEST:
        return None
    number = _number_in(said)
    if number is not None:
        return _at(number, len(titles))
    if said in _YES:
        return 0 if len(titles) == 1 else "again"
    return _by_words(said, [match_form(title) for title in titles])


def agrees(text: str) -> bool:
    """Whether a text says yes and nothing else."""
    return match_form(text) in _YES


def _at(number: int, offered: int) -> Pick:
    if number == offered + 1:
        return "person"
    return number - 1 if number <= offered else None


def _number_in(said: str) -> int | None:
    """The one number or ordinal that a text consists of, besides polite words."""
    words = said.split()
    telling = [word for word in words if word not in _FILLERS]
    if not telling:
        # "one", "the one": a filler, unless it is all there is.
        return 1 if words[-1:] == ["one"] and len(words) == 1 else None
    if len(telling) == 1 and telling[0] in _ORDINALS:
        return _ORDINALS[telling[0]]
    found = _KOREAN_ORDINAL.fullmatch(said.replace(" ", ""))
    if found is None or said in _YES:
        return None
    groups = found.groups()
    return int(groups[0]) if groups[0] else next(n for n, g in enumerate(groups) if n and g)


def _by_words(said: str, titles: Sequence[str]) -> Pick:
    """The one title that a text repeats, or that alone holds all its telling words."""
    same = [place for place, title in enumerate(titles) if _alike(said, title)]
    if len(same) == 1:
        return same[0]
    telling = [word for word in said.split() if word not in _FILLERS]
    if not telling or len(telling) > _MOST_WORDS:
        return None
    holding = [
        place
        for place, title in enumerate(titles)
        if all(any(_same_word(word, other) for other in title.split()) for word in telling)
    ]
    return holding[0] if len(holding) == 1 else None


def _alike(said: str, title: str) -> bool:
    """Whether a text is the title, but for spaces and a typing error in every fourth word."""
    if said.replace(" ", "") == title.replace(" ", ""):
        return True
    words, others = said.split(), title.split()
    if len(words) != len(others):
        return False
    wrong = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return len(wrong) <= max(1, len(words) // 4) and all(one_edit_apart(*pair) for pair in wrong)


def _same_word(word: str, other: str) -> bool:
    if word == other:
        return True
    hangul = word[0] >= "\uac00"
    stem = _STEM["hangul" if hangul else "latin"]
    if len(word) >= stem and len(other) >= stem and word[:stem] == other[:stem]:
        return True
    return len(word) >= _WORTH_SPELLING and not hangul and one_edit_apart(word, other)
