"""What a simulated agent says, in three languages, and how it recognises a thank-you."""

import re
from typing import Final, Literal

Language = Literal["en", "ko", "fr"]

GREETING: Final[dict[Language, str]] = {
    "en": (
        "Hello, this is {agent}, a simulated agent. I have read the conversation so far. "
        "What should I look at first?"
    ),
    "ko": (
        "안녕하세요, 시뮬레이션 상담원 {agent}입니다. 지금까지의 대화를 읽었어요. "
        "무엇부터 확인해 드릴까요?"
    ),
    "fr": (
        "Bonjour, ici {agent}, un conseiller simulé. J'ai lu la conversation. "
        "Par quoi voulez-vous commencer ?"
    ),
}
REPLY: Final[dict[Language, str]] = {
    "en": "Simulated reply {number}: thank you, I have noted that. Is there anything else?",
    "ko": "시뮬레이션 답변 {number}: 말씀하신 내용을 적어 두었어요. 더 필요하신 것이 있나요?",
    "fr": "Réponse simulée {number} : c'est noté, merci. Puis-je faire autre chose pour vous ?",
}
FAREWELL: Final[dict[Language, str]] = {
    "en": "You're welcome. The simulated agent closes the conversation now.",
    "ko": "도움이 되었다니 기뻐요. 시뮬레이션 상담원이 이제 대화를 마칠게요.",
    "fr": "Avec plaisir. Le conseiller simulé termine la conversation.",
}

_HANGUL: Final = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_THANKS: Final = re.compile(
    r"\bthank(s|\s?you)\b|\bthx\b|\bthat'?s all\b|\bmerci\b|감사|고맙|고마워", re.IGNORECASE
)


def language_of(named: object, text: str = "") -> Language:
    """The language to reply in: the one named if it is spoken here, else what the text shows."""
    if named == "en" or named == "ko" or named == "fr":  # noqa: PLR1714 - narrows the type
        return named
    return "ko" if _HANGUL.search(text) else "en"


def says_thanks(text: str) -> bool:
    """Whether a customer's message sounds like the end of the matter."""
    return bool(_THANKS.search(text))
