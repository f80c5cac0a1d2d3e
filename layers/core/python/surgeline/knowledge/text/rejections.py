"""Recognising "that is not what I asked" in English, French and Korean lives here.

A rejection stands at the beginning; what follows it may be the question put in other words. The
patterns are anchored and bounded, so that time is linear.
"""

import re
from dataclasses import dataclass
from typing import Final

from surgeline.knowledge.text.reading import match_form, plain_form

_LONGEST: Final = 400
_ENOUGH_WORDS: Final = 2
_ENOUGH_HANGUL: Final = 4
_END: Final = r"(?=\s*(?:[.,;:!?…~-]|$))"
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")


def _either(*patterns: str) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Rejection:
    """`rest` is what was said beyond it, as a question of its own; empty where there is none.

    `bare`: a mere "no", which rejects only where something stands to be rejected.
    """

    rest: str
    bare: bool


_NO: Final = re.compile(
    r"(?:no+|nope|nah|non+|nan|아니|아닌데요?|아니에요|아니예요|아닙니다)"
    + _END
    + r"|(?:아니+[요오]|아뇨)(?=\W|$)"
)
_OPENERS: Final = re.compile(
    r"(?:(?:sorry|but|well|hmm+|um|uh|actually|hey|ok|okay|oh|ugh|and|desole|pardon|mais|euh|bah|"
    r"ben|at all|either|though|du tout|음|저기요|근데|그런데|죄송한데|죄송하지만)\b[\s,.!~-]*)"
)
_NOT_IT: Final = r"(?!order|b(?:uy|ought)|purchas|paid|pay|receiv|got\b)"
"""What follows "not what I …" where a thing is meant ("not what I ordered"), not an answer."""
_ENGLISH: Final = _either(
    r"(?:that|this|it|those|these)(?:'s| is| was|s| are)? ?(?:not|isn't|isnt|wasn't|wasnt|doesn't|"
    r"doesnt|didn't|didnt|does not|did not|aren't)(?: really| quite| exactly| at all| even){0,2} "
    rf"(?:what (?:i|we)(?:'m| am| was|'ve| have)? ?{_NOT_IT}\w{{3,9}}(?: for| about| to ask"
    r"| to know)?|"
    r"(?:the|my|an|a) (?:right |correct |good )?(?:thing|answer|question|one|problem|issue)|"
    r"it|right|correct|helpful|useful|relevant|related|(?:help|helping|work|working)(?: me)?|"
    r"answer(?:ing|ed)? (?:my question|it|that|me|anything))",
    r"(?:not|wasn't|wasnt|isn't|isnt|didn't|didnt|did not|doesn't|doesnt|does not|hasn't|has not|"
    r"still not)(?: really| quite| at all| very){0,2} "
    rf"(?:what (?:i|we)(?:'m| am| was)? ?{_NOT_IT}\w{{3,9}}(?: for| about)?|"
    r"helpful|useful|it|that|this|right|correct|the (?:right )?(?:answer|one)|my question|relevant|"
    r"help(?:ed|ing)?(?: me)?|work(?:ing)?|answer (?:my question|it|that|me))",
    r"(?:you|u) (?:did not|didn't|didnt|don't|dont|do not|have not|haven't|misunderstood|"
    r"are not|aren't|got it wrong|got me wrong)(?: really| even)?"
    r"(?: (?:answer(?:ed|ing)?|understand|understood|get|read|listen(?:ing)?|"
    r"help(?:ed|ing)?))?(?: to)?"
    r"(?: (?:my question|me|it|that|what i (?:asked|said|meant)))?",
    r"i (?:did not|didn't|didnt|wasn't|was not) (?:ask(?:ing)?|mean)(?: for| about)?"
    r"(?: that| this| it)?",
    r"i already (?:know|knew|read|tried|did) (?:that|this|it)",
    r"(?:wrong|bad|useless|incorrect|irrelevant) (?:answer|question)",
    r"(?:(?:that|this|it)(?:'s|s| is| was)? )?"
    r"(?:wrong(?: one)?|useless|incorrect|irrelevant|unhelpful|nonsense|no good|something else|"
    r"neither|none|not (?:really|quite|exactly|at all)|(?:not|isn't|isnt|wasn't|wasnt)(?: it)?)"
    + _END,
    r"none of (?:these|those|them|that|the above)|neither of (?:these|them)|"
    r"not (?:these|those|any of (?:these|them))",
)
_FRENCH: Final = _either(
    r"(?:ce n'est|c'est|c|ce n'etait|c'etait|ca n'est|cela n'est|n'est)"
    r" (?:vraiment |absolument )?pas"
    r"(?: du tout| vraiment| exactement){0,2} (?:ca|cela|"
    r"ce que (?:je|j'ai|j'avais)(?! (?:commande|achete|paye|recu))(?: \w+){1,3}?|"
    r"(?:la|une|ma|mon) (?:bonne |vraie )?(?:reponse|question|probleme|demande)|bon|juste|utile|"
    r"correct|le (?:sujet|probleme)|lie|pertinent)(?: demande| voulais| cherche| cherchais)?",
    r"(?:ca|cela|ce) (?:ne |n')?(?:me |m'|m'a |m'ont )?(?:aide|repond|convient|marche|fonctionne|"
    r"sert|correspond)?(?: a)? ?pas(?: du tout| vraiment)?(?: aide)?"
    r"(?: a (?:ma|la) (?:question|demande)| a rien)?",
    r"vous (?:ne |n')?(?:m'avez |avez |me |comprenez |repondez ){1,2}(?:pas|mal)"
    r"(?: compris| repondu| aide| lu)?(?: a)?(?: (?:ma|la) (?:question|demande))?",
    r"je (?:ne |n')?(?:parle|parlais|demande|demandais) pas (?:de )?(?:ca|cela)",
    r"(?:mauvaise|fausse|pas (?:la|une) bonne) (?:reponse|question)",
    r"rien a voir|hors sujet|pas ce que je \w+",
    r"(?:inutile|faux|toujours pas|pas (?:ca|cela|utile|du tout|vraiment)|aucune?|autre chose)"
    + _END,
    r"aucune? (?:de (?:ces|ceux|celles)(?:[ -](?:la|ci|reponses|choix|questions))?|d'entre \w+)|"
    r"ni l'un ni l'autre",
)
_KOREAN: Final = _either(
    r"(?:그게|그거|그건|그걸|이게|이거|이건|그런\s?게|그런\s?거|그\s?말이|그\s?뜻이)\s?"
    r"(?:아니라|아니고|아닌데요?|아니에요|아니예요|아닙니다|아니야|아니요|말고요?|아녜요|아님)",
    r"(?:(?:제가|내가)\s?)?(?:물어본|물은|질문한|원한|원하는|찾는|찾던|궁금한|알고\s?싶은|말한)\s?"
    r"(?:건|것은|게|것이|거|답이|내용이|답은)?\s?(?:그게|이게|이런\s?게|그런\s?게)?\s?"
    r"(?:아니에요|아니예요|아닌데요?|아닙니다|아니고|아니라|아니야|다른\s?(?:거|것|건)\S{0,4})",
    r"(?:전혀\s?)?도움이?\s?(?:안\s?(?:돼|되|됐|된|됨)|되지\s?않|못)\S{0,6}",
    r"(?:제\s?)?(?:질문|물어본\s?것|질문한\s?것)(?:과|이랑|하고|에|에는)?\s?(?:\S{1,4}\s?)?"
    r"(?:다른|다르|안\s?맞|맞지\s?않|상관없|관련\s?없|관계\s?없|답이\s?아니|대한\s?답이?\s?아니)\S{0,8}"
    r"(?:\s?(?:답|대답)\S{0,6})?",
    r"(?:틀린|잘못된|엉뚱한|엉터리|딴|다른|이상한)\s?(?:답|대답|말|소리|얘기)\S{0,8}|동문서답\S{0,8}",
    r"(?:틀렸|틀린|잘못|엉뚱)\S{0,6}" + _END,
    r"(?:다른\s?거요?|그거\s?말고)" + _END,
    r"(?:여기|이\s?중에|이중에|보기에)?\s?(?:해당\s?(?:사항\s?)?없\S{0,4}|없어요|없습니다|없는데요|없네요)"
    + _END,
    r"아니라니까요?|그거\s?말고요?|말을?\s?(?:못|안)\s?알아\S{0,6}|이해를?\s?못\S{0,6}",
)
_REJECTS: Final = re.compile(_either(_ENGLISH, _FRENCH, _KOREAN))
_NO_AND: Final = re.compile(
    rf"(?:no+|nope|nah|non+|아니) (?={_either(_ENGLISH, _FRENCH, _KOREAN)})"
)
"""A "no" that no comma parts from the rejection after it: it alone would be part of a question."""
_LEADS_ON: Final = re.compile(
    r"^(?:(?:i|we) (?:asked|was asking|am asking|meant|mean|want|wanted|need|said)"
    r"(?: to know)?(?: about| for)?|i'm asking(?: about)?|my question (?:is|was)(?: about)?|"
    r"(?:je|j'ai|j'avais) (?:parle|demande|demandais|parlais|voulais|veux|cherche|cherchais)"
    r"(?: savoir)?(?: de| du| des)?|ma question (?:est|etait|concerne)|"
    r"제\s?질문은|저는|전|제가\s?(?:물어본|물은|궁금한)\s?(?:건|것은)|근데|그런데|but|mais|and)\s+"
)
_NOT_WORDS: Final = re.compile(r"^[\W_]+")
_THUMBS_DOWN: Final = re.compile("\U0001f44e[\U0001f3fb-\U0001f3ff]?")


