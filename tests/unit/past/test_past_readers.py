"""Past conversations of mailboxes, helpdesks' exports, tables and JSON lines are read."""

import json
from pathlib import Path

import pytest
from surgeline.adapters.past.conversation import Past
from surgeline.adapters.past.read import PastRefused, first_problems, read_past

OURS = ("help@shop.example",)


def read(folder: Path, name: str, content: str, **options: object) -> Past:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return read_past(file, **options)  # type: ignore[arg-type] # each test knows its options


def mail(sender: str, text: str, *headers: str, at: str = "Mon, 2 Nov 2026 09:00:00 +0000") -> str:
    lines = ["From x Mon Nov  2 09:00:00 2026", f"From: {sender}", f"Date: {at}", *headers]
    return "\n".join([*lines, "", text, "", ""])


def test_mails_that_refer_to_each_other_are_one_conversation(tmp_path: Path) -> None:
    """Mails of one thread are one conversation, with the team's words known by their address."""
    past = read(
        tmp_path,
        "old.mbox",
        mail("Ada <ada@a.example>", "Where is it?", "Subject: Late", "Message-ID: <1@a>")
        + mail(
            "help@shop.example",
            "We look.\n\nOn Mon, 2 Nov 2026 at 09:00, Ada wrote:\n> Where is it?",
            "Message-ID: <2@s>",
            "In-Reply-To: <1@a>",
            at="Mon, 2 Nov 2026 10:00:00 +0000",
        )
        + mail(
            "ada@a.example",
            "Any news?",
            "Message-ID: <3@a>",
            "References: <1@a> <2@s>",
            at="Tue, 3 Nov 2026 10:00:00 +0000",
        )
        + mail("bob@b.example", "Hello, do you ship to Spain?", "Message-ID: <4@b>"),
        ours=OURS,
    )
    ada, bob = past.conversations
    assert [(each.by, each.text) for each in ada.said] == [
        ("customer", "Where is it?"),
        ("team", "We look."),
        ("customer", "Any news?"),
    ]
    assert (ada.sender, ada.name, ada.subject, ada.message_id) == (
        "ada@a.example",
        "Ada",
        "Late",
        "<3@a>",
    )
    assert ada.awaits_word
    assert (bob.sender, bob.place.line) == ("bob@b.example", 28)


def test_customers_who_answer_the_same_mail_stay_apart(tmp_path: Path) -> None:
    """Two replies to one mail are two conversations. The team's answer is in its receiver's."""
    replies = [
        mail(f"{each}@c.example", f"I am {each}", f"Message-ID: <{each}@x>", "References: <n1@x>")
        for each in ("anna", "bert")
    ]
    answer = mail(
        "help@shop.example",
        "Hello Bert",
        "To: help@shop.example, bert@c.example",
        "Message-ID: <a1@x>",
        "References: <bert@x> <n1@x>",
        at="Mon, 2 Nov 2026 10:00:00 +0000",
    )
    past = read(tmp_path, "old.mbox", "".join([*replies, answer]), ours=OURS)
    found = [(each.sender, [one.text for one in each.said]) for each in past.conversations]
    assert found == [
        ("anna@c.example", ["I am anna"]),
        ("bert@c.example", ["I am bert", "Hello Bert"]),
    ]


def test_a_mail_behind_its_reply_belongs_to_it(tmp_path: Path) -> None:
    """A first mail that stands behind its own reply by its date is read, and only once."""
    first = mail("anna@c.example", "Where is it?", "Message-ID: <1@a>")
    reply = mail("anna@c.example", "Any news?", "Message-ID: <2@a>", "References: <1@a>", at="")
    past = read(tmp_path, "old.mbox", first + reply + first)
    assert [len(each.said) for each in past.conversations] == [2]
    assert past.left_out == {"again": 1}


def test_machines_mails_are_left_out_and_counted(tmp_path: Path) -> None:
    """A machine's mail is no conversation, and a mail with no readable date is named."""
    past = read(
        tmp_path,
        "old.mbox",
        mail("news@n.example", "Sale!", "List-Id: <n>")
        + mail("ada@a.example", "I am away", "Auto-Submitted: auto-replied")
        + mail("ada@a.example", "Where?", at="yesterday"),
    )
    assert past.conversations == ()
    assert past.left_out == {"unread": 1, "list": 1, "machine": 1}
    assert "old.mbox:15: Date: 'yesterday' is no time" in str(past.problems[0])


def test_rows_of_one_id_are_one_conversation(tmp_path: Path) -> None:
    """A table's rows of one id are joined, and the columns are found by the usual names."""
    past = read(
        tmp_path,
        "queue.csv",
        "Ticket ID;Requester Email;Body;Created at;Direction;Status\n"
        "7;Ada@A.example;Where is it?;2026-11-01T09:00:00Z;in;open\n"
        "7;help@shop.example;We look;2026-11-01T10:00:00Z;out;open\n"
        '8;bob@b.example;"Two\nlines";2026-11-02 09:00;in;solved\n',
    )
    ada, bob = past.conversations
    assert (ada.key, ada.sender, ada.awaits_word, ada.is_open) == (
        "7",
        "ada@a.example",
        False,
        True,
    )
    assert (bob.said[0].text, bob.is_open, bob.place.line) == ("Two\nlines", False, 4)


