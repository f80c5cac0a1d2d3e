"""The people who can be called, and their rotas, are a part of the configuration."""

from dataclasses import dataclass, field

from surgeline.domain.hours import Hours


@dataclass(frozen=True, slots=True)
class Reach:
    """A way to reach a person: the message of a call goes out over a `channel`, to its `sender`.

    The sender is a mail address, a number, or what else a customer is called on that channel.
    """

    channel: str
    sender: str


@dataclass(frozen=True, slots=True)
class OnCallPerson:
    """Somebody who can be called.

    `quiet` is a span such as "22:00-07:00" on the clock of `zone`, in which only emergencies call
    the person. `hours_a_week` bounds the shifts that the person can take.
    """

    id: str
    name: str
    reach: tuple[Reach, ...]
    zone: str = "UTC"
    quiet: str | None = None
    hours_a_week: float | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """People who take turns. The first turn begins at the first hand-over from `begins` on.

    `hands_over` is a weekday and a time on the rota's clock, and a turn lasts so many `weeks`.
    `only` bounds the times at which the layer is on call.
    """

    people: tuple[str, ...]
    begins: str
    hands_over: str = "mon 09:00"
    weeks: int = 1
    only: Hours | None = None


@dataclass(frozen=True, slots=True)
class Rota:
    """The order in which people are called: who is on turn in each layer, the first layer first.

    Who does not answer within `answer_minutes` is followed by the next, in `rounds` rounds at most.
    Who comes is there after `arrives_minutes`, unless he says otherwise, and stays `stays_minutes`.
    He sits at the `pool`, if one is named, and the estimates of its waits count him from then on.
    """

    id: str
    layers: tuple[Layer, ...]
    zone: str = "UTC"
    answer_minutes: int = 10
    rounds: int = 2
    arrives_minutes: int = 30
    stays_minutes: int = 120
    pool: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """Return everybody in the rota, once."""
        return tuple(dict.fromkeys(each for layer in self.layers for each in layer.people))


@dataclass(frozen=True, slots=True)
class Owed:
    """The hours of leave that are owed for an hour on call, by night or weekend, and for pages.

    A page at night is owed both rates of pages.
    """

    per_hour: float = 0.0
    per_night_hour: float = 0.0
    per_weekend_hour: float = 0.0
    per_page: float = 0.0
    per_page_at_night: float = 0.0


@dataclass(frozen=True, slots=True)
class OnCall:
    """The part of the configuration. `address` is the instance's own, for the links in calls.

    `owed` are the company's rates of leave for being on call. At the time of `weekly_test`, such as
    "wed 10:00" on each rota's clock, who is on call gets a page to answer.
    """

    people: tuple[OnCallPerson, ...] = ()
    rotas: tuple[Rota, ...] = ()
    address: str = ""
    owed: Owed = field(default_factory=Owed)
    weekly_test: str = ""

    def person(self, person_id: str) -> OnCallPerson | None:
        """Return the person of that id, or None."""
        return next((each for each in self.people if each.id == person_id), None)

    def rota(self, rota_id: str) -> Rota | None:
        """Return the rota of that id, or None."""
        return next((each for each in self.rotas if each.id == rota_id), None)