def rejection_in(text: str) -> Rejection | None:
    """Return the rejection of an answer, or of all choices, that a text begins with."""
    if _THUMBS_DOWN.fullmatch(text.strip()[:_LONGEST]):
        return Rejection("", bare=True)
    said = plain_form(text)[:_LONGEST]
    opened, rejected, bare = _NOT_WORDS.sub("", said), False, True
    while found := _first(opened):
        rejected = rejected or found.re in (_NO, _REJECTS)
        bare = bare and found.re is not _REJECTS
        opened = _NOT_WORDS.sub("", opened[found.end() :])
        if not found.end():
            break
    if not rejected or (bare is False and opened and opened[0] == "'"):
        return None
    return Rejection(_question(opened), bare)


def _first(said: str) -> re.Match[str] | None:
    """The next part of a rejection that a text begins with."""
    patterns = (_NO, _NO_AND, _REJECTS, _OPENERS)
    return next(filter(None, (pattern.match(said) for pattern in patterns)), None)


def _question(rest: str) -> str:
    """What is left as a question, where it is enough for one."""
    rest = _LEADS_ON.sub("", rest)
    form = match_form(rest)
    enough = len(form.split()) >= _ENOUGH_WORDS or len(_HANGUL.findall(form)) >= _ENOUGH_HANGUL
    return rest if enough else ""
