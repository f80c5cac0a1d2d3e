"""What a customer does on the chat page, and what the page makes of every kind of line."""

import json

import pytest
from chromium import Chromium
from fake_server import FakeServer, quiet

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUESTION = "Where is my order?"
REJECTING = [
    ("en", "That doesn't answer my question"),
    ("ko", "제 질문에 대한 답이 아니에요"),
    ("fr", "Cela ne répond pas à ma question"),
]


def test_a_question_gets_its_answer(page: Chromium, server: FakeServer) -> None:
    """The answer stands below the question, and both say who spoke."""
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    lines = [(line["who"], line["text"], line["state"]) for line in page.lines()]
    assert lines == [("You", QUESTION, "sent"), ("Assistant", f"You said: {QUESTION}", None)]
    post = server.posts[0]
    assert (post["text"], post["language"]) == (QUESTION, "en")
    assert page.problems() == []


def test_no_request_is_made_for_a_visitor_who_only_looks(
    page: Chromium, server: FakeServer
) -> None:
    """A page view costs its files and the notices, so there is no visitor, no read and no
    socket.
    """
    asked = [each for each in page.requests() if "/v1/" in each]
    assert all(each.endswith("/notices") for each in asked)


def test_the_keyboard_alone_is_enough(page: Chromium, server: FakeServer) -> None:
    """Tab reaches every control in reading order; a chat is held and ended without a mouse."""
    focused = "document.activeElement.id || document.activeElement.textContent"
    page.evaluate("document.getElementById('language').focus()")
    reached = []
    for _ in range(8):
        page.press("Tab")
        reached.append(page.evaluate(focused))
        assert page.evaluate("document.activeElement.matches(':focus-visible')")
    starters = [QUESTION, "How do I return an item?", "What does delivery cost?"]
    assert reached == ["scroll", *starters, "attach", "draft", "send", "person"]
    page.press("Shift+Tab")
    page.press("Shift+Tab")
    page.type(QUESTION)
    page.press("Tab")
    page.press("Enter")
    page.said("bot", f"You said: {QUESTION}")
    assert page.evaluate(focused) == "draft"
    for _ in range(3):
        page.press("Tab")
    page.press("Enter")
    page.sees("End this chat?")
    page.press("Escape")
    assert page.evaluate(focused) == "end"
    page.press("Enter")
    page.press("Tab")
    assert page.evaluate(focused) == "leave"
    page.press("Enter")
    page.said("system", "You ended the conversation.")
    page.sees("This chat has ended")
    assert page.evaluate(focused) == "draft"
    assert page.evaluate("document.getElementById('draft').placeholder") == (
        "Write to start a new chat"
    )


def test_a_screen_reader_hears_who_speaks(page: Chromium, server: FakeServer) -> None:
    """The lines are a polite log in which each line names its speaker."""
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    server.say("person", "Hello", agent="Mina")
    server.say("person", "One moment", agent="Mina")
    page.said("person", "One moment")
    tree = page.snapshot()
    assert '- log "Messages":' in tree
    for part in (
        'textbox "Your message"',
        'button "Send"',
        'combobox "Language"',
        'heading "Customer support" [level=1]',
    ):
        assert part in tree
    assert tree.count("- paragraph: Mina") == 2
    assert page.evaluate("document.getElementById('log').getAttribute('aria-live')") == "polite"


def test_enter_sends_and_shift_enter_does_not(page: Chromium, server: FakeServer) -> None:
    """A message may have several lines; the composer grows and shrinks with them."""
    height = "document.getElementById('draft').clientHeight"
    low = page.evaluate(height)
    page.type("one")
    page.press("Shift+Enter")
    page.type("two")
    assert page.evaluate(height) > low
    page.press("Enter")
    page.said("customer", "one\ntwo", "sent")
    assert page.evaluate(height) == low
    page.press("Enter")
    page.type("   ")
    page.press("Enter")
    assert [post["text"] for post in server.posts] == ["one\ntwo"]


