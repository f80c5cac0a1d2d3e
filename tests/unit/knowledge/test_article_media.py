"""An article's pictures, videos, files and links are checked before they are published."""

import json

import pytest
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.articles.article import KnowledgeRefused
from surgeline.knowledge.articles.jsonl import parse_jsonl, read_jsonl, to_jsonl

PLAN = {"kind": "image", "url": "https://shop.example/plan.png", "alt": "A plan of the shop"}


def line(media: object) -> bytes:
    """Return the line of an article with that media."""
    article = {"id": "a", "title": "T", "language": "en", "questions": ["When?"], "answer": "Now."}
    return json.dumps({**article, "media": media}).encode()


def test_media_come_back_as_they_were_written() -> None:
    """A published article, its file and its index keep what is shown with the answer."""
    raw = line([PLAN, {"kind": "link", "url": "https://shop.example/g", "title": "The guide"}])
    articles = parse_jsonl(raw, "f")
    assert parse_jsonl(to_jsonl(articles), "f") == articles
    [kept] = Index.from_bytes(build(articles).to_bytes()).articles
    assert kept.media == articles[0].media
    assert [each.kind for each in kept.media] == ["image", "link"]


@pytest.mark.parametrize(
    ("media", "said"),
    [
        ("plan.png", 'f:1: media: expected a list of {"kind", "url", "title", "alt"}'),
        ([PLAN] * 4, "f:1: media: 4 entries; at most 3 are accepted"),
        ([{**PLAN, "alt": " "}], "f:1: media[0].alt: missing; say in words"),
        ([{**PLAN, "kind": "link"}], "f:1: media[0].title: missing; a link needs a title"),
        ([{**PLAN, "kind": "song"}], "f:1: media[0].kind: expected one of image, video, file"),
        ([{**PLAN, "url": "http://shop.example/a.png"}], "f:1: media[0].url: expected an address"),
        ([{**PLAN, "url": "https://me@shop.example/a.png"}], "f:1: media[0].url: expected an"),
        ([{**PLAN, "url": "https://localhost/a.png"}], "f:1: media[0].url: expected an address"),
        ([{**PLAN, "size": 3}], "f:1: media[0].size: unknown field; accepted are kind, url"),
        ([{**PLAN, "alt": "x" * 501}], "f:1: media[0].alt: 501 characters; at most 500"),
        ([{**PLAN, "alt": 3}], "f:1: media[0].alt: expected a text"),
        ([7], 'f:1: media[0]: expected {"kind"'),
    ],
)
def test_wrong_media_are_refused(media: object, said: str) -> None:
    """Each fault says the article, the field and what is accepted."""
    with pytest.raises(KnowledgeRefused) as refused:
        read_jsonl(line(media), "f")
    assert any(str(each).startswith(said) for each in refused.value.problems)


def test_a_picture_that_some_channels_do_not_show_gets_a_warning() -> None:
    """Not every channel shows pictures that are neither JPEG nor PNG."""
    found = read_jsonl(line([{**PLAN, "url": "https://shop.example/plan.webp"}]), "f")
    assert "does not end with .jpg" in str(found.warnings[0])
