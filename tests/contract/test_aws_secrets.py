"""SSM's secrets are cached, checked before they are looked up, and swapped."""

from collections.abc import Iterator
from typing import Any

import pytest
from surgeline.adapters.aws.secrets import ABSENT_SECONDS, UNKNOWN_AT_ONCE, UNKNOWN_PER_SECOND
from surgeline.adapters.signing.rotation import begin_rotation, finish_rotation
from surgeline.application.ports.refusals import Changed
from surgeline.errors import Disagrees, Unavailable

from tests.contract.aws_answers import answering, refuse
from tests.contract.aws_calls import counted
from tests.contract.aws_home import AwsHome, moto_home


@pytest.fixture
def home(tmp_path: object) -> Iterator[AwsHome]:
    """Yield an empty home on moto."""
    with moto_home(tmp_path) as opened:  # type: ignore[arg-type] # not used
        yield opened


@pytest.mark.parametrize(("name", "seconds"), [("pools/acme", 60), ("admin", 60), ("ids", 300)])
def test_a_secret_is_read_once_until_its_cache_ends(home: AwsHome, name: str, seconds: int) -> None:
    """What proves a caller is cached for a minute and others for about five, and then read anew."""
    home.secrets.put(name, "old")
    home.secrets._cache.clear()
    with counted(home.clients.ssm()) as calls:
        for _ in range(5):
            assert home.secrets.get(name) == "old"
            home.clock.advance(seconds * 0.15)
    assert calls == ["GetParameter"]
    parameter = f"/{home.prefix}/{name}"
    home.clients.ssm().put_parameter(Name=parameter, Value="new", Overwrite=True)
    home.clock.advance(seconds)
    assert home.secrets.get(name) == "new"
    home.clients.ssm().delete_parameter(Name=parameter)
    home.clock.advance(seconds)
    assert home.secrets.get(name) is None


def let_others_be_first(home: AwsHome, name: str, value: str) -> None:
    """Let somebody else write that secret just before our next write."""
    client = home.clients.ssm()
    put = client.put_parameter

    def late(**how: Any) -> Any:
        client.put_parameter = put
        put(Name=f"/{home.prefix}/{name}", Value=value, Type="SecureString", Overwrite=True)
        return put(**how)

    client.put_parameter = late


def test_of_two_who_swap_a_secret_at_once_neither_is_lost(home: AwsHome) -> None:
    """A swap that overtook another restores the other's secret and is told, as SSM has no
    conditions.
    """
    home.secrets.put("pools/acme", "old")
    let_others_be_first(home, "pools/acme", "theirs old")
    with pytest.raises(Changed):
        home.secrets.swap("pools/acme", "ours old", was="old")
    assert home.secrets.get("pools/acme") == "theirs old"


def test_a_rotation_that_others_overtake_begins_again(home: AwsHome) -> None:
    """Every secret that was handed out is good, whoever came first."""
    home.secrets.put("pools/acme", "old")
    let_others_be_first(home, "pools/acme", "theirs old")
    assert begin_rotation(home.secrets, "pools/acme", "ours") == 3
    assert home.secrets.get("pools/acme") == "ours theirs old"


def test_the_end_of_a_rotation_that_others_overtake_drops_nothing(home: AwsHome) -> None:
    """An operator who ends a rotation while another begins one is told to look again."""
    home.secrets.put("pools/acme", "new old")
    let_others_be_first(home, "pools/acme", "theirs new old")
    with pytest.raises(Disagrees, match="look again"):
        finish_rotation(home.secrets, "pools/acme")
    assert home.secrets.latest("pools/acme") == "theirs new old"


def test_a_rotation_begins_from_the_secrets_of_now(home: AwsHome) -> None:
    """Secrets that another process set since they were cached stay good in a rotation."""
    home.secrets.put("pools/acme", "old")
    home.clients.ssm().put_parameter(
        Name=f"/{home.prefix}/pools/acme", Value="theirs old", Overwrite=True
    )
    assert home.secrets.get("pools/acme") == "old"
    assert begin_rotation(home.secrets, "pools/acme", "ours") == 3


def test_who_changes_a_secret_reads_past_the_cache(home: AwsHome) -> None:
    """F46: a secret set by another process is not lost, and later reads return that secret."""
    home.secrets.put("pools/acme", "old")
    parameter = f"/{home.prefix}/pools/acme"
    home.clients.ssm().put_parameter(Name=parameter, Value="new old", Overwrite=True)
    assert home.secrets.get("pools/acme") == "old"
    assert home.secrets.latest("pools/acme") == "new old"
    assert home.secrets.get("pools/acme") == "new old"
    assert home.secrets.latest("no such name") is None


