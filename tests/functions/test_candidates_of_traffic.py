"""The operators' API groups recent questions that no article answered, with people's answers."""

from tests.functions.stage import Stage

PATH = "/v1/admin/knowledge/shop/candidates"
ASKED = ("do you sell gift cards", "can I buy a gift card here", "do you have gift cards")


def asked(stage: Stage) -> None:
    for number, text in enumerate(ASKED):
        stage.write(text, sender=f"customer-{number}")
        stage.drain("events")
    stage.write("When are you open?", sender="answered")
    stage.drain("events")


def test_unanswered_questions_are_grouped(stage: Stage) -> None:
    """What an article answered is no candidate, and everything else is one."""
    asked(stage)
    found = stage.admin("GET", PATH).json["candidates"]
    texts = [text for each in found for text in each["questions"]]
    assert sorted(texts) == sorted(ASKED)
    assert {each["language"] for each in found} == {"en"}


def test_numbers_and_addresses_of_customers_are_taken_out(stage: Stage) -> None:
    """A candidate is shown to authors, who need no card number and no address."""
    text = "can I pay my gift card with 4111 1111 1111 1111, write to a.b@example.org"
    stage.write(text)
    stage.drain("events")
    [only] = stage.admin("GET", PATH).json["candidates"]
    assert "[card]" in only["questions"][0]
    assert "[e-mail]" in only["questions"][0]


def test_articles_that_people_suggest_are_listed(stage: Stage) -> None:
    """Equal suggestions are counted, and numbers and addresses are taken out."""
    for sender in ("kim", "lee"):
        stage.write("I want to talk to a person", sender=sender)
        stage.drain("events")
        conversation = stage.thread(sender).conversation
        about = {"conversation_id": conversation.id}
        offer = conversation.handoff.offers[0].offer_id
        stage.pool("handoff.accepted", about | {"offer_id": offer})
        stage.drain("events")
        article = {"question": "Do you gift wrap?", "answer": "Yes, ask a.b@example.org."}
        epoch = stage.thread(sender).conversation.epoch
        end = about | {"epoch": epoch, "outcome": "solved", "summary": ""}
        end |= {"article": article}
        assert stage.pool("conversation.resolved", end).status == 202
        stage.drain("events")
    [one] = stage.admin("GET", PATH).json["suggested"]
    assert (one["question"], one["answer"]) == ("Do you gift wrap?", "Yes, ask [e-mail].")
    assert (one["count"], one["pools"], one["language"]) == (2, ["vendor"], "en")
    assert {text for _, text in one["origins"]} == {one["question"], one["answer"]}


def test_an_unknown_knowledge_base_has_no_candidates(stage: Stage) -> None:
    """It is not found, as everywhere else."""
    assert stage.admin("GET", "/v1/admin/knowledge/none/candidates").status == 404
