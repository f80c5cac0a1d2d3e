"""The customers of the benchmark of channels write in their app's language, and know answers."""

from benchmarks.channels.customers import Found, Letter, Question, judged
from benchmarks.channels.providers import Providers


def test_kakaos_customers_have_an_english_app() -> None:
    """A text without a telling word is read in the app's language. All questions are English."""
    kakao = Providers(failing=0, seed=1).servers["kakao"]
    assert kakao.text("kim", "delete account", now=1)["userRequest"]["lang"] == "en"


def test_a_message_that_is_answered_otherwise_is_not_lost() -> None:
    """A customer with another text on the screen was heard, and one without any was not."""
    asked = [Letter(0, "line", user, Question("?", "Yes")) for user in ("kim", "lee", "sam")]
    screens = {"kim": ["Yes"], "lee": ["A person looks into it."]}
    assert judged(asked, screens) == Found(3, 1, 1, 0, 0)