def test_enter_while_an_input_method_composes_sends_nothing(
    page: Chromium, server: FakeServer
) -> None:
    """Enter takes the candidate of a Korean input method; only the next one sends."""
    page.compose("배송")
    page.press("Enter")
    assert server.posts == []
    page.commit("배송비")
    page.press("Enter")
    page.said("customer", "배송비", "sent")
    assert [post["text"] for post in server.posts] == ["배송비"]


def test_a_long_history_is_read_page_by_page(page: Chromium, server: FakeServer) -> None:
    """A chat of several pages is there after a reload, whole and in order."""
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    server.push_lines = False
    for number in range(250):
        server.say("bot", f"line {number}")
    page.reload()
    page.said("bot", "line 249")
    assert page.texts("bot")[1:] == [f"line {number}" for number in range(250)]


def test_a_choice_sends_its_label(page: Chromium, server: FakeServer) -> None:
    """The buttons of a "did you mean" message send what they say, as long as they are current."""
    server.reply = quiet
    page.ask("parcel")
    page.said("customer", "parcel", "sent")
    labels = ["My parcel is lost", "My parcel is late"]
    choices = [{"label": label, "article_id": "a"} for label in labels]
    server.say("bot", "Did you mean:", choices=choices)
    page.click("button", labels[0])
    page.said("customer", labels[0], "sent")
    assert server.posts[-1]["text"] == labels[0]
    server.own("waiting")
    server.say("system", "We are passing this to a person now.")
    page.until("document.querySelectorAll('.choices button:disabled').length === 2")


@pytest.mark.parametrize(("language", "words"), REJECTING)
def test_an_answer_is_rejected_by_a_button(
    page: Chromium, server: FakeServer, language: str, words: str
) -> None:
    """A button below the newest answer rejects that answer in the customer's name. The button
    works by keyboard and is gone with the next line.
    """
    server.reply = quiet
    page.choose("combobox", "Language", language)
    page.ask(QUESTION)
    page.said("customer", QUESTION, "sent")
    shown = "document.querySelectorAll('.reject:not([hidden])').length"
    server.say("bot", "Hello.")
    page.said("bot", "Hello.")
    assert page.evaluate(shown) == 0
    server.say("bot", "Look under My orders.", article_id="en-order-status")
    page.said("bot", "Look under My orders.")
    page.evaluate("document.getElementById('attach').focus()")
    page.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == words
    assert page.axe() == []
    page.press("Enter")
    page.said("customer", words, "sent")
    assert server.posts[-1]["text"] == words
    assert page.evaluate("document.activeElement.id") == "draft"
    assert page.evaluate(shown) == 0


def test_waiting_a_person_and_the_end_are_shown(page: Chromium, server: FakeServer) -> None:
    """The header says who has the conversation, and offers only what makes sense then."""
    server.reply = quiet
    page.ask("person")
    page.said("customer", "person", "sent")
    for owner, state, agent, header, buttons in (
        ("bot", "open", None, "With the assistant", ["Talk to a person", "End chat"]),
        ("waiting", "open", None, "Looking for a person", ["End chat"]),
        ("pool", "open", None, "A person is with you", ["End chat"]),
        ("pool", "open", "Mina", "Mina is with you", ["End chat"]),
        ("pool", "closed", None, "This chat has ended", ["Talk to a person"]),
    ):
        server.own(owner, state)
        server.say("person" if agent else "system", f"{owner} {state}", agent=agent)
        page.sees(header)
        shown = page.evaluate(
            "[...document.querySelectorAll('#actions button:not(.icon)')]"
            ".filter((button) => !button.hidden).map((button) => button.textContent)"
        )
        assert shown == buttons
    assert page.lines("person")[-1]["who"] == "Mina"


