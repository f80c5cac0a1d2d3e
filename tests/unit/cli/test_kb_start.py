"""`surgeline kb start` leads from past conversations to the first articles, one by one."""

import json
from pathlib import Path

import pytest
from fake_instance import FakeInstance, Run

PLACE = "/v1/admin/knowledge/shop"
ANSWER = "Yes, at every till."
CHECK = {"is_of_this_text": True, "at": "2026-03-02", "asked": 3, "problem": ""}
CHECK |= {"counts": {"answered": 0, "taken": 0, "lost": 0, "other": 0}}
DRAFT = {"id": "d1", "title": "Gift cards", "state": "proposed", "changed_at": "2026-03-01"}
MAIL = """From {who} Mon Mar  2 09:00:00 2026
From: {who}
To: {to}
Subject: {subject}
Date: Mon, 02 Mar 2026 0{hour}:00:00 +0000
Message-ID: <{id}@mail.example>
{answers}
{text}

"""


def mailbox(folder: Path) -> Path:
    """Write a mailbox in which two customers ask the same, and one is answered."""
    customers = ("kim@customer.example", "lee@customer.example")
    mails = [
        MAIL.format(
            who=who,
            to="help@shop.example",
            subject="A question",
            hour=number,
            id=number,
            answers="",
            text=text,
        )
        for number, (who, text) in enumerate(
            zip(
                customers,
                ("Hello, do you sell gift cards?", "do you sell a gift card"),
                strict=True,
            )
        )
    ]
    reply = MAIL.format(
        who="help@shop.example",
        to=customers[0],
        subject="Re: A question",
        hour=5,
        id=9,
        answers="In-Reply-To: <0@mail.example>\n",
        text=ANSWER,
    )
    file = folder / "support.mbox"
    file.write_text("".join([*mails, reply]))
    return file


@pytest.fixture
def shop(instance: FakeInstance) -> FakeInstance:
    """Return an instance that takes drafts and publishes them."""
    instance.answer(f"POST {PLACE}/drafts", (201, DRAFT))
    instance.answer(f"POST {PLACE}/drafts/d1/propose", DRAFT | {"check": CHECK})
    instance.answer(f"POST {PLACE}/drafts/d1/approve", DRAFT | {"state": "approved"})
    instance.answer(f"POST {PLACE}/release", (202, {"version": "v1", "drafts": ["d1"]}))
    instance.answer(f"GET {PLACE}", {"current": "v1", "latest": {"version": "v1"}})
    return instance


def posted(shop: FakeInstance) -> list[str]:
    """Return the last part of each address that was posted to."""
    return [each.path.rpartition("/")[2] for each in shop.requests("POST")]


@pytest.mark.enable_socket
def test_a_mailbox_becomes_an_article_that_answers(
    operator: Run, shop: FakeInstance, tmp_path: Path
) -> None:
    """The person sees the questions and what people answered, takes it, and publishes it."""
    words = ("kb", "start", "shop", "--history", mailbox(tmp_path), "--ours", "@shop.example")
    result = operator(*words, "--tier", "lexical", input="t\ny\n")
    assert result.exit_code == 0, result.output
    assert f"People answered: {ANSWER}" in result.output
    assert posted(shop) == ["drafts", "propose", "approve", "release"]
    article = shop.requests("POST")[0].json["article"]
    assert sorted(article["questions"]) == [
        "Hello, do you sell gift cards?",
        "do you sell a gift card",
    ]
    assert (article["answer"], article["language"]) == (ANSWER, "en")
    origins = shop.requests("POST")[0].json["origins"]
    assert origins == [["", text] for text in article["questions"]]


@pytest.mark.enable_socket
def test_nothing_is_published_that_the_person_did_not_take(
    operator: Run, shop: FakeInstance
) -> None:
    """A group is skipped, an answer is written by hand, and the drafts wait for a yes."""
    group = {"rank": 1, "questions": ["a", "b"], "count": 2, "share": 1.0, "language": "en"}
    group |= {"proposed_title": "a", "likeness": 0.5, "answers": [], "origins": [["t1", "a"]]}
    shop.answer(f"GET {PLACE}/candidates", {"candidates": [group, group | {"rank": 2}]})
    result = operator("kb", "start", "shop", input="s\ne\nBy hand.\nn\n")
    assert result.exit_code == 0, result.output
    assert posted(shop) == ["drafts", "propose"]
    assert shop.requests("POST")[0].json["article"]["answer"] == "By hand."
    assert shop.requests("POST")[0].json["origins"] == [["t1", "a"]]
    assert "They stay drafts" in result.output
    assert operator("kb", "start", "shop", input="q\n").output.endswith("nothing is begun.\n")


@pytest.mark.enable_socket
def test_every_question_that_is_taken_is_shown(operator: Run, shop: FakeInstance) -> None:
    """The person reads all that become phrasings, and no other one becomes a phrasing."""
    asked = [f"Question number {number:02}?" for number in range(12)]
    group = {"rank": 1, "questions": asked, "count": 12, "share": 1.0, "language": "en"}
    group |= {"proposed_title": "Numbers", "likeness": 0.5, "answers": ["Yes."], "origins": []}
    shop.answer(f"GET {PLACE}/candidates", {"candidates": [group]})
    result = operator("kb", "start", "shop", input="t\nn\n")
    taken = shop.requests("POST")[0].json["article"]["questions"]
    assert taken == [each for each in asked if each in result.output]
    assert len(taken) == 10


def test_a_table_of_past_conversations_is_grouped(surgeline: Run, tmp_path: Path) -> None:
    """The reader of imports reads it, and a line that is wrong is named."""
    file = tmp_path / "past.csv"
    file.write_text(
        "conversation,by,text,sender\n"
        "1,customer,do you sell gift cards,kim@customer.example\n"
        "1,team,Yes.,kim@customer.example\n"
        "2,customer,do you have gift cards,lee@customer.example\n"
    )
    result = surgeline("kb", "candidates", "--history", file, "--tier", "lexical", "--json")
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert sum(row["count"] for row in rows) == 2
    assert any("Yes." in row["answers"] for row in rows)
