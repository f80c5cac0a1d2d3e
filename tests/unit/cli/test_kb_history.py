"""`surgeline kb candidates --history` reads past conversations of other systems."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import Run

QUESTION = "Do you sell gift cards?"
ANSWER = "Yes, write to a.b@example.org."
ZENDESK = {
    "id": 1,
    "requester_id": 7,
    "description": QUESTION,
    "comments": [
        {"author_id": 7, "plain_body": QUESTION, "public": True},
        {"author_id": 9, "body": "a note", "public": False},
        {"author_id": 9, "body": ANSWER, "public": True},
    ],
}
INTERCOM = {
    "type": "conversation",
    "source": {"body": f"<p>{QUESTION}</p>", "author": {"type": "user"}},
    "conversation_parts": {
        "conversation_parts": [
            {"part_type": "comment", "body": "<p>I am a bot</p>", "author": {"type": "bot"}},
            {"part_type": "note", "body": "<p>a note</p>", "author": {"type": "admin"}},
            {"part_type": "comment", "body": f"<p>{ANSWER}</p>", "author": {"type": "admin"}},
        ]
    },
}
CHATWOOT = {
    "messages": [
        {"content": "Conversation opened", "message_type": 2},
        {"content": QUESTION, "message_type": 0},
        {"content": "a note", "message_type": 1, "private": True},
        {"content": ANSWER, "message_type": 1},
    ]
}
PLAIN = {"messages": [{"from": "customer", "text": QUESTION}, {"from": "agent", "text": ANSWER}]}


def grouped(surgeline: Run, file: Path, *more: str | Path) -> list[dict[str, Any]]:
    """Return the groups of a file."""
    result = surgeline("kb", "candidates", "--history", file, "--json", *more)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("conversation", [ZENDESK, INTERCOM, CHATWOOT, PLAIN])
@pytest.mark.parametrize("form", ["lines", "list", "wrapped"])
def test_a_conversation_of_any_system_is_a_question_and_an_answer(
    surgeline: Run, tmp_path: Path, conversation: dict[str, Any], form: str
) -> None:
    """Notes and machines are left out, and addresses are taken out."""
    file = tmp_path / "history.json"
    two = [conversation, conversation]
    wrapped = {"conversations": two}
    text = "\n".join(map(json.dumps, two)) if form == "lines" else json.dumps(two)
    file.write_text(json.dumps(wrapped) if form == "wrapped" else text)
    [group] = grouped(surgeline, file)
    assert (group["questions"], group["count"]) == ([QUESTION, QUESTION], 2)
    assert group["answers"] == ["Yes, write to [e-mail]."]
    assert "origins" not in group


USERS = [{"id": 7, "name": "Jane Doe", "role": "end-user"}]
HTML = {"author_id": 9, "html_body": f"<p>Hello Jane, {ANSWER}</p>"}
ASKED = {"author_id": 7, "body": f"{QUESTION} Regards, Jane Doe"}
TICKET = {"id": 1, "requester_id": 7, "comments": [ASKED, HTML]}
TEAM = {"name": "Jane Doe", "messages": [{"by": "customer", "text": ASKED["body"]}]}
TEAM["messages"] += [{"by": "team", "text": f"Hello Jane, {ANSWER}"}]
LISTED = {"meta": {"sender": {"name": "Jane Doe"}}}
LISTED["messages"] = [
    {"content": ASKED["body"], "message_type": 0},
    {"content": f"Hello Jane, {ANSWER}", "message_type": 1},
]


@pytest.mark.parametrize(
    "export",
    [
        {"users": USERS, "tickets": [TICKET, TICKET]},
        {"data": {"meta": {}, "payload": [LISTED, LISTED]}},
        [TEAM, TEAM],
    ],
)
def test_names_that_stand_beside_the_words_are_taken_out(
    surgeline: Run, tmp_path: Path, export: object
) -> None:
    """People are listed beside the tickets, or with the conversation. Answers are found too."""
    file = tmp_path / "history.json"
    file.write_text(json.dumps(export))
    [group] = grouped(surgeline, file)
    assert "Jane" not in str(group)
    assert group["questions"][0].startswith(QUESTION)
    assert group["answers"] == ["Hello [name], Yes, write to [e-mail]."]


def test_contact_data_do_not_make_a_topic(surgeline: Run, tmp_path: Path) -> None:
    """Two topics stay two groups, though every customer also gives a number or an address."""
    give = ("My card is 4111 1111 1111 1111.", "Please call me on +33 6 12 34 56 78.")
    asked = ("Do you sell gift cards?", "Do you sell a gift card?")
    other = ("How do I clean the sofa?", "How do I clean a sofa?")
    pairs = [*zip(asked, give, strict=True), *zip(other, give, strict=True)]
    said = [{"messages": [{"from": "customer", "text": f"{one} {two}"}]} for one, two in pairs]
    file = tmp_path / "history.json"
    file.write_text(json.dumps(said))
    groups = grouped(surgeline, file, "--tier", "lexical")
    found = sorted(sorted(each["questions"]) for each in groups)
    assert found == [sorted(asked), sorted(other)]


def test_what_the_articles_answer_is_left_out(surgeline: Run, tmp_path: Path) -> None:
    """Only what is missing is grouped."""
    file, kb = tmp_path / "history.json", tmp_path / "kb.jsonl"
    file.write_text(json.dumps([PLAIN, {"messages": [{"from": "customer", "text": "hello moon"}]}]))
    questions = [QUESTION, "gift cards?", "a gift card", "Have you gift cards?", "gift card"]
    article = {"id": "gift", "title": "Gift cards", "language": "en", "answer": "Yes."}
    kb.write_text(json.dumps(article | {"questions": questions}))
    assert [each["questions"] for each in grouped(surgeline, file, "--kb", kb)] == [["hello moon"]]


@pytest.mark.parametrize("text", ["[]", "{}", "[7]", '{"messages": []}', "not json", '{"a": 1}\nx'])
def test_a_file_without_a_conversation_says_what_is_accepted(
    surgeline: Run, tmp_path: Path, text: str
) -> None:
    """The refusal names the file, and the systems that are known."""
    file = tmp_path / "history.json"
    file.write_text(text)
    result = surgeline("kb", "candidates", "--history", file)
    assert result.exit_code == 1
    assert "history.json" in result.output
    assert "Zendesk" in result.output


def test_a_history_goes_alone(surgeline: Run, tmp_path: Path) -> None:
    """Questions, a history and an instance are three things to group."""
    file = tmp_path / "history.json"
    file.write_text(json.dumps([PLAIN]))
    both = surgeline("kb", "candidates", "--history", file, "--questions", file)
    named = surgeline("kb", "candidates", "--history", file, "--name", "shop")
    assert (both.exit_code, named.exit_code) == (2, 2)