def test_typing_is_shown_until_the_words_come(page: Chromium, server: FakeServer) -> None:
    """The page shows dots, with a name when there is one, until the next line comes.

    It shows them for an assistant that lets wait, too.
    """
    typing = "document.getElementById('typing').textContent"
    server.reply = quiet
    page.ask(QUESTION)
    page.sees("Assistant is typing")
    server.say("bot", "An answer")
    page.said("bot", "An answer")
    page.until(f"{typing} === ''")
    server.push({"type": "typing", "agent": None})
    page.sees("Someone is typing")
    server.push({"type": "typing", "agent": "Mina"})
    page.sees("Mina is typing")
    server.say("person", "Hello", agent="Mina")
    page.said("person", "Hello")
    page.until(f"{typing} === ''")


def test_new_lines_do_not_drag_a_reader_away(page: Chromium, server: FakeServer) -> None:
    """A reader who has scrolled up stays there and is told of new lines."""
    for number in range(30):
        server.say("bot", f"line {number}")
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    below = (
        "(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight)"
        "(document.getElementById('scroll'))"
    )
    assert page.evaluate(below) < 2
    page.evaluate("document.getElementById('scroll').scrollTop = 0")
    server.say("person", "Look here", agent="Mina")
    page.sees("New messages")
    assert page.evaluate(below) > 100
    page.click("button", "New messages")
    assert page.evaluate(below) < 2
    page.until("document.getElementById('newer').hidden")


def test_lines_of_another_day_say_so(page: Chromium, server: FakeServer) -> None:
    """A date stands between yesterday's lines and today's."""
    server.say("bot", "old", at="2026-03-01T10:00:00Z")
    server.say("bot", "older still shown first", at="2026-03-02T10:00:00Z")
    page.ask("hello")
    page.said("bot", "You said: hello")
    assert page.evaluate("document.querySelectorAll('.day').length") == 2
    page.sees("Monday, March 2, 2026")


@pytest.mark.parametrize(
    ("locale", "query", "language"),
    [("ko-KR", "", "ko"), ("fr-CA", "", "fr"), ("de-DE", "", "en"), ("ko-KR", "?lang=fr", "fr")],
)
def test_the_page_speaks_the_customers_language(
    chromium: Chromium, server: FakeServer, locale: str, query: str, language: str
) -> None:
    """The address decides, else the browser; asking for a person is said in that language."""
    title, person, words = {
        "en": ("Customer support", "Talk to a person", "I want to talk to a person"),
        "ko": ("고객센터", "상담원과 이야기하기", "상담원과 이야기하고 싶어요"),
        "fr": ("Service client", "Parler à un conseiller", "Je voudrais parler à un conseiller"),
    }[language]
    chromium.open(server.url + query, locale=locale)
    assert chromium.evaluate("document.documentElement.lang") == language
    assert chromium.evaluate("document.title") == title
    chromium.click("button", person)
    chromium.said("customer", words, "sent")
    assert server.posts[0]["language"] == language


def test_the_language_is_switched_in_place(page: Chromium, server: FakeServer) -> None:
    """Words change, the conversation and the draft stay, and a reload keeps the choice."""
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    page.type("and")
    page.choose("combobox", "Language", "fr")
    page.sees("Avec l’assistant")
    assert [line["who"] for line in page.lines()] == ["Vous", "Assistant"]
    assert page.evaluate("document.getElementById('draft').value") == "and"
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert len(server.posts) == 1


def test_a_notice_is_text_in_the_chosen_language(page: Chromium, server: FakeServer) -> None:
    """What is wrong now stands above the chat, and never runs. It goes when it has ended."""
    harm = '<img src="x" onerror="window.harmed = 1"> late'
    texts = {"en": harm, "fr": "En retard."}
    server.notices = [{"id": "i1", "texts": texts, "ends_at": "2099-01-01T00:00:00.000Z"}]
    page.reload()
    shown = "document.getElementById('notices').textContent"
    page.until(f"{shown}.includes('late')")
    assert page.evaluate(shown) == harm
    assert page.evaluate("document.querySelectorAll('#notices img').length") == 0
    assert page.evaluate("window.harmed") is None
    page.evaluate(
        "(() => { const one = document.getElementById('language'); one.value = 'fr';"
        " one.dispatchEvent(new Event('change')); })()"
    )
    page.until(f"{shown} === 'En retard.'")
    server.notices[0]["ends_at"] = "2020-01-01T00:00:00.000Z"
    page.reload()
    page.until(f"{shown} === ''")


