"""The simulated agent's words live here, in three languages, and how it hears a thank-you."""

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
REPLIES: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        (
            "Thank you, I see. A real agent would open your order now and read it out to you. "
            "Is there anything that you have tried already?"
        ),
        (
            "Understood. A real agent would settle it here, or say until when and by whom. "
            "Is there anything else?"
        ),
        "I have written that down as well. Say thanks and I close the conversation.",
    ),
    "ko": (
        (
            "네, 알겠습니다. 실제 상담원이라면 지금 주문을 열어 함께 확인해 드릴 거예요. "
            "이미 시도해 보신 것이 있나요?"
        ),
        (
            "이해했습니다. 실제 상담원이라면 여기서 처리하거나 언제 될지 알려 드려요. "
            "더 필요하신 것이 있나요?"
        ),
        "그것도 적어 두었어요. 고맙다고 하시면 대화를 마칠게요.",
    ),
    "fr": (
        (
            "Merci, je vois. Un vrai conseiller ouvrirait maintenant votre commande avec vous. "
            "Avez-vous déjà essayé quelque chose ?"
        ),
        (
            "C'est compris. Un vrai conseiller réglerait cela ici, ou dirait quand. "
            "Puis-je faire autre chose pour vous ?"
        ),
        "C'est noté aussi. Dites merci et je termine la conversation.",
    ),
}
"""The simulated agent's replies in turn; the last one is repeated."""
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
