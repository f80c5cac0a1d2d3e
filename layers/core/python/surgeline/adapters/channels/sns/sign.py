"""A request to an AWS service is signed here, by version 4 of AWS's signatures.

Botocore does the same, and is not loaded by a home without AWS. The tests hold both against each
other.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def signed_headers(  # the parts of a signature
    url: str,
    body: bytes,
    *,
    region: str,
    service: str,
    access_key_id: str,
    secret_access_key: str,
    at: int,
) -> dict[str, str]:
    """Return the headers of a signed form that is posted at a time (UTC epoch ms)."""
    moment = datetime.fromtimestamp(at / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    day = moment[:8]
    parts = urlsplit(url)
    shown = {"content-type": FORM, "host": parts.netloc, "x-amz-date": moment}
    names = ";".join(shown)
    lines = "".join(f"{name}:{value}\n" for name, value in shown.items())
    digest = hashlib.sha256(body).hexdigest()
    request = f"POST\n{parts.path or '/'}\n\n{lines}\n{names}\n{digest}"
    scope = f"{day}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(request.encode()).hexdigest()
    told = f"{ALGORITHM}\n{moment}\n{scope}\n{hashed}"
    key = f"AWS4{secret_access_key}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.digest(key, told.encode(), hashlib.sha256).hex()
    credential = f"{access_key_id}/{scope}"
    return {
        "content-type": FORM,
        "x-amz-date": moment,
        "authorization": (
            f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
        ),
    }
