"""People set a password after their link, and come back with it until they or a lead end it.

Rules are tested with hashes that take little work, and the routes with those of production.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from surgeline.application.ports.staff import Person, Staff
from surgeline.application.staff.passwords import (
    COST,
    FREE_TRIES,
    FRESH_SECONDS,
    Cost,
    StaffPasswords,
    refusal_of,
)
from surgeline.errors import BadRequest, Conflict, Disagrees, TooMany, Unauthorized
from surgeline.runtime.http import Request
from surgeline.runtime.staff_session import passes_of

from functions.staff_web.passwords import TRIES_AT_ONCE, TRIES_IN_ALL, TRIES_PER_SECOND
from functions.staff_web.tries import Tries
from tests.functions.signed_in import DESK, ORIGIN, invited, sign_in
from tests.functions.stage import Stage

WORDS = "lamp orchid tram nine"
OTHERS = "violet stairs by noon"
REMOVE = "/v1/staff/password/remove"


class Rules:
    """The rules over the shop's people. `meanwhile` runs right before each change of a person."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.staff: Staff = stage.backend.staff()
        self.passes = passes_of(stage.backend)
        self.meanwhile: Callable[[Person], object] = lambda _person: None
        rest = (self.passes, stage.clock, stage.backend.randomness)
        self.words = StaffPasswords(self._watched(), *rest, cost=Cost(n=2**5, p=1))

    def _watched(self) -> Any:
        rules = self

        class Watched:
            def __getattr__(self, name: str) -> Any:
                return getattr(rules.staff, name)

            def change(self, known: Person, person: Person) -> bool:
                rules.meanwhile(known)
                return rules.staff.change(known, person)

        return Watched()

    def link(self, name: str = "Mina") -> str:
        """Return the session of a person who came in with a link."""
        return self.passes.sign_in(self.passes.invite(name, "agent", ("desk",)).token).token

    def set(self) -> str:
        """Return the session of a person who has set a password."""
        return self.words.set(self.link(), WORDS, "").token

    def enters(self, words: str = WORDS, name: str = "Mina") -> bool:
        """Return whether the pair signs in."""
        try:
            self.words.sign_in(name, words)
        except Unauthorized:
            return False
        return True

    def lives(self, session: str) -> bool:
        """Return whether the session goes on."""
        try:
            self.passes.who(session)
        except Unauthorized:
            return False
        return True


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Return the shop with a desk of its own people."""
    made = Stage(tmp_path)
    made.configure(pools=[DESK])
    return made


@pytest.fixture
def rules(stage: Stage) -> Rules:
    """Return the rules over the shop's people."""
    return Rules(stage)


def enter(stage: Stage, name: str = "Mina", password: str = WORDS) -> Any:
    """Sign in with a password over the route."""
    body = {"name": name, "password": password}
    return stage.request("POST", "/v1/staff/sign-in/password", body, ORIGIN)


def put(stage: Stage, headers: Mapping[str, str], password: str = WORDS) -> Any:
    """Set one's own password over the route."""
    return stage.request("PUT", "/v1/staff/password", {"password": password}, headers)


def me(stage: Stage, answered: Any) -> Any:
    """Return what the browser that got this answer is told of its session."""
    cookie = {"cookie": answered.headers["set-cookie"].partition(";")[0]}
    return stage.request("GET", "/v1/staff/me", headers=ORIGIN | cookie).json


# ---------------------------------------------------------------- the routes