def test_a_bad_row_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """A row that can't be read is named with its file, line and column. The rest is read."""
    past = read(
        tmp_path,
        "queue.csv",
        "sender,text,date\n"
        "ada@a.example,Hello there,2026-11-01\n"
        ",nobody,2026-11-01\n"
        "bob@b.example,Hi,01/02/2026\n"
        "eve@e.example,too,2026-11-01,many\n"
        "zoe@z.example,Last one,\n",
    )
    assert [each.sender for each in past.conversations] == ["ada@a.example", "zoe@z.example"]
    said = [str(each).removeprefix(f"{tmp_path}/") for each in past.problems]
    assert said == [
        "queue.csv:3: sender: the cell is empty",
        "queue.csv:4: at: '01/02/2026' is no time such as 2026-03-01T09:30:00Z",
        "queue.csv:5: 4 cells for 3 columns",
    ]


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    """A table without known columns is refused with what to do, and read with their names."""
    content = "Wer,Was\nada@a.example,Hallo\n"
    with pytest.raises(
        PastRefused, match="missing among the columns Wer, Was; name it with sender="
    ):
        read(tmp_path, "queue.csv", content)
    past = read(tmp_path, "queue.csv", content, columns={"sender": "Wer", "text": "Was"})
    assert past.conversations[0].said[0].text == "Hallo"


def test_a_zendesk_export_is_read_without_internal_notes(tmp_path: Path) -> None:
    """Tickets of Zendesk have their people beside them. Internal notes are left out."""
    export = {
        "users": [{"id": 1, "email": "ada@a.example", "name": "Ada", "role": "end-user"}],
        "tickets": [
            {
                "id": 42,
                "subject": "Late",
                "requester_id": 1,
                "status": "open",
                "comments": [
                    {"author_id": 1, "body": "Where?", "created_at": "2026-11-01T09:00:00Z"},
                    {"author_id": 9, "body": "liar", "public": False},
                    {"author_id": 9, "html_body": "<p>We look</p>"},
                ],
            },
            {
                "id": 43,
                "requester": {"email": "bob@b.example"},
                "description": "Hi",
                "status": "solved",
            },
        ],
    }
    past = read(tmp_path, "export.json", json.dumps(export, indent=1))
    ada, bob = past.conversations
    assert past.format == "Zendesk"
    assert [(e.by, e.text) for e in ada.said] == [("customer", "Where?"), ("team", "We look")]
    assert (ada.sender, ada.name, ada.key, bob.is_open) == ("ada@a.example", "Ada", "42", False)


def test_chatwoot_and_intercom_are_read(tmp_path: Path) -> None:
    """Conversations of Chatwoot and Intercom are read, each by its own fields."""
    chatwoot = {
        "id": 5,
        "status": "open",
        "meta": {"sender": {"email": "ada@a.example", "name": "Ada"}},
        "messages": [
            {"content": "Hello", "message_type": 0, "created_at": 1793523600},
            {"content": "secret", "message_type": 1, "private": True},
            {"content": "joined", "message_type": 2},
        ],
    }
    intercom = {
        "type": "conversation",
        "id": "9",
        "state": "open",
        "created_at": 1793523600,
        "source": {"author": {"type": "user", "email": "bob@b.example"}, "body": "<p>Help</p>"},
        "conversation_parts": {
            "conversation_parts": [
                {"author": {"type": "admin"}, "body": "<p>Yes</p>", "part_type": "comment"},
                {"author": {"type": "admin"}, "body": "<p>hm</p>", "part_type": "note"},
            ]
        },
    }
    past = read(tmp_path, "x.jsonl", "\n".join(map(json.dumps, [chatwoot, intercom])))
    assert past.format == "Chatwoot, Intercom"
    assert [[(e.by, e.text) for e in each.said] for each in past.conversations] == [
        [("customer", "Hello")],
        [("customer", "Help"), ("team", "Yes")],
    ]


def test_json_lines_name_bad_lines(tmp_path: Path) -> None:
    """Our own lines hold one text or several messages. What is wrong is named with its line."""
    past = read(
        tmp_path,
        "queue.jsonl",
        '{"id": "a", "sender": "ada@a.example", "text": "Where is it?", "at": 1793523600}\n'
        "{broken\n"
        '{"id": "b", "sender": "bob", "messages": [{"by": "customer", "text": "Hi"},'
        ' {"by": "alien", "text": "?"}]}\n'
        '{"colour": "red"}\n'
        '{"id": "c", "text": "nobody says who"}\n',
    )
    assert [(each.key, each.said[0].text) for each in past.conversations] == [
        ("a", "Where is it?"),
        ("b", "Hi"),
    ]
    assert [each.line for each in past.problems] == [2, 3, 4, 5]
    assert first_problems(past.problems, 1)[1] == "… and 3 more"


def test_a_file_of_no_known_form_is_refused(tmp_path: Path) -> None:
    """A file that is no text, and a list of no objects, say what is accepted."""
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7\x00")
    with pytest.raises(PastRefused, match="this is a PDF"):
        read_past(tmp_path / "scan.pdf")
    with pytest.raises(PastRefused, match="can't be read"):
        read_past(tmp_path / "missing.csv")
    assert "no object" in str(read(tmp_path, "n.json", "[1]").problems[0])
