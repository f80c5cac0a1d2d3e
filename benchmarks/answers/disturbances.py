"""Questions are disturbed here as people disturb them: greetings, numbers, letters, typing errors.

Every disturbance is drawn from a seed, so that two runs ask the same. The words are of this module
alone. The language files must not be written after them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

Draw = np.random.Generator
Disturb = Callable[[str, str, Draw], str]

_GREETINGS: Final = {
    "en": (
        "Hi,",
        "Hello there!",
        "Good morning,",
        "hey guys",
        "Dear support team,",
        "Hi Laura,",
        "Good evening. Hope you're well.",
        "hello",
    ),
    "fr": (
        "Bonjour,",
        "Bonsoir !",
        "Salut",
        "Madame, Monsieur,",
        "Bonjour à toute l'équipe,",
        "Bonjour Camille,",
        "bonjour",
        "Bonjour, j'espère que vous allez bien.",
    ),
    "ko": (
        "안녕하세요",
        "안녕하세요!",
        "안녕하십니까.",
        "저기요,",
        "수고 많으십니다.",
        "안녕하세요, 문의드립니다.",
        "좋은 아침입니다.",
        "반갑습니다~",
    ),
}
_NUMBERS: Final = {
    "en": (
        "My order number is {0}.",
        "(order #{0})",
        "Order no. {0}",
        "order {0}",
        "my customer id is {0}",
        "Ref: {0}",
        "The invoice is {0}, thanks.",
    ),
    "fr": (
        "Mon numéro de commande est le {0}.",
        "(commande n° {0})",
        "Commande {0}",
        "commande numéro {0}",
        "Réf. {0}",
        "Mon numéro client : {0}.",
    ),
    "ko": (
        "주문번호는 {0}입니다.",
        "(주문번호 {0})",
        "주문번호 {0}",
        "제 주문 번호는 {0} 이에요",
        "회원번호: {0}",
        "송장번호 {0} 입니다.",
    ),
}
_LETTERS: Final = {
    "en": (
        (
            "Dear Sir or Madam,\n\nI have been shopping with you for several years and have always"
            " been very happy. {0}\n\nI would be very grateful for your answer.\n\nKind regards,\n"
            "Margaret Hill"
        ),
        (
            "Hello, I hope this email finds you well. I am writing because I need your help with"
            " something. {0} Thank you so much in advance for your time and have a lovely day!"
            " Best, Tom"
        ),
        (
            "Hi team, sorry to bother you on a weekend. I looked on your website but could not find"
            " anything about it. {0} Looking forward to hearing from you soon. Many thanks, Anna"
            " Brown"
        ),
    ),
    "fr": (
        (
            "Madame, Monsieur,\n\nJe suis cliente chez vous depuis plusieurs années et j'en suis"
            " très satisfaite. {0}\n\nJe vous remercie par avance de votre réponse.\n\nCordialement"
            ",\nHélène Martin"
        ),
        (
            "Bonjour, j'espère que vous allez bien. Je me permets de vous écrire car j'ai besoin de"
            " votre aide. {0} Merci beaucoup pour le temps que vous m'accorderez et bonne journée !"
            " Paul"
        ),
        (
            "Bonjour à vous, désolé de vous déranger un dimanche. J'ai cherché sur votre site sans"
            " rien trouver à ce sujet. {0} Dans l'attente de votre retour, bien à vous, Sophie"
            " Bernard"
        ),
    ),
    "ko": (
        (
            "안녕하세요, 저는 몇 년 전부터 이용하고 있는 고객입니다. 항상 좋은 서비스에 감사드리고"
            " 있습니다. {0} 바쁘신 와중에 죄송하지만 답변 부탁드립니다. 좋은 하루 보내세요."
            " 김민지 드림"
        ),
        (
            "안녕하세요. 날씨가 많이 추워졌는데 건강 조심하세요. 궁금한 점이 있어서 이렇게 글을"
            " 남깁니다. {0} 빠른 답변 기다리겠습니다. 미리 감사드립니다. 수고하세요."
        ),
        (
            "고객센터 담당자님께\n\n늘 친절하게 도와주셔서 감사합니다. 홈페이지를 찾아봤는데 잘"
            " 모르겠어서 문의드립니다.\n{0}\n확인하시고 연락 주시면 감사하겠습니다.\n이서준 올림"
        ),
    ),
}
_EMOJI: Final = ("🙏", "😊😊", "❤️", "😡", "👍🏽", "🙂")
_LINKS: Final = ("https://example.com/p/48213?ref=mail", "www.example.com/cart")
_HISTORY: Final = {
    "en": (
        "\n\nOn Mon, 3 Nov 2025 at 10:12, Support <help@example.com> wrote:\n> Thank you for your"
        " order. Your refund and your delivery are on their way.\n> Best wishes"
    ),
    "fr": (
        "\n\nLe lun. 3 nov. 2025 à 10:12, Support <aide@example.com> a écrit :\n> Merci de votre"
        " commande. Votre remboursement et votre livraison sont en route.\n> Cordialement"
    ),
    "ko": (
        "\n\n2025년 11월 3일 (월) 오전 10:12, 고객센터 <help@example.com>님이 작성:\n> 주문해"
        " 주셔서 감사합니다. 환불과 배송이 진행 중입니다.\n> 감사합니다"
    ),
}
_WORD: Final = re.compile(r"[^\W\d_]{5,}")


def _pick(options: Sequence[str], draw: Draw) -> str:
    return options[int(draw.integers(len(options)))]


def swapped(text: str, _language: str, draw: Draw) -> str:
    """Swap two neighbouring inner letters in one word of five letters or more."""
    places = [
        at
        for word in _WORD.finditer(text)
        for at in range(word.start() + 1, word.end() - 2)
        if text[at] != text[at + 1]
    ]
    if not places:
        return text
    at = places[int(draw.integers(len(places)))]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def dropped(text: str, _language: str, draw: Draw) -> str:
    """Leave one inner letter of a word of five letters or more out."""
    places = [at for word in _WORD.finditer(text) for at in range(word.start() + 1, word.end() - 1)]
    if not places:
        return text
    at = places[int(draw.integers(len(places)))]
    return text[:at] + text[at + 1 :]


def greeted(text: str, language: str, draw: Draw) -> str:
    """Put a greeting before the question."""
    return f"{_pick(_GREETINGS[language], draw)} {text}"


def numbered(text: str, language: str, draw: Draw) -> str:
    """Put an order number after the question."""
    number = int(draw.integers(10_000, 10_000_000))
    shown = _pick((f"{number}", f"{number}-{number % 89}", f"A{number}"), draw)
    return f"{text} {_pick(_NUMBERS[language], draw).format(shown)}"


def lettered(text: str, language: str, draw: Draw) -> str:
    """Put a polite letter of 20 to 40 words around the question."""
    closed = text if text.rstrip()[-1:] in "?.!" else f"{text}{_pick(('?', '.'), draw)}"
    return _pick(_LETTERS[language], draw).format(closed)


def shouted(text: str, _language: str, _draw: Draw) -> str:
    """Write the question in upper case."""
    return text.upper()


def joined(text: str, _language: str, _draw: Draw) -> str:
    """Write the question without spaces."""
    return "".join(text.split())


def decorated(text: str, _language: str, draw: Draw) -> str:
    """Put an emoji and a link after the question."""
    return f"{text} {_pick(_EMOJI, draw)} {_pick(_LINKS, draw)}"


def answered_mail(text: str, language: str, _draw: Draw) -> str:
    """Put the history of an exchange of mails below the question."""
    return f"{text}{_HISTORY[language]}"


DISTURBANCES: Final[Mapping[str, Disturb]] = {
    "as it is": lambda text, _language, _draw: text,
    "two letters swapped": swapped,
    "a letter left out": dropped,
    "a greeting before": greeted,
    "an order number after": numbered,
    "a letter around it": lettered,
    "upper case": shouted,
    "without spaces": joined,
    "emoji and a link": decorated,
    "quoted history below": answered_mail,
}
# Only Korean is written without spaces.
ONLY: Final = {"without spaces": "ko"}


def disturbed(name: str, texts: Sequence[str], language: str, seed: int = 7) -> list[str]:
    """Return the texts with the disturbance of a name; the same seed disturbs them alike."""
    return [
        DISTURBANCES[name](text, language, np.random.default_rng((seed, place)))
        for place, text in enumerate(texts)
    ]
