"""Real tokens of an issuer, signed with RSA keys, go past a stand-in for the API's check and in.

The check itself is AWS's own. The stand-in does the steps that AWS documents for a JWT authorizer,
with the library PyJWT, and gives the claims to the real handler in the real event.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.functions.signed_in import DESK
from tests.functions.stage import Stage
from tests.functions.test_accounts import EVENT, invite

ISSUER = "https://login.shop.example/tenant/"
CLIENT = "surgeline-pages"
KEYS_KEPT_SECONDS = 2 * 3_600
"""So long API Gateway may use the keys that it has fetched."""
ALGORITHMS = ["RS256", "RS384", "RS512"]


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """Return the RSA key of a name, which is drawn once."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """An issuer of OpenID Connect: its published keys, and the tokens that it signs."""

    stage: Stage
    published: list[str] = field(default_factory=lambda: ["k1"])

    def jwks(self) -> dict[str, Any]:
        """Return the document behind `jwks_uri`."""
        shown = (
            jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True) | {"kid": name}
            for name in self.published
        )
        return {"keys": [each | {"use": "sig", "alg": "RS256"} for each in shown]}

    def token(self, *, by: str = "k1", kid: str | None = "", **claims: Any) -> str:
        """Return a token of Mina's account, with other claims. None leaves a claim out."""
        now = self.stage.clock.now() // 1000
        usual = {"iss": ISSUER, "aud": CLIENT, "sub": "account-1", "iat": now, "exp": now + 300}
        usual |= {"email": "mina@shop.example", "email_verified": True, "amr": ["pwd", "otp"]}
        body = {name: each for name, each in (usual | claims).items() if each is not None}
        headers = {} if kid is None else {"kid": kid or by}
        return jwt.encode(body, key(by), algorithm="RS256", headers=headers)


