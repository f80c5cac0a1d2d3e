"""The company's look is changed over the API, and shown by the page, the widget and the bot."""

import json
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage
from tests.unit.configuration.test_look_rules import svg

LOOK = {
    "name": "Lamps & Co",
    "accent": "#7a1f5c",
    "logo": svg(),
    "privacy_url": "https://l.example/p",
}


@pytest.fixture
def shop(stage: Stage) -> Stage:
    """A shop with two web channels and published articles."""
    stage.publish()
    stage.configure(channels=[{"id": "web", "kind": "web"}, {"id": "bulbs", "kind": "web"}])
    stage.clock.advance(61)
    return stage


def put(stage: Stage, **looks: Any) -> Any:
    answer = stage.admin("PUT", "/v1/admin/look", looks)
    stage.clock.advance(6)
    return answer


def page_look(stage: Stage, path: str = "/") -> Any:
    page = stage.request("GET", path).text
    return json.loads(
        unescape(page.partition('name="surgeline-look" content="')[2].partition('"')[0])
    )


def test_a_page_of_nobody_asks_its_own_articles(shop: Stage) -> None:
    """Without a look the page has Surgeline's own, and offers the first articles' questions."""
    look = page_look(shop)
    assert set(look) == {"texts", "starters", "files"}
    assert look["starters"]["en"]
    assert len(look["starters"]["en"]) <= 3


def test_the_page_and_the_button_wear_the_company_s_look(shop: Stage) -> None:
    """Name, colours, logo and links are on the page, and the button has them too."""
    assert put(shop, company=LOOK).status == 200
    page, look = shop.request("GET", "/"), page_look(shop)
    assert "<title>Lamps &amp; Co</title>" in page.text
    assert (look["name"], look["light"]["accent"]) == ("Lamps & Co", "#7a1f5c")
    logo = shop.request("GET", f"/assets/{look['logo']}")
    assert logo.headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in logo.headers["content-security-policy"]
    assert shop.request("GET", "/assets/logo.0000.svg").status == 404
    button = shop.request("GET", "/v1/web/web/look?languages=fr").json
    assert (button["title"], button["accent"]) == ("Lamps & Co", "#7a1f5c")


def test_a_brand_wears_its_own_look(shop: Stage) -> None:
    """A brand's name is on its page only, and what it leaves out is the company's."""
    put(
        shop, company=LOOK, brands={"bulbs": {"name": "Bulbs", "starters": {"en": ["Which bulb?"]}}}
    )
    assert page_look(shop)["name"] == "Lamps & Co"
    bulbs = page_look(shop, "/c/bulbs")
    assert (bulbs["name"], bulbs["light"]["accent"]) == ("Bulbs", "#7a1f5c")
    assert bulbs["starters"]["en"] == ["Which bulb?"]


def test_hostile_words_stay_words(shop: Stage) -> None:
    """A name with markup stands escaped in the page."""
    put(shop, company={"name": "</title><script>x('\"')", "texts": {"en": {"welcome": "\"'><b>"}}})
    page = shop.request("GET", "/").text
    assert "<script>x" not in page
    assert page_look(shop)["texts"]["en"]["welcome"] == "\"'><b>"


def test_the_bot_says_the_company_s_own_words_on_every_channel(shop: Stage) -> None:
    """A replaced text is said in its language, a brand's before the company's."""
    texts = {"en": {"greeting": "Hello from the lamps."}}
    put(shop, company={"texts": texts}, brands={"bulbs": {"texts": {"en": {"greeting": "Bulbs!"}}}})
    for channel, said in (("web", "Hello from the lamps."), ("bulbs", "Bulbs!")):
        token = shop.request("POST", f"/v1/web/{channel}/visitors").json["token"]
        me = {"authorization": f"Bearer {token}"}
        body = {"client_message_id": "c-1", "text": "Hello!", "language": "en"}
        assert shop.request("POST", f"/v1/web/{channel}/messages", body, me).status == 202
        shop.drain()
        lines = shop.request("GET", f"/v1/web/{channel}/messages", headers=me).json["lines"]
        assert lines[-1]["text"] == said


