"""Facts are told to `decide` besides the past: time, reading, pools and rules.

The application gathers the facts. Nothing here reads anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from surgeline.domain.company.closure import Sending
from surgeline.domain.company.stages import SILENT, WaitingSettings
from surgeline.domain.crisis.incident import Incident
from surgeline.domain.customers.known import CustomerData
from surgeline.domain.effects import SendText
from surgeline.domain.events import (
    AgentWrote,
    CustomerWrote,
    PoolResolved,
    PoolReturned,
    PoolTransferred,
)
from surgeline.domain.on_call.emergency import Heard
from surgeline.domain.pools import Pool
from surgeline.domain.reading import Reading
from surgeline.domain.routing import Policy
from surgeline.domain.thread import LetDown
from surgeline.domain.wishes import Wish
from surgeline.records import quick


@quick
@dataclass(frozen=True, slots=True)
class Exchange:
    """The part of a conversation that an answer depends on.

    `rejected` articles are never answered or offered again. `choices` are the articles offered
    last, in order. A rejection rejects the `standing` articles, and then `alternatives` are
    offered. `before` is the customer's message before, for a text that may go on from it.
    `is_kept`: a request for a person is kept, which the customer may take back. In a `drill` no
    model is asked, because that costs the company money. `in_burst`: the customer wrote shortly
    before and the bot has replied, no person was asked for, and no survey waits for an answer.
    """

    language: str | None = None
    rejected: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    before: str = ""
    is_kept: bool = False
    drill: bool = False
    in_burst: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The durations that a company sets, in seconds.

    `agent_silence_seconds` is for a pool's first word. `unanswered_seconds` is for every later word
    that a customer waits for.
    """

    reopen_seconds: int = 1_800
    conversation_seconds: int = 86_400
    agent_silence_seconds: int = 900
    unanswered_seconds: int = 1_800
    gap_seconds: int = 10


SurveyAnswer = Literal["yes", "no", "stop"]
"""It helped, it did not, or the customer wants no such question again."""


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """The question whether a conversation helped, and after how many days it is asked again.

    An empty question is the system's own text. It is also asked when a customer has said nothing
    for `quiet_seconds` after an answer of the bot, unless these are 0.
    """

    question: str = ""
    again_days: int = 30
    quiet_seconds: int = 0


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """The company's words for the question whether it helped.

    An empty `language` or `channel` stands for all.
    """

    text: str
    language: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class SurveySettings:
    """The company's wishes for the question whether a conversation helped.

    `channels` are those that ask, or all of them if there are none. A customer is asked again after
    `again_days` at the earliest. The first of the `questions` that fits the channel and the
    language is asked, or else the system's own. A customer who says nothing for `quiet_minutes`
    after an answer of the bot is asked as well, unless these are 0. `quiet_channels` are those on
    which that happens, or those where it costs nothing if there are none.
    """

    enabled: bool = False
    channels: tuple[str, ...] = ()
    again_days: int = 30
    questions: tuple[SurveyQuestion, ...] = ()
    quiet_minutes: int = 10
    quiet_channels: tuple[str, ...] = ()

    def rules(self, channel_id: str, language: str | None) -> SurveyRules | None:
        """Return how a customer of the channel is asked, or None where nobody is.

        These rules ask nobody who says nothing, because that depends on the channel's kind.
        """
        if not self.enabled or (self.channels and channel_id not in self.channels):
            return None
        fits = (
            each.text
            for each in self.questions
            if each.channel in ("", channel_id) and each.language in ("", language)
        )
        return SurveyRules(next(fits, ""), self.again_days)


@dataclass(frozen=True, slots=True)
class UntoldMessage:
    """A message of the customer that the owning pool has not been told of, by its place."""

    message_id: str
    seq: int
    at: int


