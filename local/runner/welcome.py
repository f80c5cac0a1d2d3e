"""What `surgeline up` says to people: plain lines, with colour where a terminal shows it."""

import base64
from dataclasses import dataclass
from pathlib import Path

import click

from local.runner import addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a person needs to begin."""

    port: int
    home: Path
    admin_key: str
    channel_secret: str
    simulators: bool


def welcome(facts: Facts) -> str:
    """The text; `click.echo` takes the colours out where no terminal is."""
    base = addresses.url(facts.port)
    rows = [
        ("Chat page", f"{base}/"),
        ("API", f"{base}/v1"),
        ("Admin key", facts.admin_key),
        ("State", f"{facts.home.absolute()} (logs in logs/)"),
    ]
    if facts.simulators:
        rows += [
            ("Pool", f"{addresses.pool_url(facts.port)}state ({addresses.POOL}, simulated)"),
            (
                "Channel",
                f"{addresses.channel_url(facts.port)}replies ({addresses.CHANNEL}, simulated)",
            ),
        ]
    lines = [click.style("Surgeline is ready.", bold=True), ""]
    lines += [f"  {click.style(f'{name:<10}', fg='cyan')} {value}" for name, value in rows]
    lines += ["", f"  Write over the channel {addresses.CHANNEL} (copy, paste, any time):", ""]
    lines += [curl_line(facts.port, facts.channel_secret), ""]
    lines += ["  Ctrl-C stops it; everything is kept for the next start."]
    return "\n".join(lines)


def curl_line(port: int, secret: str) -> str:
    """A signed message as one line of sh: id, time and signature are computed when it is run."""
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    target = f"{addresses.url(port)}/v1/channels/{addresses.CHANNEL}/messages"
    return (
        """B='{"sender":"customer-1","text":"Where is my order?"}'; T=$(date +%s); I=msg_$T$$; """
        'S=$(printf %s "$I.$T.$B" | openssl dgst -sha256 -mac HMAC '
        f"-macopt hexkey:{key} -binary | openssl base64 -A); "
        f"curl -sS {target} -H 'content-type: application/json' "
        '-H "webhook-id: $I" -H "webhook-timestamp: $T" -H "webhook-signature: v1,$S" -d "$B"; echo'
    )
