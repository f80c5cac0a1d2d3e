"""An author's report begins here: the verdict, and the changes that would help most."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cli.console import counted, plain

MOST_CHANGES: Final = 3
MOST_NAMED: Final = 3
_MUCH: Final = 0.3
_BY_SENTENCES: Final = frozenset({"sentence", "managed"})


def first_things(report: dict[str, Any]) -> list[str]:
    """Return the lines that an author should read first."""
    names = names_of(report["articles"])
    changes = report["advice"][:MOST_CHANGES]
    moves = misplacements(report, names)[:MOST_CHANGES]
    return [*verdict(report), *moves, *_numbered(changes, names), *_more(report)]


def misplacements(report: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    """Return a line for each phrasing that seems to stand with the wrong article."""
    return [
        f"Move {plain(each['text'])!r} from {listed([each['article']], names)} to "
        f"{listed([each['to']], names)}? That article takes it for its own."
        for each in report["misplaced"]
    ]


def verdict(report: dict[str, Any]) -> list[str]:
    """Return the size of the knowledge base, and in one sentence what to expect of it."""
    articles = counted(len(report["articles"]), "article")
    size = f"{articles}, {counted(report['phrasings'], 'phrasing')}, no problems."
    at = report["at_promise"]
    promised = f"{at['promise'] * 100:g} %"
    answered, offered = round(at["answered"] * 100), round(at["suggested"] * 100)
    if at["answered"] >= _MUCH:
        opening = "Ready to publish."
    elif at["answered"] > 0:
        opening = "Ready to publish, but it will answer little by itself."
    else:
        opening = "It can be published, but it will answer hardly anything by itself yet."
    expected = (
        f"{opening} Of 100 questions that these articles answer, expect about {answered} answered "
        f"and {offered} offered a choice; a person gets the others."
    )
    return [
        size,
        expected,
        f"Of the answers, at least {promised} shall be right (tier {report['tier']}).",
    ]


def names_of(articles: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the title of each article by its id, with what tells equal titles apart."""
    titles = Counter(article["title"] for article in articles)
    spoken = Counter((article["title"], article["language"]) for article in articles)
    return {article["id"]: plain(_name(article, titles, spoken)) for article in articles}


def listed(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the titles of articles, the first few by name."""
    shown = [f'"{names.get(id_, plain(id_))}"' for id_ in ids[:MOST_NAMED]]
    if len(ids) > MOST_NAMED:
        return f"{', '.join(shown)} and {len(ids) - MOST_NAMED} more"
    return " and ".join(shown)


def _name(
    article: Mapping[str, Any], titles: Counter[str], spoken: Counter[tuple[str, str]]
) -> str:
    title: str = article["title"] or article["id"]
    if titles[title] <= 1:
        return title
    alone = spoken[title, article["language"]] == 1
    return f"{title} ({article['language'] if alone else article['id']})"


def _numbered(changes: Sequence[dict[str, Any]], names: Mapping[str, str]) -> list[str]:
    if not changes:
        return ["Every article has enough phrasings and differs from the others."]
    head = "What would help most:" if len(changes) > 1 else "What would help:"
    return [
        head,
        *(
            f"  {number}. {listed(each['articles'], names)}: {each['do']}. It brings: "
            f"{each['brings']}."
            for number, each in enumerate(changes, 1)
        ),
    ]


def _more(report: dict[str, Any]) -> list[str]:
    """Return what else could bring more, and where the rest of the report is."""
    tier = ["A better tier answers more: try --tier sentence."]
    traffic = "Recent questions of your customers set the threshold by your traffic: --traffic."
    rest = "All the rest: --all, or --html for a page."
    return [*(tier if report["tier"] not in _BY_SENTENCES else []), traffic, rest]
