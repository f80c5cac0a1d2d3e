"""The settings of a Kakao channel, and what Kakao's chatbot manager shows of it, are here."""

from dataclasses import dataclass
from typing import ClassVar

KIND_NAME = "kakao"
API_BASE = "https://bot-api.kakao.com"


@dataclass(frozen=True, slots=True)
class KakaoChannel:
    """The settings of a Kakao channel. Callbacks go to `api_base` and nowhere else.

    `needs_permission`: texts go out by a message's callback only. `tells_app_language`: a message
    tells the language of the app, whatever the customer writes.
    """

    needs_permission: ClassVar[bool] = True
    tells_app_language: ClassVar[bool] = True

    api_base: str = API_BASE


FIELDS = {
    "skill_secret": (
        "the output of `openssl rand -hex 32`, or another long random word of your own; it becomes "
        "the value of a header of the skill at Kakao"
    ),
}
STEPS = (
    "Chatbot manager (chatbot.kakao.com), the bot, 'Skill' (스킬): make one with {hook_url}",
    "In the same place add a header (헤더값): the key X-Skill-Secret, and the skill_secret.",
    "'Settings' (설정), 'AI chatbot' (AI 챗봇 관리): apply for callbacks. Kakao answers in days.",
    "The fallback block (폴백 블록): choose the skill, and answer with its data (스킬데이터).",
    "In the same block turn the callback on (Callback 설정), with the text {{#webhook.text}}.",
    "'Deploy' (배포) the bot, because nothing counts before.",
)
