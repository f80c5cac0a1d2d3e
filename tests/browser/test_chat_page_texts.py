"""Texts on the chat page are shown and never run, and a link leads where it says."""

import pytest
from chromium import Chromium
from fake_server import FakeServer, quiet

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUESTION = "Where is my order?"


@pytest.mark.parametrize(
    "text",
    [
        "<script>window.harmed = 1</script>",
        '<img src="x" onerror="window.harmed = 1">',
        '<a href="javascript:window.harmed = 1">click</a> javascript:window.harmed=1',
        '<svg onload="window.harmed = 1"><animate onbegin="window.harmed = 1"/></svg>',
        "data:text/html,<script>window.harmed = 1</script> ![](http://127.0.0.2:9/beacon.png)",
    ],
)
@pytest.mark.parametrize("speaker", ["customer", "bot", "person"])
def test_markup_is_shown_as_text(
    page: Chromium, server: FakeServer, speaker: str, text: str
) -> None:
    """B49, B50: a text, a name or a label is only ever shown and never run."""
    server.reply = quiet
    if speaker == "customer":
        page.ask(text)
    else:
        page.ask("hello")
        page.said("customer", "hello", "sent")
        server.own("bot")
        server.say(speaker, text, agent=text, choices=[{"label": text, "article_id": None}])
    page.said(speaker, text)
    assert page.texts(speaker)[-1] == text
    assert page.evaluate("window.harmed") is None
    assert (
        page.evaluate("document.querySelectorAll('#log :is(script,img,animate,a[href^=j])').length")
        == 0
    )
    assert not [request for request in page.requests() if "beacon" in request]
    if speaker == "person":
        assert page.lines("person")[-1]["who"] == text
    if speaker != "customer":
        assert page.evaluate("document.querySelector('.choices button').textContent") == text
    assert page.problems() == []


FORMED = """(() => {
  const [bot, own] = ["bot", "customer"].map((each) => document.querySelector(`.${each} .text`));
  return [bot.innerHTML.replace(/ (target|rel)="[^"]*"/g, ""), own.children.length];
})()"""


def test_a_few_marks_have_a_form_and_nothing_else_has(page: Chromium, server: FakeServer) -> None:
    """Answers have lists, bold words and named links. A customer's words stay as they are."""
    server.reply = quiet
    page.ask("**mine**\n- too")
    page.said("customer", "**mine**\n- too", "sent")
    server.say(
        "bot",
        "Two ways:\n- **by post**\n- [my orders](https://shop.example/o)\n\n3. third\n4. <b>x</b>\n"
        "[bank.example](https://evil.example) [x](javascript:alert)\n"
        "[bank\u2024example](https://a.example) [ ](https://b.example) [\u202exe](https://c.example)",
    )
    page.until("document.querySelector('.bot .text')")
    formed, own = page.evaluate(FORMED)
    assert formed.startswith(
        'Two ways:<ul><li><strong>by post</strong></li><li><a href="https://shop.example/o">'
        'my orders</a></li></ul><ol start="3"><li>third</li><li>&lt;b&gt;x&lt;/b&gt;</li></ol>'
    )
    assert ("[bank.example](" in formed, "[x](javascript:alert)" in formed, own) == (True, True, 0)
    assert all(f"{name}](" in formed for name in ("bank\u2024example", "[ ", "[xe"))


def test_only_web_and_mail_addresses_become_links(page: Chromium, server: FakeServer) -> None:
    """B50: only allowed schemes become links, and the rest of a sentence is no part of an
    address.
    """
    server.reply = lambda fake, _: fake.say(
        "person",
        "See https://shop.example/a?b=1&c=2, (http://shop.example/x) or mailto:help@shop.example. "
        "Not [this](javascript:alert(1)), ftp://a.example, vbscript:x, HTTPS://, https://a b, "
        "https://shop.example/\u202etxt.exe",
    )
    page.ask(QUESTION)
    page.until("document.querySelectorAll('.person a').length")
    links = page.evaluate(
        "[...document.querySelectorAll('.person a')].map((a) => [a.textContent, a.href, a.rel])"
    )
    rel = "noopener noreferrer"
    assert links == [
        ["https://shop.example/a?b=1&c=2", "https://shop.example/a?b=1&c=2", rel],
        ["http://shop.example/x", "http://shop.example/x", rel],
        ["mailto:help@shop.example", "mailto:help@shop.example", rel],
        ["https://a", "https://a/", rel],
        ["https://shop.example/", "https://shop.example/", rel],
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Sign in at \u202ehttps://evil.example/nigol/moc.knab//:sptth",
            ["https://evil.example/nigol/moc.knab//:sptth"],
        ),
        ("\u2067\u202bhttps://evil.example/moc.knab", ["https://evil.example/moc.knab"]),
        ("https://bank.example@evil.example/", []),
        ("https://bank.example:pass@evil.example/", []),
        (
            "https://bank.example\u2044x.evil.example/",
            ["https://bank.xn--examplex-k03d.evil.example/"],
        ),
        ("https://b\u0430nk.example/x", ["https://xn--bnk-6cd.example/x"]),
        ("https://\uc0c1\uc810.example/x", ["https://\uc0c1\uc810.example/x"]),
        ("https://caf\u00e9.example:8443/", ["https://caf\u00e9.example:8443/"]),
    ],
)
def test_a_link_shows_the_address_that_it_leads_to(
    page: Chromium, server: FakeServer, text: str, shown: list[str]
) -> None:
    """Marks that turn the direction, a name before the host and letters of other scripts deceive
    nobody: each letter stands where it was written, and the host is the one that is opened.
    """
    server.reply = lambda fake, _: fake.say("person", text)
    page.ask(QUESTION)
    page.until("document.querySelector('.person .text')")
    assert page.evaluate(LINKS) == shown
    assert page.evaluate(LEFT_TO_RIGHT), "the letters of the links run from left to right"
    hosts = "((a) => [new URL(a.textContent).host, new URL(a.href).host])"
    for number in range(len(shown)):
        read, opened = page.evaluate(f"{hosts}(document.querySelectorAll('.person a')[{number}])")
        assert read == opened


LINKS = "[...document.querySelectorAll('.person a')].map((a) => a.textContent)"
LEFT_TO_RIGHT = """
[...document.querySelectorAll('.person a')].every((a) => {
  const at = (index) => {
    const range = document.createRange();
    range.setStart(a.firstChild, index);
    range.setEnd(a.firstChild, index + 1);
    return range.getBoundingClientRect();
  };
  const [first, fifth] = [at(0), at(4)];
  return first.top === fifth.top && first.left < fifth.left;
})
"""


def test_piled_marks_stay_within_their_line(page: Chromium, server: FakeServer) -> None:
    """However many marks are put on one letter, eight are shown."""
    server.reply = lambda fake, _: fake.say("person", "a" + "\u0301" * 500 + "b", agent="M")
    page.ask(QUESTION)
    page.until("document.querySelector('.person .text')")
    assert page.texts("person") == ["a" + "\u0301" * 8 + "b"]
