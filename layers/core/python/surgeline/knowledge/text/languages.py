"""Telling a language by its script, its small words and its letters lives here."""

import re
from typing import Final

_LETTERS: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_HANGUL: Final = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_KANA: Final = re.compile("[\u3040-\u30ff]")
_OTHER_SCRIPTS: Final = (
    ("ja", _KANA),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
)

# Frequent small words; a word counts for a language less, the more languages share it.
_SMALL_WORDS: Final = {
    "en": """a about after all am an and any are aren't at be been before but by can can't could
        did didn't do does doesn't don't for from get give got had has have haven't he hello help
        her here hi his how i i'd i'll i'm i've if in into is isn't it it's its just know let like
        make many me much my need never no not of off on one or order our out over please she
        should so some still tell than thank thanks that that's the their them then there these
        they this to too under until up us want was we were what what's when where where's which
        while who why will with won't would yes yet you your you're""",
    "fr": """ai ainsi alors apres après as assez au aucun aujourd'hui aussi autre aux avec avez
        avoir avons bonjour bonsoir bien c'est ça ca car ce cela ces cet cette chez combien comme
        comment dans de depuis des deux dois doit donc du elle elles en encore ensuite est est-ce
        et es etait été etes êtes etre être eu faire fait faites faut il ils j'ai j'aimerais je jour
        jours l'ai la là le les leur leurs lui ma mais mal me meme même merci mes moi mon
        n'ai n'est ne ni nos notre nous on ont ou où par parce pas pendant peu peut peux plait plaît
        plus pour pourquoi pouvez pourriez puis-je puis qu'est qu'il qu'est-ce quand que quel quelle
        quelles quels quelqu'un qui quoi quelque sa sans se sera ses si sommes son sont suis sur ta
        te tes toi ton tous tout toute toutes tres très tu un une va vais vers veut veux voici voilà
        vos votre voudrais vous y commande livraison colis remboursement acheter passer retourner
        retour compte annuler payer paiement magasin article rembourser recevoir reçu""",
    "es": """al algo aquí cómo como cuál cuál cuando cuándo cuánto de del dónde donde el ella
        ellos en entre es esta está están este esto estoy gracias ha hacer hasta hay hola la las lo
        los más me mi mis muy necesito no nos para pero por porque puede puedo que qué quiero se
        ser si sí sin sobre son su sus también te tengo tiene tu un una usted y ya yo pedido envío
        ayuda""",
    "de": """aber als am an auch auf aus bei bin bis bitte das dass dem den der des die diese
        doch durch ein eine einem einen einer es für ganz gibt habe haben hallo hat hier ich ihr
        ihre im in ist ja kann kein keine können man mein meine meiner mich mir mit möchte nach
        nicht noch nur oder ob schon sehr sein sich sie sind so um und uns von vor wann war warum
        was wenn wer werden wie wieder wird wo zu zum zur danke bestellung""",
    "it": """al alla anche avete che chi ciao come con cosa da dal dei del della di dove e è gli
        grazie ha hai hanno ho i il in io la le lo ma mi mia mio nel nella non o per perché più
        posso può quale quando quanto questa questo se si sono sto su ti tra tu un una uno vorrei
        ordine""",
    "pt": """a ao as até com como da das de do dos é ela ele em entre essa esse está estão estou
        eu foi isso já mais mas me meu meus minha muito na não nas no nos o obrigado olá onde os
        ou para pedido pela pelo por porque posso quando quanto que quem quero se sem ser seu sua
        são também tem tenho um uma você""",
    "nl": """aan als bent bij dan dat de deze die dit een en er gaan geen had heb hebben heeft het
        hoe hoi ik in is jij je kan kunnen maar mag me met mij mijn moet naar niet nog of om ook
        op te tot u uit van voor waar waarom wanneer wat we wel welke wie wil worden zijn zou
        bestelling bedankt""",
}
_ELISIONS: Final = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'[^\W\d_]+")
_FRENCH_LETTERS: Final = frozenset("àâçèêëîïôùûœæ")
# What an English contraction looks like; it must not pass for a French elision.
_CONTRACTIONS: Final = re.compile(r".+'(?:s|t|m|d|ll|re|ve)")


def _weights() -> dict[str, dict[str, float]]:
    words = {language: frozenset(listed.split()) for language, listed in _SMALL_WORDS.items()}
    weights: dict[str, dict[str, float]] = {}
    for language, listed in words.items():
        for word in listed:
            sharing = sum(word in others for others in words.values())
            weights.setdefault(word, {})[language] = 1.0 / sharing
    return weights


_WEIGHTS: Final = _weights()
# The languages that `language_of` can return.
DETECTED: Final = frozenset({"ko", *_SMALL_WORDS, *(language for language, _ in _OTHER_SCRIPTS)})
_HANGUL_DECIDES: Final = 2
_ENOUGH: Final = 0.9
_CLEARLY: Final = 1.6
# A single French word tells in a message this short; otherwise this share of the words must.
_FEW_WORDS: Final = 1
_SPEAKING_SHARE: Final = 0.34


def language_of(text: str) -> str | None:
    """Return the language of a tidy, lower-case text, or None where the evidence is thin."""
    letters = sum(character.isalpha() for character in text)
    if not letters:
        return None
    hangul = len(_HANGUL.findall(text))
    if hangul >= _HANGUL_DECIDES or hangul * 2 > letters:
        return "ko"
    for language, script in _OTHER_SCRIPTS:
        found = len(script.findall(text))
        # Japanese is mostly Han characters; a few kana decide.
        if found * (4 if language == "ja" else 2) > letters:
            return language
    return _latin_language(text)


def _latin_language(text: str) -> str | None:
    words = set(_LETTERS.findall(text.replace("-", " ")))
    scores = dict.fromkeys(_SMALL_WORDS, 0.0)
    speaking = dict.fromkeys(_SMALL_WORDS, 0)
    for word in sorted(words):
        heard = dict(_WEIGHTS.get(word, {}))
        spelling = _french_spelling(word)
        if spelling:
            heard["fr"] = heard.get("fr", 0.0) + spelling
        for language, weight in heard.items():
            scores[language] += weight
            speaking[language] += 1
    ordered = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    (best, score), (_, second) = ordered[0], ordered[1]
    if score < _ENOUGH or score < _CLEARLY * second:
        return None
    return best if best == "en" or _convincing(best, speaking[best], len(words)) else None


def _convincing(language: str, speaking: int, words: int) -> bool:
    """Whether enough of the words speak: names and chat spelling look like many languages."""
    if speaking == 1:
        return language == "fr" and words <= _FEW_WORDS
    return speaking >= _SPEAKING_SHARE * words


def _french_spelling(word: str) -> float:
    score = 0.0
    if _ELISIONS.fullmatch(word) and not _CONTRACTIONS.fullmatch(word):
        score += 1.0
    if _FRENCH_LETTERS.intersection(word):
        score += 0.6
    if "é" in word:
        score += 0.4
    return score
