"""The lead takes and puts aside what customers asked, on a real instance in a real browser."""

import json
from pathlib import Path
from typing import Any

import pytest
from at_desk import sit_down
from chromium import Chromium
from staffed import Customer, Staffed, go, sign_in, wait_for
from surgeline.application.answers.notices.notice_changes import NoticeChanges

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(240),
]

UNKNOWN = ("do you repair old bicycles", "may I bring my dog along")
PICKED, ASIDE = "returns?", "delivery?"
SAMPLE = Path(__file__).parents[2] / "samples" / "shop.jsonl"
JSONL = "application/x-ndjson"
TOPIC, ASKED = "en-delivery-cost", "How much does delivery cost?"
ANSWER = "Delivery is free everywhere since Monday."


def candidates(staffed: Staffed) -> dict[str, Any]:
    """Return the candidates by their titles."""
    found = staffed.admin("GET", "knowledge/shop/candidates")["candidates"]
    return {each["proposed_title"]: each for each in found}


def reads_what_uses_prove(chromium: Chromium) -> None:
    """Open the first article's state, where a lead reads it in the page's language."""
    chromium.evaluate("document.querySelector('main table button').click()")
    proven = "/No use of it counts yet|Of [0-9]+ uses [0-9]+ closed/"
    chromium.until(f"{proven}.test(document.getElementById('ask').textContent)")
    chromium.press("Escape")


def test_a_lead_takes_and_puts_aside_what_customers_asked(
    chromium: Chromium, staffed: Staffed
) -> None:
    """Groups and wordings become drafts, and others are put aside for good."""
    for text in UNKNOWN:
        Customer(staffed.instance).write(text)
    for text in (PICKED, ASIDE):
        picker = Customer(staffed.instance)
        picker.write(text)
        picker.hears_anything()
        picker.write("1")
    wait_for(lambda: set(UNKNOWN) <= set(candidates(staffed)), "the questions are candidates", 20)
    sign_in(chromium, staffed)
    go(chromium, "drafts")
    chromium.click("button", "Look for groups")
    chromium.sees(UNKNOWN[1])
    assert chromium.axe() == []
    chromium.click("button", f"Put aside for good: {UNKNOWN[1]}")
    chromium.until(f"!document.querySelector('main').textContent.includes('{UNKNOWN[1]}')")
    assert UNKNOWN[1] not in candidates(staffed)
    chromium.click("button", f"Add to an article: {UNKNOWN[0]}")
    chromium.fill("searchbox", "Search articles by title", "return an item")
    chromium.click("checkbox", "How do I return an item? en")
    chromium.evaluate("document.querySelector('#ask button[type=submit]').click()")
    chromium.until("location.hash.startsWith('#drafts/d')", seconds=20)
    go(chromium, "articles")  # so that the groups of before are gone
    go(chromium, "drafts")
    chromium.click("button", "Look for groups")
    chromium.sees(UNKNOWN[0])
    chromium.click("button", f"Make a draft: {UNKNOWN[0]}")
    chromium.until("document.querySelector('.editor')")
    go(chromium, "articles")
    reads_what_uses_prove(chromium)
    chromium.click("button", "Look for wordings")
    chromium.until("document.querySelectorAll('main .panel input[type=checkbox]').length > 1")
    chromium.evaluate(f"document.querySelector('main input[value=\"{ASIDE}\"]').click()")
    panels = "[...document.querySelectorAll('main .panel')]"
    holds = f"{panels}.find(e => e.textContent.includes('{ASIDE}'))"
    chromium.evaluate(f"{holds}.querySelectorAll('button')[1].click()")
    chromium.until(f"!document.querySelector('main').textContent.includes('{ASIDE}')")
    chromium.sees("It will not be proposed again.")
    proposed = staffed.admin("GET", "knowledge/shop/phrasings")["articles"]
    assert [one["text"] for each in proposed for one in each["phrasings"]] == [PICKED]
    chromium.evaluate("document.querySelector('main .panel input[type=checkbox]').click()")
    make = "[...document.querySelectorAll('main .panel button')][0]"
    chromium.evaluate(f"{make}.click()")
    chromium.until("location.hash.startsWith('#drafts/d')", seconds=20)
    drafts = staffed.admin("GET", "knowledge/shop/drafts")["drafts"]
    whole = [staffed.admin("GET", f"knowledge/shop/drafts/{each['id']}") for each in drafts]
    added = [each["difference"]["added"] for each in whole]
    assert added == [[PICKED], [UNKNOWN[0]], [UNKNOWN[0]]]
    assert whole[2]["article_id"] == "en-how-to-return"
    assert chromium.problems() == []


