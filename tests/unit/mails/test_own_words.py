"""A customer's own words are told from history and signatures, in the forms of real programs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.channels.email.history import own_words
from surgeline.adapters.channels.email.hypertext import text_of

OWN = "Where is my parcel?"
QUOTED = "> We are open.\n> 9 to 18"

ATTRIBUTIONS = {
    "gmail en": "On Sat, Nov 28, 2026 at 10:15 AM Shop <support@shop.example> wrote:",
    "gmail en, wrapped": "On Sat, Nov 28, 2026 at 10:15 AM Shop <\nsupport@shop.example> wrote:",
    "apple en": "On 28 Nov 2026, at 10:15, Shop <support@shop.example> wrote:",
    "gmail ko": "2026년 11월 28일 (토) 오전 10:15, Shop <support@shop.example>님이 작성:",
    "gmail fr": "Le sam. 28 nov. 2026 à 10:15, Shop <support@shop.example> a écrit :",
    "gmail de": "Am Sa., 28. Nov. 2026 um 10:15 Uhr schrieb Shop <support@shop.example>:",
    "thunderbird de": "Am 28.11.26 um 10:15 schrieb Shop:",
    "gmail es": "El sáb, 28 nov 2026 a las 10:15, Shop (<support@shop.example>) escribió:",
    "gmail pt": "Em sáb., 28 de nov. de 2026 às 10:15, Shop <support@shop.example> escreveu:",
    "gmail pt, Portugal": "Shop <support@shop.example> escreveu no dia sábado, 28/11/2026\n"
    "à(s) 10:15:",
    "gmail th": "ในวันที่ ส. 28 พ.ย. 2026 เวลา 10:15 Shop <support@shop.example> เขียนว่า:",
    "gmail it": "Il giorno sab 28 nov 2026 alle ore 10:15 Shop <support@shop.example> ha scritto:",
    "gmail nl": "Op za 28 nov 2026 om 10:15 schreef Shop <support@shop.example>:",
    "gmail ja": "2026年11月28日(土) 10:15 Shop <support@shop.example>:",
    "gmail zh": "Shop <support@shop.example> 于2026年11月28日周六 10:15写道：",
    "gmail sv": "Den lör 28 nov. 2026 kl 10:15 skrev Shop <support@shop.example>:",
}
UNDATED = {
    "a day": "On Monday, Kim Lee wrote:",
    "a name": "Kim Lee wrote:",
    "a day behind": "Kim Lee wrote on Monday:",
    "a day behind, es": "Kim Lee escribió el lunes:",
    "wrapped": "On Monday, Shop\nwrote:",
    "ko": "월요일에 Kim님이 작성:",
    "thunderbird ko": "Kim 님이 쓴 글:",
    "fr": "Lundi, Kim a écrit\u202f:",
    "ja": "月曜日、Kimさんは書きました：",
    "th": "เมื่อวันจันทร์ Kim เขียนว่า:",
    "fr, short": "Le lun., Kim a écrit :",
    "es": "El lunes, Kim Lee escribió:",
    "pt": "Na segunda-feira, Kim escreveu:",
    "de": "Am Montag schrieb Kim Lee:",
}


ABOVE_A_QUOTE = ATTRIBUTIONS | UNDATED


@pytest.mark.parametrize("attribution", ABOVE_A_QUOTE.values(), ids=ABOVE_A_QUOTE.keys())
def test_quoted_lines_go_with_the_line_that_says_who_wrote_them(attribution: str) -> None:
    """An answer above its quotation is read alone."""
    assert own_words(f"{OWN}\n\n{attribution}\n\n{QUOTED}\n") == OWN


@pytest.mark.parametrize(
    "said",
    [
        "Nobody came on Monday, and then your colleague wrote:",
        "La commande est perdue et lundi Kim a écrit :",
        "I have one question:",
    ],
)
def test_a_sentence_above_a_quotation_is_kept(said: str) -> None:
    """A sentence that leads to a quotation is the customer's own."""
    assert own_words(f"{said}\n{QUOTED}\nIs that so?") == f"{said}\nIs that so?"


UNDIVIDED = ("gmail zh", "gmail pt, Portugal")
UNQUOTED = {each: line for each, line in ATTRIBUTIONS.items() if each not in UNDIVIDED}


@pytest.mark.parametrize("attribution", UNQUOTED.values(), ids=UNQUOTED.keys())
def test_history_without_marks_is_cut_at_that_line(attribution: str) -> None:
    """Some programs quote without any mark: all that follows is history."""
    assert own_words(f"{OWN}\n\n{attribution}\n\nWe are open.\n9 to 18") == OWN