def test_a_password_set_after_the_link_signs_in_and_is_told_nobody(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pair begins a session, and neither words nor hash stand in a file, a log or a list."""
    headers = sign_in(stage, "Mina", "agent", "desk")
    before = stage.request("GET", "/v1/staff/me", headers=headers).json
    assert (before["has_password"], before["asks_password"]) == (False, False)
    assert me(stage, put(stage, headers))["has_password"]
    answered = enter(stage, "MINA")
    assert (answered.status, answered.json["page"]) == (200, "/agent")
    assert me(stage, answered)["person"]["name"] == "Mina"
    assert WORDS not in stage.everything_kept() + "".join(capsys.readouterr())
    [person] = stage.backend.staff().people()
    assert person.password is not None
    listed = stage.admin("GET", "/v1/admin/staff")
    assert listed.json["people"][0]["has_password"] is True
    assert person.password.digest not in listed.text
    assert person.password.salt not in listed.text


def test_every_wrong_pair_is_refused_alike(stage: Stage) -> None:
    """An unknown name, a name that cannot be and a person without a password get one answer."""
    sign_in(stage, "Lee", "lead")
    said = [enter(stage, name) for name in ("Nobody", "\u3164", "Lee")]
    assert {(each.status, each.text) for each in said} == {(401, said[0].text)}
    assert not any("set-cookie" in each.headers for each in said)


def test_changes_of_passwords_are_on_record_without_words(stage: Stage) -> None:
    """Who set or removed a password is on record, with the answer."""
    headers = sign_in(stage, "Mina", "agent", "desk")
    put(stage, headers, "short words")
    done = put(stage, headers)
    now = ORIGIN | {"cookie": done.headers["set-cookie"].partition(";")[0]}
    assert stage.request("POST", REMOVE, {}, now).status == 200
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    shown = {(each["who"], each["act"], each["target"], each["status"]) for each in acts}
    assert {
        ("Mina (agent)", "PUT staff/password", "Mina", 400),
        ("Mina (agent)", "PUT staff/password", "Mina", 200),
        ("Mina (agent)", "POST staff/password/remove", "Mina", 200),
    } <= shown
    assert WORDS not in str(acts)


@pytest.mark.parametrize("headers", [{"x-surgeline": "1"}, {"origin": "http://shop.test"}])
def test_another_sites_page_signs_nobody_in_and_sets_nothing(
    stage: Stage, headers: dict[str, str]
) -> None:
    """Without our header and our origin nothing of this is done."""
    body = {"name": "Mina", "password": WORDS}
    assert stage.request("POST", "/v1/staff/sign-in/password", body, headers).status == 403
    cookie = {"cookie": sign_in(stage, "Mina", "agent", "desk")["cookie"]}
    assert put(stage, cookie | headers).status == 403
    assert stage.request("POST", REMOVE, {}, cookie | headers).status == 403


def test_a_lead_signs_agents_out_and_nobody_else(stage: Stage) -> None:
    """A lead may not sign out leads and admins, and an admin may."""
    for name, role in (("Mina", "agent"), ("Ann", "admin")):
        invited(stage, name, role, *(["desk"] if role == "agent" else []))
    lead = sign_in(stage, "Lee", "lead")
    said = {
        each.name: stage.request("POST", f"/v1/admin/staff/{each.id}/revoke", {}, lead).status
        for each in stage.backend.staff().people()
    }
    assert said == {"Mina": 200, "Ann": 403, "Lee": 403}


def test_guesses_are_capped_for_each_network_and_in_all(stage: Stage) -> None:
    """A network's tries end first, and a crowd of networks gets no more than its share."""
    tries = Tries(
        stage.clock, at_once=TRIES_AT_ONCE, per_second=TRIES_PER_SECOND, in_all=TRIES_IN_ALL
    )

    def taken(network: int) -> bool:
        try:
            tries.take(Request("", {}, {}, {}, b"", "", peer=f"198.51.{network}.7"))
        except TooMany:
            return False
        return True

    assert [taken(0) for _ in range(TRIES_AT_ONCE + 1)].count(True) == TRIES_AT_ONCE
    assert [taken(each) for each in range(1, 100)].count(True) == TRIES_IN_ALL[0] - TRIES_AT_ONCE
    stage.clock.advance(1)
    assert [taken(each) for each in range(100, 200)].count(True) == TRIES_IN_ALL[1]


# ---------------------------------------------------------------- the rules


def test_every_refusal_costs_one_hash(rules: Rules) -> None:
    """The time of an answer does not tell whether a name is known or has a password."""
    hashed: list[str] = []

    class Counted(StaffPasswords):
        def _digest(self, words: str, kept: Any) -> str:
            hashed.append(f"{kept.n} {kept.r} {kept.p}")
            return super()._digest(words, kept)

    rules.set()
    rules.link("Lee")
    rest = (rules.passes, rules.stage.clock, rules.stage.backend.randomness)
    counted = Counted(rules.staff, *rest, cost=Cost(n=2**5, p=1))
    for name in ("Mina", "Nobody", "Lee", *["Mina"] * FREE_TRIES):
        with pytest.raises(Unauthorized):
            counted.sign_in(name, OTHERS)
    rules.stage.clock.advance(120)
    rules.staff.change = lambda *_: False  # type: ignore[method-assign] # somebody tries meanwhile
    with pytest.raises(Unauthorized):
        counted.sign_in("Mina", OTHERS)
    assert hashed == ["32 8 1"] * (4 + FREE_TRIES)


def test_a_name_waits_after_wrong_tries_and_links_go_on(rules: Rules) -> None:
    """After five wrong tries even the right words wait a minute, then two, and a link helps."""
    rules.set()
    assert not any(rules.enters(OTHERS) for _ in range(FREE_TRIES))
    assert not rules.enters()
    assert rules.lives(rules.link())
    rules.stage.clock.advance(60)
    assert not rules.enters(OTHERS)
    rules.stage.clock.advance(119)
    assert not rules.enters()
    rules.stage.clock.advance(1)
    assert rules.enters()
    assert not rules.enters(OTHERS)
    assert rules.enters()


def test_somebody_elses_wrong_tries_keep_a_person_out_for_two_minutes_at_most(
    rules: Rules,
) -> None:
    """However many wrong tries there were, the right words enter two minutes after the last."""
    rules.set()
    for _ in range(FREE_TRIES + 12):
        rules.stage.clock.advance(120)
        assert not rules.enters(OTHERS)
    rules.stage.clock.advance(119)
    assert not rules.enters()
    rules.stage.clock.advance(1)
    assert rules.enters()


def test_a_try_is_counted_before_it_is_judged(rules: Rules) -> None:
    """Of two callers with one name at the same moment one is refused as for wrong words."""
    rules.set()
    person = rules.staff.people()[0]
    assert person.password is not None
    tried = replace(person, password=replace(person.password, tries=1))
    rules.meanwhile = lambda known: rules.staff.change(known, tried)
    assert not rules.enters()
    [person] = rules.staff.people()
    assert person.password is not None
    assert person.password.tries == 1


def test_a_right_try_that_meets_a_revocation_lets_nobody_in(rules: Rules) -> None:
    """A person who is revoked while their words are judged gets the answer of wrong words."""
    rules.set()
    changes: list[Person] = []

    def meanwhile(known: Person) -> None:
        changes.append(known)
        if len(changes) == 2:
            rules.passes.revoke(known.id)

    rules.meanwhile = meanwhile
    assert not rules.enters()
    assert len(changes) == 2


@pytest.mark.parametrize(
    "weak",
    [
        "short words",
        "Mina Mina Mina Mina",
        "passwordpassword",
        "abcdefghijklmnopqrstuvwxyz",
        "123456789012345678",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaaaaaa",
        "surgeline-surgeline-1",
        "Ａ" * 16,
        "x" * 129,
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(weak: str) -> None:
    """The refusal says what is accepted."""
    assert "few words" in (refusal_of(weak, "Mina") or "")


@pytest.mark.parametrize(
    "good", [WORDS, OTHERS, "우리 가게는 램프를 팔아요, 봄에", "Tr0mb0ne&Qu!ncy4"]
)
def test_a_few_words_are_accepted(good: str) -> None:
    """A sentence in any script does, and so do letters and signs that a program drew."""
    assert refusal_of(good, "Mina") is None


def test_a_change_ends_all_other_sessions_and_links(rules: Rules) -> None:
    """The browser that changes goes on, and the old words, other browsers and links are out."""
    first = rules.set()
    other = rules.words.sign_in("mina", WORDS).token
    link = rules.passes.invite("Mina", "agent", ("desk",)).token
    now = rules.words.set(first, OTHERS, "").token
    assert [rules.lives(each) for each in (first, other, now)] == [False, False, True]
    with pytest.raises(Unauthorized):
        rules.passes.sign_in(link)
    assert (rules.enters(), rules.enters(OTHERS)) == (False, True)


def test_a_later_change_asks_for_the_present_password(rules: Rules) -> None:
    """Ten minutes after the sign-in a browser left open changes and removes nothing by itself."""
    session = rules.set()
    rules.stage.clock.advance(FRESH_SECONDS)
    assert rules.words.asks(rules.passes.who(session))
    for present in ("", OTHERS):
        for change in (
            lambda given: rules.words.set(session, OTHERS, given),
            lambda given: rules.words.remove(session, given),
        ):
            with pytest.raises(BadRequest) as refused:
                change(present)
            assert refused.value.field == "present"
    now = rules.words.remove(session, WORDS).token
    assert (rules.enters(), rules.lives(session), rules.lives(now)) == (False, False, True)


def test_a_forgotten_password_is_set_anew_after_a_link(rules: Rules) -> None:
    """A new link is the reset, and nobody is asked for words that are forgotten."""
    rules.set()
    rules.stage.clock.advance(FRESH_SECONDS)
    rules.words.set(rules.link(), OTHERS, "")
    assert (rules.enters(), rules.enters(OTHERS)) == (False, True)


def test_a_revoked_persons_password_is_gone(rules: Rules) -> None:
    """A later invitation does not bring the old words back."""
    rules.set()
    rules.passes.revoke(rules.staff.people()[0].id)
    assert not rules.enters()
    rules.link()
    assert not rules.enters()


def test_a_password_that_is_not_there_is_not_removed(rules: Rules) -> None:
    """Nobody begins their session anew by removing nothing."""
    session = rules.link()
    with pytest.raises(Disagrees) as refused:
        rules.words.remove(session, "")
    assert refused.value.state == "no_password"
    assert rules.lives(session)


def test_a_change_that_meets_a_revocation_brings_nobody_back(rules: Rules) -> None:
    """A password that is set while somebody revokes the person is not kept."""
    session = rules.link()
    rules.meanwhile = lambda known: rules.passes.revoke(known.id)
    with pytest.raises(Conflict):
        rules.words.set(session, WORDS, "")
    [person] = rules.staff.people()
    assert (person.revoked, person.password) == (True, None)


def test_an_invitation_keeps_a_password_that_is_there(rules: Rules) -> None:
    """A new role by a second invitation leaves the words as they are."""
    rules.set()
    rules.passes.invite("Mina", "lead")
    assert rules.enters()


def test_the_work_of_a_hash_is_what_is_recommended() -> None:
    """One hash needs 32 MiB, three times."""
    assert (COST.n, COST.r, COST.p) == (2**15, 8, 3)


def test_the_same_words_of_another_keyboard_sign_in(rules: Rules) -> None:
    """An accent of its own and a letter with an accent are the same word."""
    rules.words.set(rules.link(), "caf\u00e9 by the river", "")
    assert rules.enters("cafe\u0301 by the river")
