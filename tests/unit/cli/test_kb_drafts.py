"""The commands that take an article from a draft to a publication, and list due reviews."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

DRAFTS = "/v1/admin/knowledge/shop/drafts"
ARTICLE = {
    "id": "en-gift",
    "title": "Gift cards",
    "language": "en",
    "questions": ["Do you sell gift cards?"],
    "answer": "Yes.",
}
CHECK = {
    "is_of_this_text": True,
    "at": "2026-03-01T12:00:01.000Z",
    "asked": 3,
    "problem": "",
    "counts": {"answered": 1, "taken": 0, "lost": 0, "other": 0},
    "answered": [
        {
            "text": "a gift card?",
            "before": {"decision": "abstain", "article": None},
            "after": {"decision": "answer", "article": "en-gift"},
        }
    ],
    "taken": [],
    "lost": [],
    "other": [],
}


def draft(state: str = "draft", **changes: Any) -> dict[str, Any]:
    """Return a draft as an instance shows it."""
    found: dict[str, Any] = {
        "id": "d1",
        "article_id": "en-gift",
        "title": "Gift cards",
        "language": "en",
        "retires": False,
        "state": state,
        "author": "Ann",
        "reviewer": None,
        "reason": "asked every day",
        "review_by": None,
        "version": None,
        "problem": "",
        "changed_at": "2026-03-01T12:00:00.000Z",
        "article": ARTICLE,
        "difference": {"kind": "new", "added": ARTICLE["questions"], "removed": []},
        "problems": [],
        "warnings": [],
        "steps": [],
        "check": None,
    }
    return found | changes


def test_a_draft_begins_with_a_file_of_one_article(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """The article is sent as it is, and several articles are refused."""
    file = tmp_path / "gift.jsonl"
    file.write_text(json.dumps(ARTICLE))
    instance.answer(f"POST {DRAFTS}", (201, draft()))
    result = operator("kb", "draft", "shop", file, "--reason", "asked", "--review-by", "2027-01-01")
    assert result.exit_code == 0, result.output
    [asked] = instance.requests("POST")
    assert asked.json == {"article": ARTICLE, "reason": "asked", "review_by": "2027-01-01"}
    assert "d1  draft      en-gift (Gift cards), by Ann: asked every day" in result.stdout
    assert "+ question: Do you sell gift cards?" in result.stdout
    file.write_text("\n".join(json.dumps(ARTICLE | {"id": each}) for each in "ab"))
    assert "holds 2 articles" in operator("kb", "draft", "shop", file).output


def test_a_draft_begins_with_a_candidate_and_its_origins(
    operator: Run, instance: FakeInstance
) -> None:
    """The shortest answer of a person comes along, unless another one is given."""
    group = {"rank": 1, "proposed_title": "Gift cards", "language": "en", "questions": ["a", "b"]}
    group |= {"answers": ["Yes."], "origins": [["t1", "a"]]}
    instance.answer("GET /v1/admin/knowledge/shop/candidates", {"candidates": [group]})
    instance.answer(f"POST {DRAFTS}", (201, draft()))
    for answer, words in (((), "Yes."), (("--answer", "No."), "No.")):
        result = operator("kb", "draft", "shop", "--candidate", "1", *answer)
        assert result.exit_code == 0, result.output
        body = instance.requests("POST")[-1].json
        assert (body["article"]["answer"], body["origins"]) == (words, [["t1", "a"]])
    assert "there are 1 candidates" in operator("kb", "draft", "shop", "--candidate", "2").output


def test_a_candidate_is_merged_into_an_article(operator: Run, instance: FakeInstance) -> None:
    """Its questions become phrasings of that article, whose answer stays."""
    group = {"rank": 1, "proposed_title": "Gifts", "language": "en", "questions": ["a", "b"]}
    group |= {"answers": ["No."], "origins": [["t1", "a"]]}
    instance.answer("GET /v1/admin/knowledge/shop/candidates", {"candidates": [group]})
    page = {"version": "v1", "articles": [ARTICLE], "next_after": None}
    instance.answer("GET /v1/admin/knowledge/shop/articles", page)
    instance.answer(f"POST {DRAFTS}", (201, draft()))
    result = operator("kb", "draft", "shop", "--candidate", "1", "--into", "en-gift")
    assert result.exit_code == 0, result.output
    body = instance.requests("POST")[0].json
    assert body["article"] == ARTICLE | {"questions": ["Do you sell gift cards?", "a", "b"]}
    assert body["origins"] == [["t1", "a"]]
    gone = operator("kb", "draft", "shop", "--candidate", "1", "--into", "none")
    assert (gone.exit_code, "no article 'none' answers" in gone.output) == (1, True)
    assert operator("kb", "draft", "shop", "--retire", "x", "--into", "y").exit_code == 2


def test_a_draft_begins_with_an_article_that_people_suggest(
    operator: Run, instance: FakeInstance
) -> None:
    """Its question, its answer and its origins come along."""
    one = {"title": "Wrap", "question": "Do you gift wrap?", "answer": "Yes.", "language": "en"}
    one |= {"count": 2, "origins": [["t1", "Yes."]]}
    instance.answer(
        "GET /v1/admin/knowledge/shop/candidates", {"candidates": [], "suggested": [one]}
    )
    instance.answer(f"POST {DRAFTS}", (201, draft()))
    result = operator("kb", "draft", "shop", "--suggested", "1")
    assert result.exit_code == 0, result.output
    body = instance.requests("POST")[0].json
    assert (body["article"]["questions"], body["origins"]) == ([one["question"]], one["origins"])
    assert "1 articles are suggested" in operator("kb", "draft", "shop", "--suggested", "2").output
    shown = operator("kb", "candidates").stdout
    assert "1. Do you gift wrap? (2 times)\n     Yes." in shown


def test_a_draft_has_one_source(operator: Run) -> None:
    """A file, a candidate and the end of an article do not go together."""
    assert operator("kb", "draft", "shop").exit_code == 2
    assert operator("kb", "draft", "shop", "--candidate", "1", "--retire", "x").exit_code == 2


def test_a_proposal_waits_for_its_check_and_shows_it(operator: Run, instance: FakeInstance) -> None:
    """What recent questions would get is told, before and after."""
    instance.answer(f"POST {DRAFTS}/d1/propose", draft("proposed"))
    instance.answer(f"GET {DRAFTS}/d1", draft("proposed"), draft("proposed", check=CHECK))
    result = operator("kb", "propose", "shop", "d1", "--reason", "asked")
    assert "Of 3 recent questions 1 is answered otherwise." in result.stdout
    assert "'a gift card?': a person -> en-gift" in result.stdout


def test_an_approval_waits_while_the_draft_is_checked(
    operator: Run, instance: FakeInstance
) -> None:
    """Only the state `checking` is waited for. Any other refusal is told at once."""
    checking = (409, {"error": {"message": "it is checked", "state": "checking"}})
    instance.answer(f"POST {DRAFTS}/d1/approve", checking, draft("approved", check=CHECK))
    assert "d1  approved" in operator("kb", "approve", "shop", "d1").stdout
    instance.answer(f"POST {DRAFTS}/d1/approve", (403, {"error": {"message": "Ann wrote it"}}))
    refused = operator("kb", "approve", "shop", "d1")
    assert (refused.exit_code, "Ann wrote it" in refused.output) == (1, True)


def test_approved_drafts_are_published_as_one_version(
    operator: Run, instance: FakeInstance
) -> None:
    """The command ends once the version answers."""
    instance.answer("POST /v1/admin/knowledge/shop/release", {"version": "v2", "drafts": ["d1"]})
    instance.answer(
        "GET /v1/admin/knowledge/shop",
        {"current": "v1", "latest": None},
        {"current": "v2", "latest": None},
    )
    result = operator("kb", "release", "shop", "d1", "--reason", "right")
    assert instance.requests("POST")[0].json == {"drafts": ["d1"], "reason": "right"}
    assert "version v2 answers within 5 s, with 1 change" in result.stdout


def test_a_published_draft_is_taken_back(operator: Run, instance: FakeInstance) -> None:
    """One command says which version answers again."""
    instance.answer(f"POST {DRAFTS}/d1/undo", draft("undone", version="v1"))
    instance.answer("GET /v1/admin/knowledge/shop", {"current": "v1", "latest": None})
    result = operator("kb", "undo", "shop", "d1", "--reason", "wrong")
    assert "version v1 answers within 5 s, without that change" in result.stdout


def test_drafts_are_listed_declined_and_discarded(operator: Run, instance: FakeInstance) -> None:
    """A line a draft, and words where there is none."""
    instance.answer(f"GET {DRAFTS}", {"drafts": [draft("approved", version="v9")]})
    assert "d1  building" in operator("kb", "drafts", "shop").stdout
    instance.answer(f"GET {DRAFTS}", {"drafts": []})
    assert operator("kb", "drafts", "shop").stdout == "There are no drafts.\n"
    instance.answer(f"POST {DRAFTS}/d1/decline", draft("declined"))
    assert "declined" in operator("kb", "decline", "shop", "d1").stdout
    instance.answer(f"POST {DRAFTS}/d1/discard", {"id": "d1", "state": "discarded"})
    assert operator("kb", "discard", "shop", "d1").stdout == "d1 is deleted\n"


def test_due_articles_are_listed_and_reviewed(operator: Run, instance: FakeInstance) -> None:
    """The longest due comes first, and a review names the next day."""
    due = "/v1/admin/knowledge/shop/due"
    article = {"article": "en-gift", "title": "Gift cards", "review_by": "2026-03-01"}
    instance.answer(f"GET {due}", {"until": "2026-03-02", "articles": [article]})
    shown = operator("kb", "due", "shop", "--within", "3").stdout
    assert shown == "2026-03-01  en-gift (Gift cards)\n1 article due by 2026-03-02\n"
    assert instance.requests("GET")[0].query.startswith("until=20")
    instance.answer(f"PUT {due}", {"reviewer": "Ann", "review_by": "2027-01-01"})
    result = operator("kb", "reviewed", "shop", "en-gift", "--review-by", "2027-01-01")
    assert result.stdout == "en-gift is reviewed by Ann, and due again on 2027-01-01\n"
