"""Once a day the chat page's questions follow what customers asked about."""

from surgeline.application.answers.states.offer_starters import LEAST_CUSTOMERS

from infra.topology import DAY_SECONDS
from local.home.lambda_events import schedule_event
from local.virtual.shop import ARTICLES
from tests.functions.stage import Stage


def test_the_most_asked_article_is_offered_first(stage: Stage) -> None:
    """An article that enough customers were answered with moves to the front of the page.

    A page of a site offers what customers asked there, in the widget, and then the rest.
    """
    first, last = (each["questions"][0] for each in (ARTICLES[0], ARTICLES[-1]))
    visit = {"page": "https://Shop.test/visit/?order=1"}
    for number in range(LEAST_CUSTOMERS):
        stage.write(first, sender=f"v{number}", customer=visit)
    for number in range(LEAST_CUSTOMERS + 1):
        stage.write(last, sender=f"c{number}", customer={"page": "https://shop.test/"})
    stage.drain()
    stage.clock.advance(DAY_SECONDS)
    stage.call("knowledge_build", schedule_event("knowledge_build", DAY_SECONDS, at=0))
    stage.clock.advance(61)
    page = stage.request("GET", "/").text
    assert -1 < page.find(last) < page.find(first)
    offered = {
        place: stage.request("GET", f"/v1/web/web/look?page=https://shop.test/{place}").json
        for place in ("visit", "imprint")
    }
    assert offered["visit"]["starters"] == {"en": [first, last]}
    assert offered["imprint"]["starters"] == {"en": [last, first]}
