"""A pool in a mailbox: threads of mails, bounces, mails that were left over, and erasures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.home.lambda_events import schedule_event
from local.virtual.home import VirtualHome
from tests.functions.desks.email_desk_driver import ADDRESS, TEAM, EmailDeskDriver


@pytest.fixture
def team(tmp_path: Path) -> Iterator[EmailDeskDriver]:
    """Yield the pool and its mailbox."""
    home = VirtualHome(tmp_path)
    yield EmailDeskDriver(home)
    home.close()


def bounce(team: EmailDeskDriver) -> bytes:
    """Return the report that the newest mail to the team came back."""
    newest = team.mailbox.received[-1]
    lines = (
        "From: MAILER-DAEMON@mx.example",
        f"To: {newest['Reply-To']}",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "",
        "Action: failed",
        "Status: 5.1.1",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def test_the_mails_of_a_conversation_are_one_thread(team: EmailDeskDriver) -> None:
    """Later mails answer the person's own, under its subject, and all refer to one root."""
    place = team.taken()
    team.do(team.write(place, "Hello"))
    team.customer("Number 17")
    newest = team.mailbox.received[-1]
    assert str(newest["Subject"]) == f"Re: {place['Subject']}"
    assert str(newest["In-Reply-To"]).endswith("@team.example>")
    assert str(newest["References"]).split()[0] == str(place["References"]).split()[0]
    assert newest["From"].addresses[0].addr_spec == place["From"].addresses[0].addr_spec
    assert str(newest["To"]) == TEAM
    assert newest["Auto-Submitted"] is None


def test_a_helpdesks_subject_is_kept(team: EmailDeskDriver) -> None:
    """Even a confirmation of a machine tells under which subject the helpdesk knows the ticket."""
    place = team.ask()
    answer = team.write(place, "We got your mail.").replace(
        b"Subject: Re: ", b"Auto-Submitted: auto-replied\r\nSubject: [team-1] "
    )
    team.do(team.accept(place), answer)
    team.customer("Number 17")
    assert str(team.mailbox.received[-1]["Subject"]).startswith("Re: [team-1] ")
    assert team.sent() == []


def test_a_mailbox_that_is_not_there_loses_the_offer(team: EmailDeskDriver) -> None:
    """An offer that bounces is declined, so that the next pool is asked."""
    team.ask()
    team.do(bounce(team))
    assert len(team.offered()) == 1


def test_a_mailbox_that_goes_away_loses_the_conversation(team: EmailDeskDriver) -> None:
    """A message that bounces passes the conversation on, with everything that was said."""
    team.taken()
    team.customer("Number 17")
    team.do(bounce(team))
    [offer] = [each["data"] for each in team.vendor if each["type"] == "handoff.offered"]
    assert offer["context"]["handovers"][0]["reason"] == "mails come back"
    assert "Number 17" in [each["text"] for each in offer["context"]["transcript"]]


def test_a_mail_that_was_left_over_is_heard_by_the_clock(team: EmailDeskDriver) -> None:
    """A mail whose event was lost is taken in a quarter of an hour later."""
    place = team.taken()
    blobs = team.home.backend.blobs()
    blobs.put("mail/pool.team/late", team.write(place, "Hello"))
    [upload] = team.home.backend.queue("uploads").receive(1)
    team.home.backend.queue("uploads").delete([upload.receipt])
    event = schedule_event("mail_intake", 900, at=team.home.clock.now())
    team.home.call("mail_intake", event)
    team.home.run_for(5)
    assert team.sent() == ["Hello"]
    assert blobs.keys("mail/") == []


def test_an_erasure_deletes_the_mails(team: EmailDeskDriver) -> None:
    """Nothing of a conversation's mails is kept once its customer is erased."""
    place = team.taken()
    team.do(team.write(place, "Hello Kim"))
    thread = team.shop.thread()
    assert thread is not None
    assert team.home.backend.blobs().keys(f"mail-kept/{thread.id}/")
    asked = {"channel": "shop", "sender": "c1"}
    for _ in range(2):
        answer = team.shop.admin("POST", "/v1/admin/erasures", asked)
        team.home.run_for(5)
    assert answer.status == 200
    assert team.home.backend.blobs().keys(f"mail-kept/{thread.id}/") == []


def test_a_mail_to_nobodys_place_changes_nothing(team: EmailDeskDriver) -> None:
    """A new mail to the pool's address is kept, and nothing is heard of it."""
    raw = f"From: kim@shop.example\r\nTo: {ADDRESS}\r\nSubject: Hi\r\n\r\nHello".encode()
    assert team.deliver(raw) == 200
    keys = team.home.backend.blobs().keys("mail-kept/pool.team/")
    assert len(keys) == 1
