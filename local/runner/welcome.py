"""`surgeline up` says these words to people, in plain lines with colour in a terminal."""

import base64
from dataclasses import dataclass
from pathlib import Path

import click

from local.runner import addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSummary:
    """The facts that a person needs to begin. `link` signs the first lead in once."""

    port: int
    home: Path
    simulators: bool
    link: str = ""
    smtp_port: int | None = None


def welcome(summary: StartSummary) -> str:
    """Return the text. `click.echo` removes the colours where no terminal is."""
    base = addresses.url(summary.port)
    home = summary.home.absolute()
    rows = [
        ("Chat page", f"{base}/"),
        *([("Lead", f"{summary.link} (signs in once, within an hour)")] if summary.link else []),
        ("API", f"{base}/v1"),
        ("State", f"{home} (logs in logs/, the admin key in admin-key)"),
    ]
    if summary.smtp_port is not None:
        rows.append(("Mails", f"{addresses.HOST}:{summary.smtp_port} (SMTP, for e-mail channels)"))
    if summary.simulators:
        rows += [
            ("Pool", f"{addresses.pool_url(summary.port)}state ({addresses.POOL}, simulated)"),
            (
                "Channel",
                f"{addresses.channel_url(summary.port)}replies ({addresses.CHANNEL}, simulated)",
            ),
        ]
    lines = [click.style("Surgeline is ready.", bold=True), ""]
    lines += [f"  {click.style(f'{name:<10}', fg='cyan')} {value}" for name, value in rows]
    lines += [
        "",
        "  In another terminal, in this folder:",
        "    source .venv/bin/activate                 so that `surgeline` is found",
        '    surgeline send "Where is my order?"       write as a customer',
        "    surgeline secret show                     print the keys and a signed message",
        "",
        "  Ctrl-C stops Surgeline. Everything is kept for the next start.",
    ]
    return "\n".join(lines)


def curl_line(port: int, secret: str) -> str:
    """Return a signed message as one line of sh.

    Its id, time and signature are made at each run.
    """
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    target = f"{addresses.url(port)}/v1/channels/{addresses.CHANNEL}/messages"
    return (
        """B='{"sender":"customer-1","text":"Where is my order?"}'; T=$(date +%s); I=msg_$T$$; """
        'S=$(printf %s "$I.$T.$B" | openssl dgst -sha256 -mac HMAC '
        f"-macopt hexkey:{key} -binary | openssl base64 -A); "
        f"curl -sS {target} -H 'content-type: application/json' "
        '-H "webhook-id: $I" -H "webhook-timestamp: $T" -H "webhook-signature: v1,$S" -d "$B"; echo'
    )
