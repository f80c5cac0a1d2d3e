"""The company's own people, their passes and their acts."""

from dataclasses import replace
from typing import Any

import pytest
from surgeline.adapters.randomness import SystemRandomness
from surgeline.application.ports.staff import Act, Pass, Password, Person, Staff
from surgeline.application.staff.passes import StaffPasses
from surgeline.errors import Unauthorized

from local.virtual.clock import VirtualClock
from tests.contract.examples import NOON
from tests.contract.homes import Home

MINA = Person("umina", "Mina 민아", "agent", ("north", "south"), added_at=NOON)
SESSION = Pass("ab" * 32, "session", "umina", 1, NOON, NOON + 60_000)
DAY = 86_400_000


def test_people_are_kept_in_the_order_in_which_they_were_added(home: Home) -> None:
    """A person is found by id, and the list has everybody in order."""
    lee = Person("ulee", "Lee", "lead", added_at=NOON + 1)
    home.staff.put(lee)
    home.staff.put(MINA)
    assert home.staff.people() == [MINA, lee]
    assert home.staff.person("umina") == MINA
    assert home.staff.person("nobody") is None


def test_a_person_who_is_put_again_is_replaced(home: Home) -> None:
    """A raised generation, a new role and a revocation are read back."""
    home.staff.put(MINA)
    changed = replace(MINA, role="admin", generation=2, revoked=True)
    home.staff.put(changed)
    assert home.staff.people() == [changed]


def test_a_person_is_changed_only_as_they_were_known(home: Home) -> None:
    """Of two changes that began with the same person one is kept, and a stranger is not added."""
    home.staff.put(MINA)
    assert home.staff.change(MINA, replace(MINA, revoked=True))
    assert not home.staff.change(MINA, replace(MINA, role="admin"))
    assert home.staff.people() == [replace(MINA, revoked=True)]
    lee = Person("ulee", "Lee", "lead", added_at=NOON)
    assert not home.staff.change(lee, lee)
    assert home.staff.person("ulee") is None


def test_a_password_is_kept_with_its_person(home: Home) -> None:
    """The hash with its costs and tries is read back, and stands in no text of the person."""
    hashed = Password("00ff", "abcd", 2**15, 8, 3, set_at=NOON, tries=2, tried_at=NOON + 1)
    person = replace(MINA, password=hashed)
    home.staff.put(person)
    assert home.staff.person("umina") == person
    assert "abcd" not in repr(person)


def test_a_pass_is_found_by_its_digest_until_it_is_used(home: Home) -> None:
    """A used pass is gone, and a second use gets nothing."""
    home.staff.keep(SESSION)
    assert home.staff.find(SESSION.digest) == SESSION
    assert home.staff.use(SESSION.digest) == SESSION
    assert home.staff.use(SESSION.digest) is None
    assert home.staff.find(SESSION.digest) is None


def test_a_pass_that_is_kept_again_has_its_new_end(home: Home) -> None:
    """A session goes on under the same digest."""
    home.staff.keep(SESSION)
    longer = replace(SESSION, expires_at=NOON + DAY)
    home.staff.keep(longer)
    assert home.staff.find(SESSION.digest) == longer


def test_only_a_pass_that_is_there_is_renewed(home: Home) -> None:
    """A renewal moves the end of a session, and brings none back that was ended."""
    longer = replace(SESSION, expires_at=NOON + DAY)
    assert not home.staff.renew(longer)
    assert home.staff.find(SESSION.digest) is None
    home.staff.keep(SESSION)
    assert home.staff.renew(longer)
    assert home.staff.find(SESSION.digest) == longer


class LeavesMeanwhile:
    """Staff whose person signs out in another tab, right before a renewal is written."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff

    def __getattr__(self, name: str) -> Any:
        return getattr(self._staff, name)

    def renew(self, kept: Pass) -> bool:
        """End the session, and then renew it."""
        self._staff.use(kept.digest)
        return self._staff.renew(kept)


def test_a_renewal_undoes_no_sign_out(home: Home) -> None:
    """Who signs out while another tab renews the session is signed out in both."""
    clock = VirtualClock(NOON)
    plain = StaffPasses(home.staff, clock, SystemRandomness())
    token = plain.sign_in(plain.invite("Mina", "lead").token).token
    clock.advance(2 * DAY // 1000)
    leaving = StaffPasses(LeavesMeanwhile(home.staff), clock, SystemRandomness())
    with pytest.raises(Unauthorized):
        leaving.renew(token)
    with pytest.raises(Unauthorized):
        plain.who(token)


def test_acts_are_listed_newest_first(home: Home) -> None:
    """A span has its first moment and not its last, and a limit keeps the newest."""
    acts = [Act(f"a{n}", NOON - n * DAY, "key:local", "pool.changed", "pools/n") for n in range(4)]
    for each in acts:
        home.acts.keep(each)
    assert home.acts.find(0, NOON + 1) == acts
    assert home.acts.find(NOON - 2 * DAY, NOON) == acts[1:3]
    assert home.acts.find(0, NOON + 1, limit=2) == acts[:2]
    assert home.acts.find(NOON, NOON) == []


def test_an_act_gets_its_end_later(home: Home) -> None:
    """The same act with a status takes the place of the one without."""
    act = Act("a1", NOON, "staff:Mina", "pool.paused", "pools/north", reason="lunch 점심")
    home.acts.keep(act)
    home.acts.keep(replace(act, status=200))
    assert home.acts.find(NOON, NOON + 1) == [replace(act, status=200)]
