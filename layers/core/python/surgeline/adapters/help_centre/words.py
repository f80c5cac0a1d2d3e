"""The words around the articles of a help centre stand here, in each language."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "language": "English",
        "languages": "Languages",
        "help": "Help",
        "all": "All answers",
        "reviewed": "Last reviewed on {day}",
        "more": "Still need help?",
        "chat": "Write to us",
        "pages": "Pages",
        "search": "Search in these answers",
        "shown": "Answers shown: {count}",
        "nothing": "Nothing has these words.",
        "ask": "Ask us",
    },
    "ko": {
        "language": "한국어",
        "languages": "언어",
        "help": "도움말",
        "all": "모든 답변",
        "reviewed": "마지막 확인: {day}",
        "more": "아직 도움이 필요하세요?",
        "chat": "문의하기",
        "pages": "페이지",
        "search": "답변에서 찾기",
        "shown": "답변 {count}개를 보여 드려요.",
        "nothing": "이 말이 들어 있는 답변이 없어요.",
        "ask": "물어보기",
    },
    "fr": {
        "language": "Français",
        "languages": "Langues",
        "help": "Aide",
        "all": "Toutes les réponses",
        "reviewed": "Relu pour la dernière fois le {day}",
        "more": "Besoin d’aide ?",
        "chat": "Nous écrire",
        "pages": "Pages",
        "search": "Chercher dans ces réponses",
        "shown": "Réponses affichées : {count}",
        "nothing": "Aucune réponse n’a ces mots.",
        "ask": "Nous le demander",
    },
}


def words_of(language: str) -> Mapping[str, str]:
    """Return the words of a language, or the English ones with the language's own code."""
    family = language.partition("-")[0]
    return WORDS.get(family) or {**WORDS["en"], "language": language}
