"""The questions of a message are found here, without what people write around them.

Greetings, sign-offs, names, order numbers, links, emoji, quoted history and disclaimers ask
nothing. A message that consists of such parts alone stays as it is.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from surgeline.knowledge.text.courtesies import courtesy_of
from surgeline.knowledge.text.language import Letters
from surgeline.knowledge.text.languages import languages
from surgeline.knowledge.text.patterns import alternatives, compiled
from surgeline.knowledge.text.reading import MAX_CHARS, match_form, tidy
from surgeline.knowledge.text.shadow import shadow

_LONGEST_PLEASANTRY: Final = 200
_LONGEST_ENDING: Final = 60
_LONGEST_TRAILING: Final = 60
# A line that is longer than this and has no end goes on in the next line, as mails are wrapped.
_WRAPPED: Final = 50
_MOST_SENTENCES: Final = 12
_KEPT: Final = 32

_LINK: Final = re.compile(
    r"(?:https?://|www\.)\S{1,2000}|(?<!\S)[^\s@<>]{1,64}@[\w.-]{1,64}\.\w{2,12}", re.IGNORECASE
)
_SENTENCE: Final = re.compile(r"(?<=[!?…。？！])\s+|(?<=\.)\s+(?!#?\w{0,6}\d)")
_ENDED: Final = re.compile(r"[.!?…。？！,:;]\s*$")
_POLITE_END: Final = re.compile(r"(?:요|니다|니까)$")
_QUOTE_MARKS: Final = (">", "|")
_SIGNATURES: Final = ("--", "__", "—")
_NAME: Final = r"(?:[ ,]+[^\W\d_][\w'.-]{0,20}){1,3}"
# A number of an order or an account, and the numbers of a card or a telephone.
_CODE: Final = (
    r"(?:#|n[°ºo]\.? ?)?(?P<code>(?=[a-z/-]{0,8}\d)[a-z\d]+(?:[-/][a-z\d]+){0,4})(?![a-z\d%€$£])"
)
_FREE_CODE: Final = r"(?<![\w$€£.,#/-])#?([a-z\d]+(?:[-/][a-z\d]+){0,4})(?![a-z\d%€$£])"
_DIGITS_OF_A_CODE: Final = 5
_DIGITS_OF_A_NAMED_CODE: Final = 3
_DIGITS_OF_A_LONE_NUMBER: Final = 4
_MOST_NUMBERS: Final = 4
_DIGIT: Final = re.compile(r"\d")
_EMPTY_BRACKETS: Final = re.compile(r"[(\[{]\W{0,20}[)\]}]")
_WORDS_OF_A_QUESTION: Final = 4
_WORDS_OF_A_NAME: Final = 3
_WORDS_OF_A_LONE_NUMBER: Final = 2
_EDGES: Final = " \t,;:-–—~*"


class _Patterns(NamedTuple):
    """The patterns of all languages together, because people mix languages ("hello, bonjour")."""

    opening: re.Pattern[str]
    lead: re.Pattern[str]
    pleasantry: re.Pattern[str]
    unless: re.Pattern[str]
    closing: re.Pattern[str]
    trailing: re.Pattern[str]
    references: tuple[re.Pattern[str], ...]
    free_code: re.Pattern[str]
    lone_code: re.Pattern[str]
    pleads: re.Pattern[str]
    asks_number: re.Pattern[str]
    counting: frozenset[str]
    history: re.Pattern[str]
    disclaimer: re.Pattern[str]
    asks: re.Pattern[str]
    small: frozenset[str]


@dataclass(frozen=True, slots=True)
class Message:
    """The sentences of a message that may ask something, in their order.

    `asking` says of each sentence whether it asks. A message that stands `as_written` is a phrasing
    word for word, so that nothing in it is to be corrected. In an `addition` nothing is left to
    ask: it is polite, or it gives the number of an order.
    """

    sentences: tuple[str, ...]
    asking: tuple[bool, ...]
    as_written: bool = False
    addition: bool = False

    @classmethod
    def exactly(cls, text: str) -> "Message":
        """Return a message that is one question, as it was written."""
        return cls((text,), (True,), as_written=True)

    @property
    def core(self) -> str:
        """Return the sentences as one text."""
        return " ".join(self.sentences)

    @property
    def questions(self) -> tuple[str, ...]:
        """Return the sentences that ask; all of them where none shows that it does."""
        asked = zip(self.sentences, self.asking, strict=True)
        return tuple(each for each, asks in asked if asks) or self.sentences


@lru_cache(_KEPT)
def read_message(text: str, known: Collection[str] = frozenset()) -> Message:
    """Return the questions of a message. `known` are words that the knowledge base has.

    A number that the knowledge base knows is no order number, and a word that it knows is no name.
    """
    sentences = list(_sentences(_own_lines(text[: 4 * MAX_CHARS])))[:_MOST_SENTENCES]
    found = [_question_in(each, known) for each in _without_ending(sentences)]
    if len(found) > 1 and not found[-2] and _is_signature(found[-1]):
        del found[-1]
    kept = tuple(filter(None, found)) or (calm(tidy(text)),)
    addition = (
        all(_gives_number(each, known) for each in found if each)
        and "@" not in text
        and _only_adds(sentences, known)
    )
    return Message(kept, tuple(asks(each) for each in kept), addition=addition)


def may_ask_number(answer: str, language: str) -> bool:
    """Return whether an answer may ask for a number. A language without words for one may."""
    patterns = _patterns()
    told = language.split("-", maxsplit=1)[0] in patterns.counting
    return not told or "?" in answer or bool(patterns.asks_number.search(shadow(answer)))


def own_words(text: str) -> str:
    """Return a message without the messages that it quotes, and without disclaimers."""
    return text if "\n" not in text else "\n".join(_own_lines(text)).strip() or text


def calm(text: str) -> str:
    """Return a text in capitals in lower case, because capitals only raise the voice."""
    return text.lower() if text.isupper() and sum(map(str.isalpha, text)) > 1 else text


@cache
def _patterns() -> _Patterns:
    spoken = [language.letters for language in languages()]
    openings = alternatives(each for letters in spoken for each in letters.openings)
    addressed = _joined(letters.addressed for letters in spoken)
    names = _NAME if openings else ""
    return _Patterns(
        opening=compiled(
            rf"(?:{openings})(?![a-z\d'-])(?:[ ,]+(?:{addressed})\b)*"
            rf"(?P<name>{names}(?=[,!\n]))?[ ,!.~:;-]*"
            if openings
            else ""
        ),
        lead=_any((each for letters in spoken for each in letters.leads), r"[ ,:;-]*"),
        pleasantry=_any(each for letters in spoken for each in letters.pleasantries),
        unless=compiled(_joined(letters.unless for letters in spoken)),
        closing=_any((each for letters in spoken for each in letters.closings), r"(?!\w)"),
        trailing=compiled(_trailing([letters.trailing for letters in spoken])),
        references=tuple(_numbered(letters) for letters in spoken if letters.numbered),
        free_code=compiled(_followed(_FREE_CODE, (letters.follows_number for letters in spoken))),
        lone_code=compiled(_followed(_CODE, (letters.ends_number for letters in spoken))),
        pleads=compiled(_joined(letters.pleads for letters in spoken)),
        asks_number=compiled(_joined(letters.asks_number for letters in spoken)),
        counting=frozenset(each.code for each in languages() if each.letters.asks_number),
        history=_any(each for letters in spoken for each in letters.history),
        disclaimer=_any(each for letters in spoken for each in letters.disclaimers),
        asks=compiled(_joined(letters.asks for letters in spoken)),
        small=frozenset(word for each in languages() for word in each.small_words.split()),
    )


def _any(patterns: Iterable[str], after: str = "") -> re.Pattern[str]:
    found = alternatives(patterns)
    return compiled(f"(?:{found}){after}" if found else "")


def _joined(patterns: Iterable[str]) -> str:
    return "|".join(filter(None, patterns))


def _trailing(patterns: Iterable[str]) -> str:
    found = _joined(patterns)
    return rf"(?:[ ,.;-]+(?:{found}))+[ .!~]*$" if found else ""


def _followed(code: str, follows: Iterable[str]) -> str:
    found = _joined(follows)
    return rf"{code}(?: ?(?:{found}))?" if found else code


def _numbered(letters: Letters) -> re.Pattern[str]:
    """Return the pattern of a thing with its number, such as "my order number is 4711"."""
    ends = rf"(?P<ends> ?(?:{letters.ends_number}))?" if letters.ends_number else "(?P<ends>(?!))?"
    return re.compile(
        rf"(?<!\w)(?P<begins>(?:(?:{letters.begins_number})[ ']){{0,4}})"
        rf"(?:(?P<noun>{letters.numbered})(?: ?(?P<number>{letters.number}))*"
        rf"|(?P<alone>{letters.number}))"
        rf"(?: ?(?P<is>{letters.is_number}))?[ :=]*{_CODE}{ends}"
    )


def _own_lines(text: str) -> Iterator[str]:
    """Yield the paragraphs that the customer wrote, without quoted messages and disclaimers."""
    patterns = _patterns()
    pending = ""
    for line in text.splitlines():
        if line.lstrip().startswith(_QUOTE_MARKS):
            continue
        tidied = tidy(line)
        shaded = shadow(tidied)
        if patterns.history.match(shaded) or patterns.disclaimer.match(shaded):
            break
        if line.strip() in _SIGNATURES:
            break
        if pending and _begins_anew(pending, tidied):
            yield pending
            pending = ""
        pending = f"{pending} {tidied}".strip()
        if len(tidied) < _WRAPPED or _ENDED.search(tidied):
            yield pending
            pending = ""
    yield pending


def _begins_anew(before: str, line: str) -> bool:
    """Return whether a line is a sentence of its own, though the long one before it has no end."""
    return line[:1].isupper() or bool(_POLITE_END.search(before))


def _sentences(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        plain = _LINK.sub(" ", paragraph)
        if not plain.isascii():
            plain = "".join(" " if _is_picture(each) else each for each in plain)
        for sentence in _SENTENCE.split(plain):
            if sentence.strip():
                yield sentence.strip()


def _is_picture(character: str) -> bool:
    return character > "\u2000" and unicodedata.category(character) in {"So", "Sk", "Cf", "Mn"}


def _without_ending(sentences: list[str]) -> list[str]:
    """Leave out the end of a letter: "kind regards" and the short rest after it."""
    closing = _patterns().closing
    for place in range(1, len(sentences)):
        rest = " ".join(sentences[place:])
        short = len(rest) <= _LONGEST_ENDING and "?" not in rest
        if short and closing.match(shadow(rest)):
            return sentences[:place]
    return sentences


def _question_in(sentence: str, known: Collection[str]) -> str:
    """Return what a sentence may ask, or an empty text."""
    sentence = _bare(sentence, known)
    patterns = _patterns()
    shaded = shadow(sentence)
    if _is_pleasantry(shaded) or patterns.trailing.fullmatch(f" {shaded}"):
        return ""
    lead = patterns.lead.match(shaded)
    if lead and lead.end() < len(shaded):
        sentence, shaded = sentence[lead.end() :], shaded[lead.end() :]
    end = max(0, len(shaded) - _LONGEST_TRAILING)
    trailing = patterns.trailing.search(shaded[end:])
    if trailing and end + trailing.start():
        kept = sentence[: end + trailing.start()]
        sentence = kept + sentence[-1:] * (sentence[-1:] in "?!.")
    question = calm(sentence.strip(_EDGES))
    form = match_form(question)
    return question if form and not courtesy_of(form) else ""


def _bare(sentence: str, known: Collection[str]) -> str:
    """Return a sentence without the greeting before it, and without numbers of orders."""
    opened = _without_opening(sentence, known)
    return _without_numbers(opened, known) if _DIGIT.search(opened) else opened


def _without_opening(sentence: str, known: Collection[str]) -> str:
    patterns = _patterns()
    while opening := patterns.opening.match(shadow(sentence)):
        end = opening.end()
        if opening["name"] and not _is_name(sentence[slice(*opening.span("name"))], known):
            end = opening.start("name")
        # "hi" must not be cut off "hike".
        if not end or (
            end < len(sentence) and sentence[end - 1].isalnum() and sentence[end].isalnum()
        ):
            break
        sentence = sentence[end:].lstrip(_EDGES + ".!")
    return sentence


def _is_signature(sentence: str) -> bool:
    words = sentence.strip(" .,!").split()
    return len(words) <= _WORDS_OF_A_NAME and all(each.istitle() for each in words)


def _is_name(words: str, known: Collection[str]) -> bool:
    small = _patterns().small
    return all(
        each[:1].isupper() or (each not in known and each not in small)
        for each in words.replace(",", " ").split()
    )


def _without_numbers(sentence: str, known: Collection[str]) -> str:
    """Leave out the numbers of orders and accounts, with the clause that they make."""
    for _ in range(_MOST_NUMBERS):
        shaded = shadow(sentence)
        named = [pattern.search(shaded) for pattern in _patterns().references]
        spans = [span for found in named if found and (span := _number_span(found, shaded, known))]
        if not spans:
            break
        # "numero client 4711" holds "client 4711", and languages are mixed.
        start, end = min(spans, key=lambda span: (span[0] - span[1], span))
        sentence = f"{sentence[:start]} {sentence[end:]}"
    shaded = shadow(sentence)
    for found in reversed(list(_patterns().free_code.finditer(shaded))):
        if _digits(found[1]) >= _DIGITS_OF_A_CODE and found[1] not in known:
            sentence = f"{sentence[: found.start()]} {sentence[found.end() :]}"
    return " ".join(_EMPTY_BRACKETS.sub(" ", sentence).split())


def _number_span(
    found: re.Match[str], shaded: str, known: Collection[str]
) -> tuple[int, int] | None:
    """Return the part of a sentence that only names a number, or None where it is no such number.

    The thing itself stays where the question is about it ("where is my order 4711").
    """
    clause = bool(found["is"] or found["ends"])
    named = clause or found["number"] or not found["noun"] or "#" in found.group()
    least = _DIGITS_OF_A_NAMED_CODE if named else _DIGITS_OF_A_CODE
    if found["code"] in known or _digits(found["code"]) < least:
        return None
    before = shaded[: found.start()]
    own = before.rstrip()[-1:] in "(,;:.-" or len(before.split()) >= _WORDS_OF_A_QUESTION
    if clause or (own and not found["begins"]) or not before.strip():
        return found.span()
    return found.end("noun" if found["noun"] else "alone"), found.end()


def _gives_number(sentence: str, known: Collection[str]) -> bool:
    """Return whether a sentence only gives a number that the knowledge base does not know."""
    if not _DIGIT.search(sentence):
        return False
    shaded = shadow(sentence).strip(f"{_EDGES}.!()")
    found = [each.fullmatch(shaded) for each in (*_patterns().references, _patterns().lone_code)]
    codes = [each["code"] for each in found if each]
    plain = shaded.split()[-1].isdecimal() and len(shaded.split()) <= _WORDS_OF_A_LONE_NUMBER
    least = _DIGITS_OF_A_LONE_NUMBER if plain else _DIGITS_OF_A_NAMED_CODE
    return any(each not in known and _digits(each) >= least for each in codes)


def _only_adds(sentences: Sequence[str], known: Collection[str]) -> bool:
    """Return whether sentences without a question of their own are no wish either.

    A pleasantry may hold one ("I am waiting for you"), and so may a plea.
    """
    patterns, bare = _patterns(), [shadow(_bare(each, known)) for each in sentences]
    whole = 0 < len(bare) < _MOST_SENTENCES
    return whole and not any(
        "?" in each
        or patterns.pleads.search(each)
        or (patterns.pleasantry.match(each) and not patterns.trailing.fullmatch(f" {each}"))
        for each in bare
    )


def _digits(text: str) -> int:
    return sum(each.isdigit() for each in text)


def _is_pleasantry(shaded: str) -> bool:
    patterns = _patterns()
    if len(shaded) > _LONGEST_PLEASANTRY or "?" in shaded:
        return False
    found = patterns.pleasantry.match(shaded)
    return found is not None and not patterns.unless.search(shaded, found.end())


def asks(sentence: str) -> bool:
    """Return whether a sentence shows that it asks something."""
    return "?" in sentence or bool(_patterns().asks.search(shadow(sentence)))