def test_a_closed_channels_link_names_its_customer_once(
    chromium: Chromium, server: FakeServer
) -> None:
    """The link's token leaves the address at once, and the first message is of its visitor."""
    chromium.open(f"{server.url}?lang=fr#from=web~t9~1~proof")
    assert chromium.evaluate("location.search + location.hash") == "?lang=fr"
    assert [json.loads(each) for each in server.visits] == [{"from": "web~t9~1~proof"}]
    chromium.ask("Bonjour")
    chromium.said("bot", "You said: Bonjour")
    assert len(server.visits) == 1


def test_a_link_that_is_too_old_leaves_an_anonymous_chat(
    chromium: Chromium, server: FakeServer
) -> None:
    """Nothing is lost but the name."""
    server.refuse["POST visitors"] = [(401, {})]
    chromium.open(f"{server.url}#from=web~t9~1~proof")
    chromium.ask("Hello")
    chromium.said("bot", "You said: Hello")
    assert chromium.evaluate("location.hash") == ""
    assert server.visits == [""]


SAVED = """(async () => {
  const made = URL.createObjectURL;
  let blob;
  URL.createObjectURL = (each) => made.call(URL, (blob = each));
  document.getElementById('save').click();
  URL.createObjectURL = made;
  return await blob.text();
})()"""
RINGS = """window.rings = 0;
const create = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { rings += 1; return create.call(this); };
document.hasFocus = () => window.looks ?? true;"""


def test_a_chat_is_saved_as_a_file(page: Chromium, server: FakeServer) -> None:
    """The file has each line with who said it, in order, and nothing can be saved before a line."""
    assert page.evaluate("document.getElementById('save').hidden")
    page.ask(QUESTION)
    page.said("bot", f"You said: {QUESTION}")
    server.say("person", "Hello", agent="Mina")
    page.said("person", "Hello")
    server.say("person", "a.pdf", agent="Mina", attached=[{"kind": "file", "title": "a.pdf"}])
    page.until("document.querySelector('.file')")
    title, *lines = page.evaluate(SAVED).strip().split("\n\n")
    assert title == "Customer support"
    said = [each.partition("  ")[2] for each in lines]
    bot = f"Assistant: You said: {QUESTION}"
    assert said == [f"You: {QUESTION}", bot, "Mina: Hello", "Mina: [a.pdf]"]


def test_the_bell_rings_for_what_comes_while_nobody_looks(
    chromium: Chromium, server: FakeServer
) -> None:
    """It is off at first, rings when it is turned on, and is on after a reload."""
    chromium.open(server.url, before=RINGS)
    chromium.ask(QUESTION)
    chromium.said("bot", f"You said: {QUESTION}")
    chromium.evaluate("window.looks = false")
    server.say("person", "Unheard", agent="Mina")
    chromium.said("person", "Unheard")
    assert chromium.evaluate("rings") == 0
    chromium.click("button", "Ring for new messages")
    assert chromium.evaluate("rings") == 1
    chromium.reload()
    chromium.until("document.getElementById('bell').ariaPressed === 'true'")
    server.say("person", "Seen at once", agent="Mina")
    chromium.said("person", "Seen at once")
    chromium.press("Shift")
    chromium.evaluate("window.looks = false")
    server.say("person", "Heard", agent="Mina")
    chromium.said("person", "Heard")
    assert chromium.evaluate("rings") == 1
