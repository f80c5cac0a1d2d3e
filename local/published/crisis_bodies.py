"""The bodies of the routes for incidents and crises are pydantic models here, for the document."""

from typing import Annotated, Literal

from pydantic import Field
from surgeline.domain.ids import NAME

from local.published.events import Count, Described, Time

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Texts = dict[Language, Annotated[str, Field(min_length=1, max_length=1_000)]]
Names = list[Annotated[str, Field(min_length=1, max_length=200)]]


class Nothing(Described):
    """An empty object."""


class PublishIncident(Described):
    """An approved text by language, and its topic: the ids of articles, or none for every topic.

    It lasts 12 hours unless `minutes` or `ends_at` says otherwise, and 30 days at most. Customers
    who asked about it in the last `tell_minutes` are told unasked, each once.
    """

    texts: Texts
    articles: Annotated[Names, Field(max_length=200)] = Field(default_factory=list)
    channels: Names = Field(default_factory=list)
    minutes: Annotated[int | None, Field(ge=1, le=43_200)] = None
    ends_at: Time | None = None
    tell_minutes: Annotated[int, Field(ge=0, le=2_880)] = 0


class Uses(Described):
    """The customers who were told of an incident. `avoided` never asked for a person.

    `told_first` were told unasked, and `silent` of them have not written since it began.
    `complete` is false if there were too many conversations to count all of them.
    """

    told: Count
    avoided: Count
    wanted_person: Count
    told_first: Count
    silent: Count
    complete: bool


class Incident(Described):
    """An incident, as it stands now."""

    id: Annotated[str, Field(pattern=f"^{NAME}$")]
    state: Literal["planned", "running", "ended"]
    texts: dict[str, str]
    articles: list[str]
    channels: list[str]
    starts_at: Time
    ends_at: Time
    tells_since: Time | None
    uses: Uses | None


class Incidents(Described):
    """The incidents of the last two weeks, the newest first."""

    as_of: Time
    incidents: list[Incident]


class Notice(Described):
    """A text by language, which stands on the chat page until its end."""

    id: str
    texts: dict[str, str]
    ends_at: Time


class Notices(Described):
    """The texts of everything that is wrong on the channel now."""

    notices: Annotated[list[Notice], Field(max_length=4)]


Fit = Literal["variant", "neutral", "suppressed", "to_people"]


class TurnOn(Described):
    """The profile, and for how long: 24 hours unless `minutes` or `ends_at` says otherwise."""

    profile: Annotated[str, Field(pattern=f"^{NAME}$")]
    minutes: Annotated[int | None, Field(ge=1, le=43_200)] = None
    ends_at: Time | None = None


class ProfileFields(Described):
    """A crisis profile's fields: the words by language, and which articles are used."""

    preamble: Texts = Field(default_factory=dict)
    banner: Texts = Field(default_factory=dict)
    texts: dict[Language, dict[str, str]] = Field(default_factory=dict)
    suppressed_tags: Names = Field(default_factory=lambda: ["cheerful", "selling"])
    to_people: Annotated[Names, Field(max_length=200)] = Field(default_factory=list)


class Profile(ProfileFields):
    """A crisis profile."""

    id: Annotated[str, Field(pattern=f"^{NAME}$")]


class BaseFits(Described):
    """The articles of a knowledge base by what becomes of them under a profile."""

    knowledge_base: str
    variant: Count
    neutral: Count
    suppressed: Count
    to_people: Count
    suppressed_ids: list[str]


class KnownProfile(Profile):
    """A crisis profile, with what it would do to the articles that answer now."""

    articles: list[BaseFits]


class On(Described):
    """The crisis that is on, which ends by itself."""

    profile: str
    since: Time
    until: Time


class CrisisStatus(Described):
    """The crisis that is on, if one is, and all profiles."""

    as_of: Time
    on: On | None
    profiles: list[KnownProfile]


class Met(Described):
    """The fit that a conversation would have met. It is null where nothing would have changed."""

    conversation_id: str
    articles: list[str]
    fit: Fit | None


class Rehearsal(Described):
    """The fits that the conversations of a day would have met, the newest first."""

    profile: str
    from_: Annotated[Time, Field(alias="from")]
    to: Time
    conversations: Count
    complete: bool
    counts: dict[str, Count]
    more_people: Count
    met: Annotated[list[Met], Field(max_length=500)]


class SpikeArticle(Described):
    """The article that a spike is on."""

    id: str
    title: str


class Spike(Described):
    """Unusually many customers asked about a topic. `expected` is how many usually do.

    `share` is the greatest share of all customers in 15 minutes. The sentences are redacted.
    """

    topic: str
    article: SpikeArticle | None
    answer: str | None
    began_at: Time
    last_at: Time
    ended_at: Time | None
    customers: Count
    expected: float
    peak: Count
    share: Annotated[float, Field(ge=0, le=1)]
    sentences: Annotated[list[str], Field(max_length=3)]
    incidents: list[str]


class Growing(Described):
    """A topic grows slowly: so many customers in so many `days`, where `expected` are usual."""

    topic: str
    article: SpikeArticle | None
    days: Count
    customers: Count
    expected: float


class Spikes(Described):
    """The spikes of the last two days. None is noticed before `days_needed` days are known.

    `growing` are topics that grow slowly over days. They are a watch, and raise no alert.
    """

    as_of: Time
    counted_until: Time | None
    days_known: Count
    days_needed: Count
    spikes: list[Spike]
    growing: list[Growing]
