"""An e-mail channel's settings are tried here, with a login that sends no mail to anybody."""

from surgeline.adapters.channels.email.settings import Mailbox, mailbox_of
from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.application.ports.deliveries import SendFailed

SECONDS = 10.0
FAILURES, FINAL = 400, 500
_WHY = {
    "connect": "nothing answers there",
    "timeout": "it did not answer in time",
    "tls": "its certificate or its TLS is not accepted",
    "blocked": "this home may not call it",
    "protocol": "it speaks no SMTP that we know",
}


def check(checked: Checked) -> list[Finding]:
    """Try the way out, and say what proves the senders of mails."""
    mailbox = mailbox_of(checked.fields)
    return [_way_out(checked, mailbox), _proof(mailbox)]


def _way_out(checked: Checked, mailbox: Mailbox) -> Finding:
    host = mailbox.smarthost.host if mailbox.smarthost else "Amazon SES"
    try:
        reply = checked.mails.greet(mailbox.smarthost, mailbox.domain, timeout_seconds=SECONDS)
    except SendFailed as error:
        why = _WHY.get(error.reason, error.reason)
        return Finding("host", ok=False, said=f"{host} can't be used: {why}")
    if reply.code < FAILURES:
        return Finding("host", ok=True, said=f"{host} lets us in")
    if reply.code < FINAL:
        said = f"{host} could not be asked (status {reply.code}); try again"
        return Finding("host", ok=False, said=said)
    if mailbox.smarthost is None:
        said = f"SES has not verified {mailbox.domain} here: add it as an identity, with DKIM"
        return Finding("host", ok=False, said=said)
    advice = "`surgeline channel rotate ID --field user=... --field password=-`"
    said = f"{host} refuses the user or the password (status {reply.code}): {advice}"
    return Finding("host", ok=False, said=said)


def _proof(mailbox: Mailbox) -> Finding:
    if mailbox.receiver:
        said = f"senders are proved by the DMARC result of {mailbox.receiver}"
        return Finding("authserv_id", ok=True, said=said)
    said = "no server is named that proves senders, so every sender counts as not proved"
    return Finding("authserv_id", ok=True, said=said)
