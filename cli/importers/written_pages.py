"""Articles are written here as JSON, a page with its data, Markdown files, and QnABot's export."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.jsonl import as_fields

from cli.importers.drafts import slug
from cli.importers.marks import told, used
from cli.importers.plain_text import as_it_is, is_as_it_is, plain_text
from cli.importers.structured_data import RECORD

_PLACEHOLDER: Final = re.compile(r"(?<!\{)\{[^{}]*\}")
_UNPRINTED: Final = re.compile(r"[^\x20-\x7e\xa1-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u2028\u2029]")
_HEADING: Final = re.compile(r"\A\s*#")


def as_json(articles: Sequence[Article]) -> bytes:
    """Return a list of the canonical objects."""
    rows = ",\n".join(json.dumps(as_fields(each), ensure_ascii=False) for each in articles)
    return f"[\n{rows}\n]\n".encode()


def as_page(articles: Sequence[Article]) -> bytes:
    """Return a FAQ page with FAQPage data, in which each article stands as it is, too."""
    data = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": article.title,
                "inLanguage": article.language,
                "acceptedAnswer": {"@type": "Answer", "text": escape(article.answer)},
                RECORD: as_fields(article),
            }
            for article in articles
        ],
    }
    # A text must not end the script that it stands in.
    script = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    parts = "\n".join(
        f'<details lang="{article.language}"><summary>{escape(article.title)}</summary>'
        f"<p>{escape(article.answer)}</p></details>"
        for article in articles
    )
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8"><title>FAQ</title>\n'
        f'<script type="application/ld+json">{script}</script>\n'
        f"</head><body>\n{parts}\n</body></html>\n"
    ).encode()


def as_markdown(articles: Sequence[Article]) -> Iterator[tuple[str, bytes]]:
    """Yield a file for each article, with front matter. Their names keep the order."""
    for number, article in enumerate(articles, 1):
        lines = [
            "---",
            f"id: {_quoted(article.id)}",
            f"title: {_quoted(article.title)}",
            f"language: {article.language}",
            "questions:",
            *(f"  - {_quoted(each)}" for each in dict.fromkeys(article.questions)),
            *(f'"{name} (surgeline)": {_quoted(told(article, name))}' for name in used([article])),
            "---",
            _below(article.answer),
            "",
        ]
        yield f"{number:05}-{slug(article.id)[:60]}.md", "\n".join(lines).encode()


def as_qnabot(articles: Sequence[Article]) -> tuple[bytes, list[str]]:
    """Return QnABot's form of articles in one language, and what it has no place for."""
    entries = [
        {
            "qid": article.id,
            "q": list(dict.fromkeys(article.questions)),
            "a": article.answer.replace("{{", "{").replace("}}", "}"),
            "type": "qna",
        }
        for article in articles
    ]
    return json.dumps({"qna": entries}, ensure_ascii=False, indent=1).encode(), [
        *_named("titles", (each.id for each in articles if each.title != each.questions[0])),
        *_named("marks such as notes and tags", (each.id for each in articles if used([each]))),
        *_named(
            "values that an answer takes from the customer",
            (each.id for each in articles if _PLACEHOLDER.search(each.answer)),
        ),
    ]


def _named(what: str, ids: Iterable[str]) -> list[str]:
    found = list(ids)
    return [f"QnABot has no place for {what}: {len(found)} articles lose them"] if found else []


def _quoted(text: str) -> str:
    """Return a text as YAML quotes it, in a form in which an import leaves it as it is."""
    kept = text if _stays(text) else as_it_is(text)
    plain = kept.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTED.sub(_escaped, plain) + '"'


def _escaped(found: re.Match[str]) -> str:
    return f"\\U{ord(found[0]):08x}"


def _below(answer: str) -> str:
    """Return an answer as it stands below front matter."""
    stays = _stays(answer) and "\r" not in answer and not _HEADING.match(answer)
    return answer if stays else as_it_is(answer)


def _stays(text: str) -> bool:
    return text == text.strip() and plain_text(text) is None and not is_as_it_is(text)