def test_a_clock_that_goes_back_keeps_no_secret_longer(home: AwsHome) -> None:
    """A secret cached before the clock went back is read anew at once."""
    home.secrets.put("pools/acme", "old")
    home.clients.ssm().put_parameter(
        Name=f"/{home.prefix}/pools/acme", Value="new", Type="SecureString", Overwrite=True
    )
    home.clock.advance(-3_600)
    assert home.secrets.get("pools/acme") == "new"


def test_a_stale_secret_is_better_than_none(home: AwsHome) -> None:
    """F48: while SSM is away the old secret goes on, and SSM is asked again soon."""
    home.secrets.put("ids", "key")
    home.clock.advance(600)
    with answering(home.clients.ssm(), refuse("InternalServerError", 500)):
        assert home.secrets.get("ids") == "key"
        with pytest.raises(Unavailable):
            home.secrets.get("pools/acme")
    home.clock.advance(6)
    with counted(home.clients.ssm()) as calls:
        assert home.secrets.get("ids") == "key"
    assert calls == ["GetParameter"]


def test_an_absent_secret_is_remembered_briefly(home: AwsHome) -> None:
    """A channel that is connected a moment later is found within half a minute."""
    assert home.secrets.get("channels/new") is None
    parameter = f"/{home.prefix}/channels/new"
    home.clients.ssm().put_parameter(Name=parameter, Value="s", Type="SecureString")
    assert home.secrets.get("channels/new") is None
    home.clock.advance(31)
    assert home.secrets.get("channels/new") == "s"


def test_strangers_cannot_use_up_the_parameter_reads(home: AwsHome) -> None:
    """I13: SSM is not asked beyond a few unknown names a second, and known names are still read."""
    home.secrets.put("channels/web", "s")
    with counted(home.clients.ssm()) as calls:
        for number in range(UNKNOWN_AT_ONCE):
            assert home.secrets.get(f"channels/guess-{number}") is None
        with pytest.raises(Unavailable):
            home.secrets.get("channels/one-more")
    assert len(calls) == UNKNOWN_AT_ONCE
    assert home.secrets.get("channels/web") == "s"
    home.clock.advance(1)
    assert home.secrets.get("channels/guess-again") is None


def test_a_name_that_was_absent_is_looked_up_as_a_strangers(home: AwsHome) -> None:
    """I13: whoever asks for the same absent names again spends the same look-ups."""
    names = [f"channels/guess-{number}" for number in range(2 * UNKNOWN_AT_ONCE)]
    for half in (names[:UNKNOWN_AT_ONCE], names[UNKNOWN_AT_ONCE:]):
        for each in half:
            assert home.secrets.get(each) is None
        home.clock.advance(UNKNOWN_AT_ONCE / UNKNOWN_PER_SECOND)
    home.clock.advance(ABSENT_SECONDS)
    for each in names[:UNKNOWN_AT_ONCE]:
        assert home.secrets.get(each) is None
    with pytest.raises(Unavailable):
        home.secrets.get(names[-1])


def test_an_absent_secret_is_not_known_while_ssm_is_away(home: AwsHome) -> None:
    """A channel that may have come meanwhile is told to try again, and not that it is unknown."""
    assert home.secrets.get("channels/new") is None
    home.clock.advance(ABSENT_SECONDS + 1)
    with (
        answering(home.clients.ssm(), refuse("InternalServerError", 500)),
        pytest.raises(Unavailable),
    ):
        home.secrets.get("channels/new")


def test_a_clock_that_goes_back_takes_no_look_ups_away(home: AwsHome) -> None:
    """An unknown name is looked up at once, although the clock went back by an hour."""
    assert home.secrets.get("channels/guess") is None
    home.clock.advance(-3_600)
    assert home.secrets.get("channels/other") is None


@pytest.mark.parametrize(
    "name",
    ["channels/", "channels/a b", "channels/\x00", "channels/한", "channels//x", "a" * 600, ""],
)
def test_a_name_that_ssm_would_refuse_is_unknown(home: AwsHome, name: str) -> None:
    """B23, I12: no path makes a function ask SSM or meet a bug."""
    with counted(home.clients.ssm()) as calls:
        assert home.secrets.get(name) is None
    assert calls == []
