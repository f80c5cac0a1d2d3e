"""A mail to a subscriber is written here: plain words, and a report's page beside them.

Its ids follow from the delivery, so that a repeat is the same mail.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from surgeline.adapters.system_texts import FALLBACK, lead_words
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.mails import Letter
from surgeline.reports.page.page import page


def letter_of(delivery: Delivery, *, sender: str, to: str) -> Letter:
    """Return the mail of a delivery, from a channel's address to a subscriber's."""
    payload = delivery.payload
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Surgeline <{sender}>"
    mail["To"] = to
    mail["Subject"] = " ".join(str(payload["subject"]).split())
    mail["Date"] = format_datetime(datetime.fromtimestamp(delivery.at // 1000, UTC))
    mail["Message-ID"] = f"<{delivery.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(str(payload["text"]) + "\n")
    report = payload.get("report")
    if isinstance(report, Mapping) and not report.get("cut"):
        name = f"{report['report']}-{report['to']}.html"
        words = lead_words(report.get("language", FALLBACK))  # an earlier release told none
        mail.add_attachment(page(report, words), subtype="html", filename=name)
        mail.set_boundary(f"=_{delivery.id}")
    return Letter(sender, to, mail.as_bytes())