@quick
@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one decision may depend on. The same facts give the same decision.

    `reading`: the meaning of the customer's text, if the bot would answer it. `offer_status`,
    `offer_agent`: the state of the event's offer in its own record. `held`: the owner's events that
    came too early, as their records have them. `untold`: the oldest customer's messages that the
    owner must be told, at most `UNTOLD_LIMIT`. `texts`: the system texts of the thread's language,
    by key. `policy`, `backlog`: how to route, and how many conversations wait for a seat now.
    `thanks`: the customer's message only thanks or agrees, so that nobody owes an answer to it.
    `customer`: the channel's last attributes of the customer, by name, in an earlier message.
    `vouched`: the channel vouches for such attributes.
    `survey`: how to ask whether it helped, or None where nobody is asked. `survey_answer`: the
    meaning of the customer's text as an answer to that, if it has one. `surveyed`: when another
    channel of the customer last asked it, or None where one of them heard never to ask again.
    `incidents`: those that are running on the channel, the narrow ones first. `preamble`: the words
    before the bot's first answer while a crisis lasts.
    `deletes_files`: the message that the customer took back came with files.
    `zone`: the company's time zone, by which customers are told times.
    `customer_data`: what is known of the customer's data, or None if no system is connected.
    `waiting`: what a waiting customer is told, and when.
    `ways`: how a waiting customer may be answered later, where that is offered. `wish`: the meaning
    of a waiting customer's message about the wait. `windows`: the times to choose from.
    `holds_later`: the channel lets us write for so long that a later time fits in.
    `reply_until`: until when the channel lets us write, or None without such an end.
    `writes_until`: until when people may write to a customer who says nothing more, or None.
    `emergency`: the rule that the customer's message fulfils, if there is one.
    `closure`: the words that send the customer of a closed channel on, or None on an open one.
    `arrived`: the thread on a closed channel that the visitor was sent on from, or nothing.
    `tone`: the system texts that a crisis replaces, which go before a company's own words.
    `stops_notices`: the customer's message says that no incident is to be told unasked.
    `brought`: the words of a backlog that a person wants read or answered.
    `unheard`: people's words that did not reach the customer, who writes again, or the text that a
    provider could not deliver after all. `has_template`: a late text goes out in a template.
    `has_profiles`: the channel's provider is asked for a name and a language.
    `tells_app_language`: the channel tells how the customer's app is set, which counts little.
    `proven`: the keys of the names that the channel proves of a customer who may begin anew.
    `let_down`: the newest conversation of that customer on another channel that did not help.
    `goes_on_in`: the thread in which the customer of a former name goes on by now.
    `costs`: what a conversation costs the company with each pool that has a price.
    """

    now: int
    rules: Rules = field(default_factory=Rules)
    reading: Reading | None = None
    pools: tuple[Pool, ...] = ()
    offer_status: str | None = None
    offer_agent: str | None = None
    held: tuple[AgentWrote | PoolResolved | PoolReturned | PoolTransferred, ...] = ()
    untold: tuple[UntoldMessage, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    backlog: int = 0
    thanks: bool = False
    customer: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    survey: SurveyRules | None = None
    survey_answer: SurveyAnswer | None = None
    surveyed: int | None = 0
    incidents: tuple[Incident, ...] = ()
    preamble: str = ""
    zone: str = "UTC"
    deletes_files: bool = False
    customer_data: CustomerData | None = None
    waiting: WaitingSettings = SILENT
    ways: tuple[str, ...] = ()
    wish: Wish | None = None
    windows: tuple[tuple[int, int], ...] = ()
    reply_until: int | None = None
    writes_until: int | None = None
    holds_later: bool = True
    emergency: Heard | None = None
    vouched: bool = True
    tone: Mapping[str, str] = field(default_factory=dict)
    stops_notices: bool = False
    brought: CustomerWrote | None = None
    unheard: tuple[SendText, ...] = ()
    closure: Sending | None = None
    has_profiles: bool = False
    tells_app_language: bool = False
    has_template: bool = False
    arrived: str = ""
    proven: tuple[str, ...] = ()
    let_down: LetDown | None = None
    goes_on_in: str = ""
    costs: Mapping[str, float] = field(default_factory=dict)
