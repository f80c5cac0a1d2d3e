"""A notice says what of an article changed for people, and cuts what is long."""

from dataclasses import replace

from surgeline.knowledge.articles.notices import (
    MOST_CHARS,
    ArticleText,
    Notice,
    as_object,
    changes_between,
    notice_of,
)

HOURS = ArticleText("Hours", "en", "From 9 to 17.")
FEES = ArticleText("Fees", "en", "None.")


def test_changes_are_told_the_important_ones_first() -> None:
    """Another answer, or none any more, comes before a new article and another title."""
    before = {"a": HOURS, "b": FEES, "c": HOURS, "d": HOURS}
    after = {
        "new": FEES,
        "a": replace(HOURS, title="Opening hours"),
        "b": replace(FEES, answer="Five."),
        "d": HOURS,
    }
    found = changes_between(before, after)
    assert [(each.article_id, each.kind, each.important) for each in found] == [
        ("b", "changed", True),
        ("c", "removed", True),
        ("a", "changed", False),
        ("new", "new", False),
    ]
    assert found[0].answer == ("None.", "Five.")
    assert (found[2].answer, found[2].also) == (None, ("title",))


def test_a_long_answer_is_cut_shortly_before_the_difference() -> None:
    """Both texts begin at the same place, so that the difference is seen."""
    long = "word " * 1_000
    [change] = changes_between(
        {"a": replace(HOURS, answer=f"{long}one.")}, {"a": replace(HOURS, answer=f"{long}two.")}
    )
    before, after = change.answer or ("", "")
    assert before.startswith("…")
    assert (before[-4:], after[-4:]) == ("one.", "two.")
    assert max(len(before), len(after)) <= MOST_CHARS + 1


def test_a_notice_of_a_newer_release_is_read() -> None:
    """Fields that are not known here are left out."""
    [change] = changes_between({}, {"a": HOURS})
    notice = Notice(id="shop.c1", at=1, knowledge_base="shop", kind="published", changes=(change,))
    stored = as_object(notice) | {"later": 1}
    stored["changes"][0]["later"] = 2
    assert notice_of(stored) == notice
