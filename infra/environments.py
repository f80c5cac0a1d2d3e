"""The deployments that `cdk deploy -c env=…` knows are here, with what differs between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from surgeline.application.ports.retention import days_of
from surgeline.knowledge.answering.index import MANAGED, TIERS

from infra.prices.embeddings import embedders, tokens_for
from infra.prices.picks import models, picks_for, plain_model
from infra.refusal import Refused
from weights.fetch import BEST

PICKER_BUDGET = 5
EMBEDDER_BUDGET = 5
BEST_DEPLOYED = [*TIERS][-1]
"""The tier that `best` means on AWS, where the packages bring what each tier runs on."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A deployment by its arguments. With `retain`, `cdk destroy` leaves the table and the bucket.

    `alarm_email` may be empty. The edge answers 429 above `requests_per_second` and `burst`. `tier`
    compares texts. `budget` is what the account may cost in a month, in USD, before its mail goes
    to `alarm_email`. `domain` is an own name for the HTTP API, with the ARN of its `certificate`.
    `retention` says how long data is kept, where that is not as usual (ports.retention.days_of).
    `picker` is a model of Amazon Bedrock that picks among candidates, and `picker_budget` the USD
    that it may cost in a month. Without a picker no model is asked. `embedder` is a model that
    turns texts into vectors, within `embedder_budget`, and makes the tier `managed`, with `tier`
    below it. `oidc_issuer` proves accounts
    of the company's own people by tokens for `oidc_client`. Without one the stack makes a pool of
    accounts, and with `none` people sign in with links and passwords alone.
    """

    name: str
    retain: bool
    log_days: int
    requests_per_second: int = 1000
    burst: int = 2000
    alarm_email: str = ""
    log_level: str = "INFO"
    tier: str = BEST_DEPLOYED
    budget: int = 0
    domain: str = ""
    certificate: str = ""
    retention: str = ""
    picker: str = ""
    picker_budget: int = PICKER_BUDGET
    embedder: str = ""
    embedder_budget: int = EMBEDDER_BUDGET
    oidc_issuer: str = ""
    oidc_client: str = ""

    @property
    def makes_accounts(self) -> bool:
        """Return whether the stack makes a pool of accounts for the company's own people."""
        return not self.oidc_issuer

    @property
    def picks_a_month(self) -> int:
        """Return how many picks the budget pays for. Without a picker there are none."""
        return picks_for(self.picker, self.picker_budget) if self.picker else 0

    @property
    def tokens_a_month(self) -> int:
        """Return how many tokens the budget pays for. Without an embedder there are none."""
        return tokens_for(self.embedder, self.embedder_budget) if self.embedder else 0

    @property
    def deployment(self) -> str:
        """Return what every name begins with."""
        return f"surgeline-{self.name}"


ENVIRONMENTS = {
    each.name: each
    for each in (
        Environment("dev", retain=False, log_days=7),
        Environment("prod", retain=True, log_days=30),
    )
}


RETAIN = {"yes": True, "no": False}
MOST_BUDGET = 1_000_000
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
NO_ISSUER = "none"
ISSUER = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,63}(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
CLIENT = re.compile(r"[A-Za-z0-9._~:/-]{1,200}")
CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]+")


def environment_of(arguments: Mapping[str, Any]) -> Environment:
    """Return the environment of a deployment's arguments: `env`, and the changes to it.

    `retain` is `yes` or `no`, `tier` is one of TIERS or `best`, and `alarm_email` is an address.
    `budget` is a whole number of USD. `domain` is a host name, and `certificate` an ARN.
    `retention` is days as in `records=180,mails=30`. `picker` and `embedder` are models of Amazon
    Bedrock, and `picker_budget` and `embedder_budget` whole numbers of USD. `oidc_issuer` is an
    https address exactly as it stands in the tokens, also with a slash at its end, or `none`.
    `oidc_client` is a client's id. Absent or empty arguments change nothing.
    Raises Refused, which says what is accepted.
    """
    given = {name: str(value) for name, value in arguments.items() if value}
    environment = ENVIRONMENTS[_one_of("env", given.get("env", "dev"), ENVIRONMENTS)]
    if "retain" in given:
        retain = RETAIN[_one_of("retain", given["retain"], RETAIN)]
        environment = replace(environment, retain=retain)
    if "tier" in given:
        tier = deployed_tier(given["tier"], managed="embedder" in given)
        environment = replace(environment, tier=tier)
    environment = replace(
        environment, alarm_email=given.get("alarm_email", environment.alarm_email)
    )
    environment = _with_retention(environment, given.get("retention", ""))
    environment = _with_embedder(_with_picker(environment, given), given)
    environment = _with_issuer(environment, given)
    return _with_domain(_with_budget(environment, given.get("budget")), given)