def look(staffed: Staffed) -> None:
    """Do the minute's look at what answers, which the clock of a test does not wait for."""
    home = staffed.instance.backend
    NoticeChanges(home.blobs(), home.notebook(), lambda _notices: None, home.clock)("shop")


def changed(staffed: Staffed, article_id: str, answer: str) -> None:
    """Publish the sample's articles, one with another answer, and wait until that answers."""
    articles = [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]
    for each in articles:
        if each["id"] == article_id:
            each["answer"] = answer
    raw = "\n".join(json.dumps(each) for each in articles).encode()
    key = {"authorization": f"Bearer {staffed.instance.admin_key}"}
    place = "/v1/admin/knowledge/shop"
    sent = staffed.instance.request("PUT", place, body=raw, content_type=JSONL, **key)
    version = json.loads(sent.data)["version"]
    wait_for(lambda: staffed.admin("GET", "knowledge/shop")["current"] == version, "it answers", 30)


def said_to_a_new_customer(staffed: Staffed) -> list[str]:
    """Return what the bot tells a customer who asks now. A worker reads what is new in a while."""
    customer = Customer(staffed.instance)
    customer.write(ASKED)
    customer.hears_anything()
    said = customer.texts("bot")
    customer.leave()
    return said


def names(readers: list[dict[str, Any]]) -> list[str]:
    """Return the names of readers."""
    return [each["name"] for each in readers]


def test_an_agent_reads_a_changed_answer_and_the_lead_sees_who_has(
    chromium: Chromium, staffed: Staffed
) -> None:
    """It stands in the list and above a conversation on its topic, until one key marks it.

    Another key finds it by its words, to insert it.
    """
    sit_down(chromium, staffed, "Mina")
    look(staffed)
    changed(staffed, TOPIC, ANSWER)
    look(staffed)
    [notice] = staffed.admin("GET", "knowledge/shop/notices")["notices"]
    assert names(notice["unread"]) == ["Mina", "vendor"]
    wait_for(lambda: ANSWER in said_to_a_new_customer(staffed), "it answers customers", 20)
    customer = Customer(staffed.instance)
    customer.write(ASKED)
    customer.hears("bot", ANSWER)
    customer.write()
    chromium.reload()
    chromium.sees("Changed answers")
    chromium.sees("Wants a person")
    assert chromium.axe() == []
    chromium.click("button", "Accept")
    chromium.until("!document.getElementById('case-notices-part').hidden")
    chromium.press("Escape")
    chromium.press("m")
    chromium.until("document.getElementById('notices-part').hidden")
    chromium.until("document.getElementById('case-notices-part').hidden")
    chromium.press("/")
    chromium.type("everywhere since")
    chromium.sees("1 found")
    assert chromium.axe() == []
    chromium.evaluate("document.querySelector('#find-found button').click()")
    chromium.until(f"document.getElementById('draft').value === {json.dumps(ANSWER)}")
    [notice] = staffed.admin("GET", "knowledge/shop/notices")["notices"]
    assert (names(notice["unread"]), names(notice["read"])) == (["vendor"], ["Mina"])
    customer.leave()
    sign_in(chromium, staffed)
    go(chromium, "articles")
    chromium.sees("Not read yet: vendor. Read by Mina.")
    assert chromium.axe() == []
    assert chromium.problems() == []
