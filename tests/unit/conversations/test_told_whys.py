"""Why the writer decided as it did is told in the language of the lead."""

import ast
from collections.abc import Iterator
from pathlib import Path

import surgeline
from surgeline.adapters.system_texts import lead_whys
from surgeline.application.conversations.told_whys import Whys

HOME = Path(surgeline.__file__).parent
FILES = (
    *(HOME / "domain").rglob("*.py"),
    *(HOME / "application/answers").rglob("*.py"),
    *(HOME / "application/conversations/understanding").rglob("*.py"),
    *(HOME / "knowledge/answering").glob("*.py"),
)
ELSEWHERE = (
    "surge",
    "on_call",
    "alerts",
    "staffing",
    "life",
    "evaluate",
    "routing.py",
    "explain.py",
)
"""Sentences of these are told to leads by other words, or are no reasons of a thread's records."""
NAMES = {"why", "reason", "WHY", "SHUT", "KEEPS", "_SENT"}
WHOLLY_OF_VALUES = {"x-1 gave it backx-1", "x-1: x-1"}
TELLERS = ("_why", "_doubt", "keep_on", "comes_back")


def sentences() -> set[str]:
    """Return every sentence that may stand on record as a reason, with sample values."""
    files = (each for each in FILES if not set(ELSEWHERE) & set(each.relative_to(HOME).parts))
    codes = (each.read_text("utf-8") for each in files)
    trees = (ast.parse(each) for each in codes if "why" in each or "Explanation(" in each)
    said = (one for tree in trees for node in ast.walk(tree) for one in _said(node))
    return {one for one in said if " " in one} - WHOLLY_OF_VALUES


def _said(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id="Explanation"), args=[_, why, *_]):
            yield from _texts(why)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in NAMES:
            yield from _texts(value)
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value and name in NAMES:
            yield from _texts(value)
        case ast.keyword(arg="why", value=value):
            yield from _texts(value)
        case ast.FunctionDef(name=name) if name.startswith(TELLERS):
            for each in ast.walk(node):
                if isinstance(each, ast.Return) and each.value:
                    yield from _texts(each.value)


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=pieces):
            yield "".join(e.value if isinstance(e, ast.Constant) else "x-1" for e in pieces)
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one), *_texts(other))
        case ast.BoolOp(values=values) | ast.Dict(values=values):
            for each in values:
                yield from _texts(each)


def test_every_reason_that_the_code_knows_is_told_in_the_language() -> None:
    """No sentence of the writer or of the bot is shown in English."""
    said = sorted(sentences())
    assert len(said) > 100
    assert lead_whys("ko").keys() == lead_whys("fr").keys()
    for language in ("ko", "fr"):
        texts = {
            each: told for each, told in lead_whys(language).items() if each != "{pool}: {why}"
        }
        whys = Whys(texts)
        assert not [each for each in said if whys.translated(each) == each]


def test_what_stands_inside_a_sentence_is_told_too() -> None:
    """A doubt, a state, a remark and a pool's reason are told; a pool's own words stay."""
    whys = Whys(lead_whys("fr"))
    choice = "so it offers a choice."
    doubted = f"The bot is 64% sure of 'fees', but one word does not say what is asked, {choice}"
    assert "un seul mot" in whys.translated(doubted)
    assert "sûr à 64% de 'fees'" in whys.translated(doubted)
    needed = "an answer needs 80% to keep the promise of 95%"
    needs = f"The bot is only 64% sure of 'fees', and {needed}, {choice}"
    assert whys.translated(needs).startswith("Le bot n’est que sûr à 64% de 'fees', et il faut 80%")
    assert (
        whys.translated("home: no acceptance by the deadline")
        == "home : pas d’acceptation dans le délai"
    )
    assert whys.translated("home: we are at lunch; sorry") == "home : we are at lunch; sorry"
    resolved = "home resolved it: confirmed; number 3 of the pool is not on record any more"
    assert "n’est plus enregistré" in whys.translated(resolved)
    assert Whys(lead_whys("en")).translated(needs) == needs