class Gateway:
    """A stand-in for a JWT authorizer of an HTTP API, by the steps of its documentation."""

    def __init__(self, stage: Stage, issuer: Issuer) -> None:
        self._stage = stage
        self._issuer = issuer
        self._keys: dict[str, Any] = {}
        self._fetched_at = 0

    def post(self, token: str) -> tuple[str, int]:
        """Return who judged a sign-in, and how: the gateway's 401, or the handler's answer."""
        try:
            claims = self._checked(token)
        except jwt.PyJWTError:
            return "gateway", 401
        event = deepcopy(EVENT)
        event["headers"]["authorization"] = f"Bearer {token}"
        event["requestContext"]["authorizer"]["jwt"]["claims"] = told(claims)
        answered = self._stage.call("staff_web", event)
        return "handler", answered["statusCode"]

    def _checked(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a token. Raises PyJWTError."""
        now = self._stage.clock.now() // 1000
        if now - self._fetched_at >= KEYS_KEPT_SECONDS:
            found = jwt.PyJWKSet.from_dict(self._issuer.jwks()).keys
            self._keys = {each.key_id: each for each in found if each.key_id}
            self._fetched_at = now
        named = self._keys.get(jwt.get_unverified_header(token).get("kid", ""))
        if named is None:
            raise jwt.InvalidKeyError
        times = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud"), False)
        claims: dict[str, Any] = jwt.decode(
            token, named, algorithms=ALGORITHMS, issuer=ISSUER, options=times
        )
        audience = claims.get("aud", claims.get("client_id"))
        if CLIENT not in (audience if isinstance(audience, list) else [audience]):
            raise jwt.InvalidAudienceError
        if not claims.get("nbf", 0) <= now < claims.get("exp", 0) or claims.get("iat", 0) > now:
            raise jwt.ExpiredSignatureError
        return claims


def told(claims: Mapping[str, Any]) -> dict[str, str]:
    """Return claims as an event has them: each a text, and a list in brackets."""

    def text(value: object) -> str:
        if isinstance(value, list):
            return f"[{' '.join(map(str, value))}]"
        return str(value).lower() if isinstance(value, bool) else str(value)

    return {name: text(value) for name, value in claims.items()}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return a deployment with the issuer, and an agent who is invited."""
    settings = {"ISSUER": ISSUER, "ISSUER_CLIENT": CLIENT, "ISSUER_LOGIN": ISSUER.rstrip("/")}
    made = Stage(tmp_path, settings=settings)
    made.configure(pools=[DESK])
    invite(made, "Mina", "agent", email="mina@shop.example", pools=["desk"])
    return made


def unsigned(token: str, **header: str) -> str:
    """Return the token under another header, with its claims as they were."""
    body = token.split(".")[1]
    head = base64.urlsafe_b64encode(json.dumps({"kid": "k1", **header}).encode()).decode()
    return f"{head.rstrip('=')}.{body}."


def mixed_up(token: str) -> str:
    """Return a token that is signed with the public key, as if that were a shared secret."""
    public = key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = unsigned(token, alg="HS256")[:-1]
    digest = hmac.digest(public, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def test_a_real_token_of_the_issuer_signs_in(stage: Stage) -> None:
    """Its claims reach the handler as AWS writes them, and lead to the person who is invited."""
    issuer = Issuer(stage)
    assert Gateway(stage, issuer).post(issuer.token()) == ("handler", 200)


def test_a_token_that_proves_nothing_lets_nobody_in(stage: Stage) -> None:
    """Another issuer, audience, time, key or algorithm ends before the handler, or in it."""
    issuer = Issuer(stage)
    gateway = Gateway(stage, issuer)
    now, good = stage.clock.now() // 1000, issuer.token()
    head, body, signature = good.split(".")
    other = issuer.token(email="ann@shop.example").split(".")[1]
    refused = {
        "another issuer": issuer.token(iss="https://login.evil.example/"),
        "the issuer without its slash": issuer.token(iss=ISSUER.rstrip("/")),
        "another audience": issuer.token(aud="another-client"),
        "no audience": issuer.token(aud=None),
        "ended": issuer.token(exp=now),
        "without an end": issuer.token(exp=None),
        "not yet good": issuer.token(nbf=now + 60),
        "made in the future": issuer.token(iat=now + 60),
        "a stranger's key under the right name": issuer.token(by="stranger", kid="k1"),
        "a key that nobody publishes": issuer.token(by="stranger"),
        "without a key's name": issuer.token(kid=None),
        "other claims under the signature": f"{head}.{other}.{signature}",
        "no signature": f"{head}.{body}.",
        "no algorithm": unsigned(good, alg="none"),
        "the public key as a secret": mixed_up(good),
    }
    assert {name: gateway.post(token) for name, token in refused.items()} == dict.fromkeys(
        refused, ("gateway", 401)
    )
    handled = {
        "several audiences": (issuer.token(aud=[CLIENT, "another"]), 401),
        "a token of access": (issuer.token(aud=None, client_id=CLIENT), 401),
        "an address that is not proved": (issuer.token(email_verified=False), 403),
        "somebody who is not invited": (issuer.token(sub="a2", email="ann@shop.example"), 403),
    }
    for name, (token, status) in handled.items():
        assert gateway.post(token) == ("handler", status), name
    assert gateway.post(good) == ("handler", 200)


def test_an_issuer_changes_its_keys(stage: Stage) -> None:
    """A new key counts once it is fetched, and an old one no longer than it is kept."""
    issuer = Issuer(stage)
    gateway = Gateway(stage, issuer)
    assert gateway.post(issuer.token()) == ("handler", 200)
    issuer.published = ["k1", "k2"]
    assert gateway.post(issuer.token(by="k2")) == ("gateway", 401)
    stage.clock.advance(KEYS_KEPT_SECONDS)
    for name in issuer.published:
        assert gateway.post(issuer.token(by=name)) == ("handler", 200)
    issuer.published = ["k2"]
    stage.clock.advance(KEYS_KEPT_SECONDS)
    assert gateway.post(issuer.token()) == ("gateway", 401)
    assert gateway.post(issuer.token(by="k2")) == ("handler", 200)
