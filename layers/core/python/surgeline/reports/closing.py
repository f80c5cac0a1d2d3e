"""The uses of articles are read from cases here, and it is judged whether each closed its issue.

A use is an article that the bot answered with, or that a person sent as it was or edited. It closed
the issue unless the customer rejected it, asked for a person after it, said that it did not help,
or came back on the same topic. Everything here is drawn from records, and nothing is stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from surgeline.domain.events import UsedSuggestion
from surgeline.domain.shares import bounds
from surgeline.reports.case import Case

Way = Literal["answered", "inserted"]
WRONG: Final = ("wrong", "outdated")
"""The ratings with which a person says that an article should not be used as it is."""


@dataclass(frozen=True, slots=True)
class Use:
    """An article was used in a conversation that opened at `at`.

    `followed`: the customer asked again, in the conversation or after it. `helped` is what the
    customer said when asked, if anything. `stood`: no act of the customer says that it failed.
    """

    article_id: str
    channel_id: str
    at: int
    way: Way
    closed: bool
    followed: bool
    helped: bool | None = None
    stood: bool = True


@dataclass(frozen=True, slots=True)
class Beside:
    """An article decided beside people. `right` is None where no person's act tells."""

    article_id: str
    channel_id: str
    at: int
    right: bool | None


@dataclass(frozen=True, slots=True)
class Flag:
    """A person rated an article as wrong or outdated. `who` is the person, or else the pool."""

    article_id: str
    channel_id: str
    at: int
    who: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A person said what they made of an article. `who` is the person, or else the pool.

    `rating` is what they think of it, if they said so, with a `reason` in their own words.
    `distance` is the share of its words that an edit changed, where the pool told it.
    """

    article_id: str
    channel_id: str
    at: int
    who: str
    use: Literal["used", "edited", "skipped"]
    rating: str | None = None
    reason: str = ""
    distance: float | None = None


Event = Use | Beside | Flag


def events_of(cases: Iterable[Case], *, at: int, quiet: int, returns: int) -> Iterator[Event]:
    """Yield what happened with articles in the cases, as far as `at` shows.

    A customer who comes back within `returns` milliseconds on the same topic was not helped. A
    conversation that goes on still tells nothing, unless its answer was rejected already.
    """
    by_customer: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.customer and case.account is not None:
            by_customer[case.customer].append(case)
    for theirs in by_customer.values():
        for place, case in enumerate(theirs):
            until = case.opened_at + returns
            later = [each for each in theirs[place + 1 :] if each.opened_at <= until]
            yield from _uses(case, later, at=at, quiet=quiet)
            yield from _beside(case)
            yield from _flags(case)


def _uses(case: Case, later: Sequence[Case], *, at: int, quiet: int) -> Iterator[Use]:
    account = case.account
    if account is None:
        return
    again = account.reopened > 0 or any(_same_topic(case, each) for each in later)
    sent = [each.article_id for each in _told(case) if each.use != "skipped"]
    over = case.verdict(at, quiet) != "open"
    for number, article_id in enumerate(account.answered):
        if article_id in sent:
            continue
        failed = article_id in case.rejected or case.is_handed_off
        if over or failed:
            more = number + 1 < len(account.answered) or account.rejections > 0
            yield _use(case, article_id, "answered", failed=failed or again, followed=again or more)
    for article_id in dict.fromkeys(sent):
        if over:
            failed = case.verdict(at, quiet) == "unresolved" or again
            yield _use(case, article_id, "inserted", failed=failed, followed=again)


def _use(case: Case, article_id: str, way: Way, *, failed: bool, followed: bool) -> Use:
    return Use(
        article_id,
        case.channel_id,
        case.opened_at,
        way,
        closed=not failed and case.helped is not False,
        followed=followed,
        helped=case.helped,
        stood=not failed,
    )


def _same_topic(case: Case, later: Case) -> bool:
    return not (case.articles and later.articles) or bool({*case.articles} & {*later.articles})


def _beside(case: Case) -> Iterator[Beside]:
    used = {each.article_id for each in _told(case) if each.use != "skipped"}
    skipped = {each.article_id for each in _told(case) if each.use == "skipped"}
    for article_id in case.account.shadowed if case.account else ():
        right = True if article_id in used else False if used or article_id in skipped else None
        yield Beside(article_id, case.channel_id, case.opened_at, right)


def told_in(cases: Iterable[Case]) -> Iterator[Told]:
    """Yield what people said that they made of articles, in the order of the cases."""
    for case in cases:
        who, at = _who(case), case.closed_at or case.opened_at
        for each in _told(case):
            more = each.rating, each.reason, each.distance
            yield Told(each.article_id, case.channel_id, at, who, each.use, *more)


def _flags(case: Case) -> Iterator[Flag]:
    for each in _told(case):
        if each.rating in WRONG:
            at = case.closed_at or case.opened_at
            yield Flag(each.article_id, case.channel_id, at, _who(case), each.reason)


def _who(case: Case) -> str:
    last = case.stays[-1] if case.stays else None
    return (last.agent or last.pool_id) if last else ""


def _told(case: Case) -> Sequence[UsedSuggestion]:
    return case.told.suggestions if case.told else ()


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof that the uses of an article give. The bounds are Wilson's, with 95 % confidence.

    `helped` of `asked` customers said that it helped. `right` of `known` decisions beside people
    were right. `flagged_by` are the people who rated it as wrong or outdated.
    """

    uses: int = 0
    closed: int = 0
    followed: int = 0
    asked: int = 0
    helped: int = 0
    known: int = 0
    right: int = 0
    flagged_by: tuple[str, ...] = ()

    @property
    def closes(self) -> tuple[float, float]:
        """Return between which values the close rate lies."""
        return bounds(self.closed, self.uses)

    @property
    def precise(self) -> tuple[float, float]:
        """Return between which values the share of right decisions beside people lies."""
        return bounds(self.right, self.known)

    @property
    def follow_ups(self) -> float:
        """Return the share of uses after which the customer asked again."""
        return self.followed / self.uses if self.uses else 0.0

    @property
    def sentence(self) -> str:
        """Return the numbers for people."""
        low, high = self.closes
        told = (
            f"{self.closed} of {self.uses} uses closed ({low:.0%} to {high:.0%}), "
            f"{self.followed} with a follow-up"
        )
        if self.known:
            told += f", {self.right} of {self.known} decisions beside people right"
        return told


def proof_of(events: Iterable[Event]) -> Proof:
    """Return what the events of one article prove."""
    uses: list[Use] = []
    beside: list[bool] = []
    flagged: list[str] = []
    for each in events:
        if isinstance(each, Use):
            uses.append(each)
        elif isinstance(each, Flag):
            flagged.append(each.who)
        elif each.right is not None:
            beside.append(each.right)
    said = [each.helped for each in uses if each.helped is not None]
    return Proof(
        uses=len(uses),
        closed=sum(each.closed for each in uses),
        followed=sum(each.followed for each in uses),
        asked=len(said),
        helped=sum(said),
        known=len(beside),
        right=sum(beside),
        flagged_by=tuple(dict.fromkeys(flagged)),
    )
