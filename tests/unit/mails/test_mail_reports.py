"""Reports about our mails are told apart, and name the thread that they are about."""

import pytest

from tests.unit.mails.mails import KIM, THREAD, mail, parts, read

ORIGINAL = f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <r1.{THREAD}@shop.example>\r\n"
WHOLE = f"Content-Type: message/rfc822\r\n\r\nReferences: <{THREAD}@shop.example>\r\n\r\nHi"
PROSE = "Content-Type: text/plain\r\n\r\nYour mail could not be delivered."


def bounce(
    status: str, *, action: str = "failed", original: str = ORIGINAL, **headers: str
) -> bytes:
    fields = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.x\r\n\r\n"
        f"Final-Recipient: rfc822; {KIM}\r\nAction: {action}\r\nStatus: {status}\r\n"
    )
    usual = {"From": "MAILER-DAEMON@x.example", "Return_Path": "<>", **headers}
    kind = 'report; report-type="delivery-status"'
    return parts(PROSE, fields, original, kind=kind, **usual)


@pytest.mark.parametrize("original", [ORIGINAL, WHOLE])
def test_a_mailbox_that_is_not_there_ends_the_thread(original: str) -> None:
    """A permanent failure of the recipient ends the thread that the report quotes."""
    found = read(bounce("5.1.1", original=original))
    assert (found.kind, found.why, found.thread) == ("left", "bounced", THREAD)


def test_a_bounce_to_the_tagged_address_names_its_thread() -> None:
    """The address that the report came to is enough."""
    to = f"support+{THREAD}@shop.example"
    found = read(bounce("5.1.1", original=PROSE, To=to))
    assert (found.kind, found.thread) == ("left", THREAD)


@pytest.mark.parametrize(
    ("status", "action", "why"),
    [
        ("4.4.1", "failed", "delayed"),
        ("5.2.2", "failed", "delayed"),
        ("4.4.1", "delayed", "delayed"),
        ("5.1.1", "relayed", "delayed"),
        ("5.7.1", "failed", "refused"),
        ("", "failed", "unclear"),
        ("rubbish", "failed", "unclear"),
    ],
)
def test_other_reports_end_nothing(status: str, action: str, why: str) -> None:
    """Delays, full mailboxes, refusals by policy and unclear reports are kept with their reason."""
    found = read(bounce(status, action=action))
    assert (found.kind, found.why) == ("ignored", why)


def test_a_report_that_quotes_nothing_of_ours_ends_nothing() -> None:
    """A stranger's forged report has no id of ours."""
    other = ORIGINAL.replace(THREAD, "t" + "b" * 25)
    assert read(bounce("5.1.1", original=other)).kind == "ignored"


def complaint(kind: str) -> bytes:
    fields = f"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\nVersion: 1\r\n"
    media = "report; report-type=feedback-report"
    return parts(PROSE, fields, WHOLE, kind=media, From="complaints@isp.example")


def test_a_complaint_ends_the_thread() -> None:
    """Whom our mail annoys is written nothing any more."""
    found = read(complaint("abuse"))
    assert (found.kind, found.why, found.thread) == ("left", "complained", THREAD)
    assert read(complaint("not-spam")).kind == "ignored"


def test_a_mail_with_a_null_sender_is_no_message() -> None:
    """A bounce in free words is kept, and never answered."""
    found = read(mail("Sorry, no such user.", Return_Path="<>"))
    assert (found.kind, found.why) == ("ignored", "unclear")