def _with_retention(environment: Environment, retention: str) -> Environment:
    try:
        days_of(retention)
    except ValueError as error:
        raise Refused(str(error)) from error
    return replace(environment, retention=retention)


def _with_picker(environment: Environment, given: Mapping[str, str]) -> Environment:
    model, budget = given.get("picker", ""), given.get("picker_budget", str(PICKER_BUDGET))
    if model:
        _one_of("picker", plain_model(model), models())
    elif "picker_budget" in given:
        raise Refused("picker_budget: give picker too, because without it no model is asked")
    return replace(environment, picker=model, picker_budget=_dollars("picker_budget", budget))


def _with_embedder(environment: Environment, given: Mapping[str, str]) -> Environment:
    model = given.get("embedder", "")
    budget = given.get("embedder_budget", str(EMBEDDER_BUDGET))
    if model:
        _one_of("embedder", model, embedders())
    elif "embedder_budget" in given:
        raise Refused("embedder_budget: give embedder too, because without it no model is asked")
    dollars = _dollars("embedder_budget", budget)
    return replace(environment, embedder=model, embedder_budget=dollars)


def _with_issuer(environment: Environment, given: Mapping[str, str]) -> Environment:
    issuer, client = given.get("oidc_issuer", ""), given.get("oidc_client", "")
    if issuer in ("", NO_ISSUER):
        if client:
            raise Refused("oidc_client: give oidc_issuer too, the address that issues its tokens")
        return replace(environment, oidc_issuer=issuer)
    if not ISSUER.fullmatch(issuer):
        raise Refused(
            f"oidc_issuer={issuer!r}: use an https address as it stands in the tokens, such as"
            " https://login.shop.example/tenant, or none"
        )
    if not CLIENT.fullmatch(client):
        raise Refused(f"oidc_client={client!r}: use the client's id, as the issuer shows it")
    return replace(environment, oidc_issuer=issuer, oidc_client=client)


def _with_budget(environment: Environment, budget: str | None) -> Environment:
    if budget is None:
        return environment
    dollars = _dollars("budget", budget)
    if not environment.alarm_email:
        raise Refused("budget: give alarm_email too, because a budget only writes to somebody")
    return replace(environment, budget=dollars)


def _dollars(name: str, given: str) -> int:
    if not (given.isascii() and given.isdecimal() and 0 < int(given[:9]) < MOST_BUDGET):
        raise Refused(f"{name}={given!r}: use a whole number of USD a month, such as 50")
    return int(given)


def _with_domain(environment: Environment, given: Mapping[str, str]) -> Environment:
    domain, certificate = given.get("domain", ""), given.get("certificate", "")
    if not domain and not certificate:
        return environment
    if not HOST.fullmatch(domain):
        raise Refused(f"domain={domain!r}: use a host name such as chat.shop.example")
    if not CERTIFICATE.fullmatch(certificate):
        raise Refused(
            f"certificate={certificate!r}: use the ARN of the domain's certificate in the same"
            " region, such as arn:aws:acm:eu-west-3:123456789012:certificate/…"
        )
    return replace(environment, domain=domain, certificate=certificate)


def deployed_tier(choice: str, *, managed: bool = False) -> str:
    """Return the tier that a choice means for a deployment. Raises Refused.

    `managed` says that a model of vectors is named, which comes on top of the best tier.
    """
    if choice == MANAGED and managed:
        return BEST_DEPLOYED
    if choice == MANAGED:
        raise Refused(
            f"tier={MANAGED!r}: it is not turned on; name its model with embedder, one of"
            f" {', '.join(embedders())}, and tier stays the one below it"
        )
    chosen = _one_of("tier", choice, dict.fromkeys((BEST, *TIERS)))
    return BEST_DEPLOYED if chosen == BEST else chosen


def _one_of(name: str, value: str, known: Mapping[str, object]) -> str:
    if value not in known:
        raise Refused(f"{name}={value!r}: choose one of {', '.join(known)}")
    return value
