"""Once a day the chat page's questions follow what customers asked about."""

from surgeline.application.answers.states.offer_starters import LEAST_CUSTOMERS

from infra.topology import DAY_SECONDS
from local.home.lambda_events import schedule_event
from local.virtual.shop import ARTICLES
from tests.functions.stage import Stage


def test_the_most_asked_article_is_offered_first(stage: Stage) -> None:
    """An article that enough customers were answered with moves to the front of the page."""
    last = ARTICLES[-1]
    for number in range(LEAST_CUSTOMERS):
        stage.write(last["questions"][0], sender=f"c{number}")
    stage.drain()
    stage.clock.advance(DAY_SECONDS)
    stage.call("knowledge_build", schedule_event("knowledge_build", DAY_SECONDS, at=0))
    stage.clock.advance(61)
    page = stage.request("GET", "/").text
    first, asked = ARTICLES[0]["questions"][0], last["questions"][0]
    assert -1 < page.find(asked) < page.find(first)
