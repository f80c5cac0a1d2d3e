"""Bold words and named links have a form on our pages, and none in a text of another channel."""

import pytest
from surgeline.adapters.channels.choices import numbered_text
from surgeline.adapters.channels.text import unmarked
from surgeline.adapters.help_centre.marked import marked

SHOP = "https://shop.example/a"


@pytest.mark.parametrize(
    ("written", "told", "page"),
    [
        ("It takes **7 days**.", "It takes 7 days.", "It takes <strong>7 days</strong>."),
        (f"See [my orders]({SHOP}).", f"See my orders: {SHOP}.", None),
        ("5 ** 3 and ** no ** and a**", "5 ** 3 and ** no ** and a**", None),
        ("**a** **b**", "a b", "<strong>a</strong> <strong>b</strong>"),
        ("[run](javascript:alert(1))", "[run](javascript:alert(1))", None),
        ("**<b>**", "<b>", "<strong>&lt;b&gt;</strong>"),
    ],
)
def test_marks_leave_their_words(written: str, told: str, page: str | None) -> None:
    """What is no whole mark stays as it is, and an unsafe address is no link."""
    assert unmarked(written) == told
    assert numbered_text({"text": written}) == told
    if page is not None:
        assert marked(written) == page


def test_a_named_link_of_the_help_centre_leads_where_it_says() -> None:
    """A name that looks like an address is shown as it is written, with the real one beside it.

    So is one that nobody sees, or whose letters are turned around.
    """
    assert marked(f"[my orders]({SHOP})") == f'<a href="{SHOP}">my orders</a>'
    for name in (
        "bank.example",
        "bank\u2024example",
        "bank\uff0eexample",
        " ",
        "\u200b",
        "\u3164",
        "\u202eknab",
    ):
        assert f"[{name}](" in marked(f"[{name}]({SHOP})")
    assert "javascript" not in marked("[x](javascript:alert(1))").partition("href")[2]


def test_long_marks_cost_no_time() -> None:
    """A text of nothing but beginnings of marks is read once."""
    text = "[a](" * 1_500 + "** " * 1_500
    assert unmarked(text) == text
    assert "<strong>" not in marked("**" * 4_000)