def test_a_wrong_look_changes_nothing(shop: Stage) -> None:
    """The refusal names the place, and the look before stays."""
    put(shop, company=LOOK)
    refused = put(shop, company={"accent": "#ffee00"})
    assert refused.status == 422
    assert "company.accent" in refused.json["error"]["problems"][0]
    assert page_look(shop)["name"] == "Lamps & Co"
    assert put(shop, pools=[]).status == 400


def test_a_preview_draws_without_saving(shop: Stage) -> None:
    """The answer is what the page would read, and nothing is in force."""
    drawn = shop.admin("POST", "/v1/admin/look/preview", {"company": LOOK}).json["company"]
    assert drawn["logo"] == LOOK["logo"]
    assert drawn["dark"]["on_accent"] in ("#ffffff", "#000000")
    assert "name" not in page_look(shop)


def test_a_lead_changes_the_look_and_nothing_else(shop: Stage) -> None:
    """A lead may save a look, and not a whole configuration. An agent may neither."""
    shop.configure(pools=[DESK])
    lead, agent = sign_in(shop, "Lee", "lead"), sign_in(shop, "Mina", "agent", DESK["id"])
    ask = shop.request
    assert ask("PUT", "/v1/admin/look", {"company": LOOK}, lead).status == 200
    assert ask("PUT", "/v1/admin/look", {"company": LOOK}, agent).status == 403
    assert ask("POST", "/v1/admin/configuration/rollback", {"version": "x"}, lead).status == 403


def test_two_people_do_not_overwrite_each_other(shop: Stage) -> None:
    """A look made from an older version is refused."""
    version = shop.admin("GET", "/v1/admin/look").json["version"]
    put(shop, company=LOOK)
    key = {"if-match": version}
    answer = shop.admin("PUT", "/v1/admin/look", {"company": {"name": "Late"}}, headers=key)
    assert answer.status == 409


def test_former_versions_are_listed_shown_and_used_again(shop: Stage) -> None:
    """Each publication keeps the version before it, and a rollback is one more publication."""
    put(shop, company={"name": "One"})
    put(shop, company={"name": "Two"})
    versions = shop.admin("GET", "/v1/admin/configuration/versions").json["versions"]
    assert versions[0]["until"] is None
    assert versions[1]["until"].startswith("20")
    path = f"/v1/admin/configuration?version={versions[1]['version']}"
    assert shop.admin("GET", path).json["configuration"]["company"]["name"] == "One"
    assert shop.admin("GET", "/v1/admin/configuration?version=nope").status == 404
    wanted = {"version": versions[1]["version"]}
    assert shop.admin("POST", "/v1/admin/configuration/rollback", wanted).status == 200
    shop.clock.advance(6)
    assert page_look(shop)["name"] == "One"


def test_a_removed_channel_takes_its_look_with_it(shop: Stage) -> None:
    """A brand's channel can be removed, and the look of nobody is not kept."""
    put(shop, brands={"bulbs": {"name": "Bulbs"}})
    assert shop.admin("DELETE", "/v1/admin/channels/bulbs").status == 200
    assert shop.admin("GET", "/v1/admin/look").json["brands"] == {}


def test_the_page_shows_the_hours_of_the_chosen_pool(shop: Stage) -> None:
    """The coming seven days stand there as instants, without what is over and without holidays."""
    week = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = {"zone": "Europe/Paris", "week": week, "holidays": ["2026-03-04"]}
    channels = [{"id": "web", "kind": "web"}]
    shop.configure(channels=channels, pools=[DESK | {"hours": hours}])
    assert put(shop, company={"hours_of": "nobody"}).status == 422
    assert put(shop, company={"hours_of": "desk"}).status == 200
    spans = page_look(shop)["hours"]
    shown = [datetime.fromtimestamp(begin / 1000, UTC).isoformat() for begin, _ in spans]
    assert shown == [f"2026-03-0{day}T08:00:00+00:00" for day in (2, 3, 5, 6)]
    assert {end - begin for begin, end in spans} == {9 * 3_600_000}
    assert shop.admin("DELETE", "/v1/admin/pools/desk").status == 422