HISTORIES = {
    "outlook": "-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Kim\n\nOpen.",
    "outlook ko": "-----원본 메시지-----\n보낸 사람: Shop\n제목: 시간\n\n9시",
    "daum ko": "--------- 원본 메일 ---------\n보낸사람: Shop\n받는사람: Kim\n날짜: 11.28\n\n9시",
    "samsung ko": "-------- 원본 이메일 --------\n발신: Shop\n받은 사람: Kim\n제목: 시간\n\n9시",
    "samsung th": "-------- ข้อความเดิม --------\nจาก: Shop\nวันที่: 28\nถึง: Kim\n\n9",
    "outlook new": "________________________________\nFrom: Shop <s@shop.example>\nSent: Monday\n"
    "To: Kim\nSubject: Hours\n\nOpen.",
    "block ko": "보낸 사람: Shop\n보낸 날짜: 2026년\n받는 사람: Kim\n제목: 시간\n\n9시",
    "block fr": "De : Shop <s@shop.example>\nEnvoyé : lundi\nÀ : Kim\nObjet : Horaires\n\nOuvert.",
    "block de": "Von: Shop <s@shop.example>\nGesendet: Montag\nAn: Kim\nBetreff: Zeiten\n\nOffen.",
    "block ja": "差出人: Shop\n送信日時: 2026年11月28日\n宛先: Kim\n件名: 時間\n\n9時",
    "block with stars": "*From:* Shop\n*Sent:* Monday\n*To:* Kim\n*Subject:* Hours\n\nOpen.",
    "signature mark": "-- \nKim Lee\nACME",
    "phone": "Sent from my iPhone",
    "phone ko": "나의 iPhone에서 보냄",
    "phone ja": "iPhoneから送信",
    "outlook app": "Get Outlook for Android",
    "farewell": "Best regards,\nKim Lee\n+82 2 555 0100",
    "farewell ko": "감사합니다.\n김리 드림",
    "farewell fr": "Cordialement,\nKim",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_history_and_signatures_are_left_out(history: str) -> None:
    """What programs and people put below a text is not the text."""
    assert own_words(f"{OWN}\n\n{history}\n") == OWN


def test_answers_between_quoted_lines_are_kept() -> None:
    """Who answers point by point is read in full."""
    text = "> Your name?\nKim\n\n> Your order?\nA-17\n"
    assert own_words(text) == "Kim\n\nA-17"


KEPT = [
    "From: Berlin to: Hamburg, when does it arrive?",
    "On Monday I wrote:\nnobody came.",
    "On 5 May I ordered two shirts.\nThey are late.",
    "Thanks\n\nbut my parcel, which I ordered three weeks ago from your shop in the city, is late.",
    "a --- b",
    "--- My order ---\nIt is A-17.",
    "I have three questions:\n- one\n- two",
    "-->",
]


@pytest.mark.parametrize("text", KEPT)
def test_plain_words_are_not_taken_for_history(text: str) -> None:
    """Words that only look a little like history stay."""
    assert own_words(text) == text


@pytest.mark.parametrize(
    "text", ["> only\n> history", "-- \nKim", "Best regards,\nKim", "> a\n-- \nb"]
)
def test_a_mail_of_nothing_else_is_not_empty(text: str) -> None:
    """If nothing else is there, history and signatures are the text."""
    assert own_words(text)


@given(st.text(max_size=300) | st.text(alphabet="> -\nOn wrote:1@_From", max_size=300))
def test_any_text_is_read(text: str) -> None:
    """No text raises, and one with visible words never becomes empty."""
    words = own_words(text)
    assert words or not text.replace(">", "").strip()


HTML = {
    "gmail": '<div dir="ltr">Where is my parcel?</div><br><div class="gmail_quote"><div dir="ltr" '
    'class="gmail_attr">On Sat, Shop wrote:<br></div>'
    '<blockquote class="gmail_quote">Open.</blockquote></div>',
    "outlook": '<p class="MsoNormal">Where is my parcel?</p><div id="appendonsend"></div><hr>'
    '<div id="divRplyFwdMsg"><b>From:</b> Shop<br></div><div>Open.</div>',
    "apple": 'Where is my parcel?<br><blockquote type="cite"><div>On 28 Nov, Shop wrote:</div>'
    "Open.</blockquote>",
    "styled": "<html><head><style>p{color:red}</style><title>x</title></head>"
    "<body><p>Where is my&nbsp;parcel?</p></body>",
    "hidden": '<div style="display:none">preview</div><p>Where is my parcel?</p>',
    "comment": "<!-- a > b --><p>Where is my parcel?",
    "unclosed": "<p>Where is my parcel?<!-- never closed <p>x",
    "entities": "<p>Where is my parcel&#63;</p>",
    "loud": "<P><FONT SIZE=2>Where is my parcel?</FONT></P><SCRIPT>alert(1)</SCRIPT>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML.keys())
def test_html_is_read_as_a_person_sees_it(html: str) -> None:
    """The words of an HTML mail are read without history, styles and invisible parts."""
    assert own_words(text_of(html)) == OWN


def test_lines_and_lists_of_html_stay_lines() -> None:
    """Each block is a line, an item has a dash, and a paragraph has an empty line before it."""
    html = "<div>One</div><div>Two</div><p>Three</p><ul><li>a</li><li>b</li></ul>"
    html += "<table><tr><td>1</td><td>2</td></tr></table>"
    assert text_of(html).strip() == "One\nTwo\n\nThree\n\n- a\n- b\n\n1 2"


@given(st.text(alphabet="<>/!-abdiv p&;=\"' \n", max_size=400))
def test_any_html_is_read(html: str) -> None:
    """No HTML raises."""
    assert isinstance(text_of(html), str)


BOMBS = {
    "comments": "<!--" * 100_000,
    "tags": "<div>" * 80_000,
    "closings": "<div>" * 40_000 + "</p>" * 50_000,
    "styles": "<style>" * 60_000,
    "quotes": "<blockquote>" * 30_000 + "x<br>" * 30_000,
    "brackets": "<" * 400_000,
    "attributes": '<img alt="' * 40_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("html", BOMBS.values(), ids=BOMBS.keys())
def test_hostile_html_costs_no_more_than_other_html(html: str) -> None:
    """Markup that makes other parsers take minutes is read in about a second."""
    assert len(own_words(text_of(html))) < 500_000


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "line", ["On 1@ " * 80, "From: a", "> ", "-" * 399, "sent from " * 30, " " * 399]
)
def test_hostile_text_costs_no_more_than_other_text(line: str) -> None:
    """Many lines that nearly look like history are read in about a second."""
    assert isinstance(own_words(f"{line}\n" * 20_000), str)
