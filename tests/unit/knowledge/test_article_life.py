"""A draft's life, its difference, and what an erasure takes out of it."""

from dataclasses import replace

import pytest
from surgeline.errors import Disagrees, Forbidden
from surgeline.knowledge.articles.article import Article
from surgeline.knowledge.articles.life import (
    Draft,
    Kept,
    Origin,
    Step,
    applied,
    as_stored,
    difference,
    digest_of,
    draft_of,
    proposed_id,
)

ARTICLE = Article("a", "Gift cards", "en", ("one", "two"), "Yes.")
OTHER = Article("b", "Other", "en", ("three",), "No.")


def step(act: str, who: str = "Ann") -> Step:
    return Step(1, who, act, f"{act}, because")


def written() -> Draft:
    return Draft(id="d1", article_id="a", article=None).written(
        ARTICLE, step("written"), review_by="2027-01-01", origins=(Origin("t1", "one"),)
    )


def test_a_draft_is_stored_and_read_as_it_is() -> None:
    """Every field survives, and a field of a newer release is left out."""
    draft = (
        written()
        .proposed(step("proposed"), against="x")
        .approved(step("approved", "Lee"), second_person=True)
    )
    done = replace(draft, before=OTHER, version="v1")
    assert draft_of(as_stored(done)) == done
    assert draft_of(as_stored(done) | {"colour": "red"}) == done
    assert (draft.author, draft.reviewer, draft.reason) == ("Ann", "Lee", "approved, because")


@pytest.mark.parametrize("who", ["Ann", "ANN", "Bo"])
def test_nobody_approves_their_own_words_where_two_people_are_asked_for(who: str) -> None:
    """The author and the proposer are refused, however their names are written."""
    draft = written().proposed(step("proposed", "Bo"), against="")
    with pytest.raises(Forbidden, match="somebody else"):
        draft.approved(step("approved", who), second_person=True)
    assert draft.approved(step("approved", who), second_person=False).state == "approved"


def test_steps_come_in_their_order() -> None:
    """A step that does not fit the state is refused with the state."""
    draft = written()
    with pytest.raises(Disagrees) as refused:
        draft.approved(step("approved"), second_person=False)
    assert refused.value.state == "draft"
    with pytest.raises(Disagrees):
        draft.undone(step("undone"))
    with pytest.raises(Disagrees):
        draft.proposed(step("proposed"), against="").published().declined(step("declined"))
    again = draft.declined(step("declined")).written(OTHER, step("written"), review_by=None)
    assert (again.state, again.origins) == ("draft", draft.origins)


def test_a_draft_that_is_being_built_stands_still() -> None:
    """Nobody changes it before the build has ended."""
    proposed = written().proposed(step("proposed"), against=digest_of(OTHER))
    approved = proposed.approved(step("approved"), second_person=False)
    with pytest.raises(Disagrees, match="changed since"):
        approved.building(step("released"), "v1", None)
    building = approved.building(step("released"), "v1", OTHER)
    with pytest.raises(Disagrees) as refused:
        building.declined(step("declined"))
    assert refused.value.state == "building"
    back = building.not_published("why")
    assert (back.version, back.before, back.problem) == (None, None, "why")
    assert building.published().undone(step("undone")).state == "undone"


def test_drafts_are_applied_to_articles() -> None:
    """An article is replaced in its place, a new one comes last, and a retired one goes."""
    new = written()
    assert applied([OTHER], [new]) == [OTHER, ARTICLE]
    changed = replace(ARTICLE, answer="No.")
    assert applied([changed, OTHER], [new]) == [ARTICLE, OTHER]
    gone = replace(new, article_id="b", article=None)
    assert applied([ARTICLE, OTHER], [gone]) == [ARTICLE]


def test_a_difference_names_what_changes() -> None:
    """Texts are pairs, and phrasings come and go."""
    assert difference(None, ARTICLE) | {"title": 0} == {
        "kind": "new",
        "added": ["one", "two"],
        "removed": [],
        "title": 0,
        "answer": [None, "Yes."],
        "language": [None, "en"],
    }
    changed = replace(ARTICLE, answer="No.", questions=("two", "three"))
    found = difference(ARTICLE, changed)
    assert (found["kind"], found["answer"]) == ("change", ["Yes.", "No."])
    assert (found["added"], found["removed"]) == (["three"], ["one"])
    assert difference(ARTICLE, None)["kind"] == "retire"
    assert difference(ARTICLE, ARTICLE) == {"kind": "none", "added": [], "removed": []}


def test_an_erasure_takes_words_out_of_an_open_draft() -> None:
    """I14: the words of the thread go, and the draft has to be proposed anew."""
    article = Article("a", "one and…", "en", ("one and more", "two"), "From a person.")
    origins = (Origin("t1", "one and more"), Origin("t1", "From a person."), Origin("t2", "two"))
    draft = replace(written(), article=article, origins=origins)
    erased = step("erased")
    found = draft.proposed(step("proposed"), against="").without("t1", erased)
    assert found.article == Article("a", "", "en", ("two",), "")
    assert (found.state, found.origins) == ("draft", (Origin("t2", "two"),))
    assert found.steps[-1] == erased
    assert draft.without("t9", erased) is draft
    published = replace(draft, state="published").without("t1", erased)
    assert (published.article, published.origins) == (article, (Origin("t2", "two"),))


def test_an_id_is_made_of_the_title() -> None:
    """Letters of any script stay, and a taken id gets a number."""
    assert proposed_id("Gift cards?", "en", ()) == "en-gift-cards"
    assert proposed_id("기프트 카드", "ko", ()) == "ko-기프트-카드"
    assert proposed_id("Gift cards", "en", {"en-gift-cards"}) == "en-gift-cards-2"
    assert proposed_id("?", "en", ()) == "en-article"


def test_an_article_is_due_from_its_day_on() -> None:
    """Without a day it is never due."""
    assert Kept(review_by="2026-03-01").is_due("2026-03-01")
    assert not Kept(review_by="2026-03-01").is_due("2026-02-28")
    assert not Kept().is_due("2099-01-01")
