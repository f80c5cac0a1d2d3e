"""The customers of the benchmark of channels have an app in the language in which they write."""

from benchmarks.channels.providers import Providers


def test_kakaos_customers_have_an_english_app() -> None:
    """A text without a telling word is read in the app's language. All questions are English."""
    kakao = Providers(failing=0, seed=1).servers["kakao"]
    assert kakao.text("kim", "delete account", now=1)["userRequest"]["lang"] == "en"
