"""A customer's text is read here: normal form, language, courtesies, and wanting a person.

Every function takes any string and runs in linear time. The forms, languages and courtesies of the
last few texts are kept, because several callers ask for those of the same message.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from surgeline.knowledge.text.courtesies import Courtesy, courtesy_of
from surgeline.knowledge.text.detection import language_of
from surgeline.knowledge.text.marks import normalised
from surgeline.knowledge.text.person_requests import asks_for_person
from surgeline.knowledge.text.withdrawals import withdraws

# The first characters of a text hold its question. The rest is an attachment or an attack.
MAX_CHARS: Final = 2_000
_SYLLABLES_OF_A_WORD: Final = 4
_KEPT_FORMS: Final = 32
_KEPT_LETTERS: Final = 4_096

# None of these letters grows together with its neighbour, so that each is looked up by itself.
_USUAL_LETTERS: Final = re.compile("[\x00-\u017f\u2010-\u203a\uac00-\ud7a3]*")

_HALF_WIDTH: Final = re.compile("[\uffa0-\uffdc]")
_COMPATIBILITY_JAMO: Final = re.compile("[\u3131-\u3163]{2,}")
_LEADS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS: Final = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_LEAD_INDEX: Final = {jamo: index for index, jamo in enumerate(_LEADS)}
_VOWEL_INDEX: Final = {jamo: index for index, jamo in enumerate(_VOWELS)}
_TAIL_INDEX: Final = {jamo: index for index, jamo in enumerate(_TAILS, start=1)}

_URL: Final = re.compile(r"(?:https?://|www\.)\S{1,2000}", re.IGNORECASE)
_APOSTROPHES: Final = re.compile("[\u2018\u2019\u02bc\u00b4`\u2032]")
_REPEATED: Final = re.compile(r"([^\W\d])\1{2,}")
_SEPARATORS: Final = re.compile(r"[^\w' ]+|_+|(?<!\w)'+|'+(?!\w)")
# These are thumbs up, clapping or folded hands, OK hands, hearts, with skin tones and variations.
_APPLAUSE: Final = re.compile(
    "(?:[\U0001f44d\U0001f44f\U0001f64f\U0001f44c\u2764\u2665\U0001f495\U0001f496]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*\\s*)+"
)
_SPACES: Final = re.compile(r"\s+")


@lru_cache(_KEPT_FORMS)
def tidy(text: str) -> str:
    """Return the text as a reader sees it: composed, full width, nothing hidden, on one line."""
    text = text[: 4 * MAX_CHARS].encode("utf-8", "replace").decode("utf-8")
    text = _compose_jamo(normalised("NFC", _widen(text)))
    text = normalised("NFKC", text)
    if not text.isprintable():
        text = "".join(_visible(character) for character in text)
    text = _APOSTROPHES.sub("'", text)
    return _SPACES.sub(" ", text).strip()[:MAX_CHARS]


@lru_cache(_KEPT_FORMS)
def plain_form(text: str) -> str:
    """Return the text in lower case without accents and links; its punctuation stays."""
    return _without_accents(_linkless(text))


@lru_cache(_KEPT_FORMS)
def match_form(text: str) -> str:
    """Return the form in which two texts are compared: words and single spaces.

    The form is in lower case, without accents. Canonically equivalent texts (NFC, NFD, half or full
    width) have the same match form.
    """
    words = _SEPARATORS.sub(" ", _REPEATED.sub(r"\1\1", plain_form(text)))
    return _SPACES.sub(" ", words).strip()


@lru_cache(_KEPT_FORMS)
def detect_language(text: str) -> str | None:
    """Return the language of a text, or None if unsure; more are recognised than spoken."""
    return language_of(_linkless(text))


@lru_cache(_KEPT_FORMS)
def _linkless(text: str) -> str:
    seen = tidy(text)
    folded = seen.casefold()
    if "://" in folded or "www." in folded:  # few texts have a link, and a search is slow
        return _URL.sub(" ", seen).casefold()
    return folded


def wants_person(text: str) -> bool:
    """Return whether a customer asks to be served by a person, in any of the languages."""
    return asks_for_person(plain_form(text))


@lru_cache(_KEPT_FORMS)
def small_talk(text: str) -> Courtesy | None:
    """Return "greeting", "thanks" or "unreadable" for a message that asks nothing, else None.

    Empty messages, emoji, punctuation and bare links are "unreadable"; a thumb up is thanks.
    """
    form = match_form(text)
    if not any(character.isalnum() for character in form):
        return "thanks" if _APPLAUSE.fullmatch(text[:MAX_CHARS].strip()) else "unreadable"
    return courtesy_of(form)


def takes_back(text: str) -> bool:
    """Return whether a customer takes a request back ("never mind"), and says nothing else."""
    return withdraws(match_form(text))


def is_one_word(text: str) -> bool:
    """Return whether a text is one word, which names a subject and asks nothing.

    Korean may be written without spaces, so more than four syllables can be a whole question.
    """
    form = match_form(text)
    short = len(form) <= _SYLLABLES_OF_A_WORD or not "\uac00" <= form[:1] <= "\ud7a3"
    return " " not in form and short


def _widen(text: str) -> str:
    """Return the text with half-width Hangul letters in their full-width (compatibility) forms."""
    if not _HALF_WIDTH.search(text):
        return text
    return "".join(
        _compatibility_letter(character) if "\uffa1" <= character <= "\uffdc" else character
        for character in text
    )


def _compatibility_letter(character: str) -> str:
    decomposition = unicodedata.decomposition(character).split()
    return chr(int(decomposition[-1], 16)) if decomposition[:1] == ["<narrow>"] else character


def _compose_jamo(text: str) -> str:
    """Join letters typed one by one (ㅎㅏㄴ) into syllables (한); ㅋㅋ and ㅠㅠ stay."""
    return _COMPATIBILITY_JAMO.sub(lambda letters: _syllables(letters.group()), text)


def _syllables(letters: str) -> str:
    composed: list[str] = []
    position = 0
    while position < len(letters):
        lead = _LEAD_INDEX.get(letters[position])
        vowel = _VOWEL_INDEX.get(letters[position + 1 : position + 2])
        if lead is None or vowel is None:
            composed.append(letters[position])
            position += 1
            continue
        position += 2
        tail = _TAIL_INDEX.get(letters[position : position + 1], 0)
        if letters[position + 1 : position + 2] in _VOWEL_INDEX:
            tail = 0
        position += bool(tail)
        composed.append(chr(0xAC00 + (lead * 21 + vowel) * 28 + tail))
    return "".join(composed)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc"}:
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    if _USUAL_LETTERS.fullmatch(text):
        return "".join(map(_bare, text))
    return _without_marks(text)


@lru_cache(_KEPT_LETTERS)
def _bare(letter: str) -> str:
    return _without_marks(letter)


def _without_marks(text: str) -> str:
    decomposed = normalised("NFD", text)
    kept = "".join(character for character in decomposed if not _is_accent(character))
    return normalised("NFC", kept).replace("œ", "oe").replace("æ", "ae")


def _is_accent(character: str) -> bool:
    return unicodedata.category(character) == "Mn"
