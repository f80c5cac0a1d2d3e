"""What speaks for an article is measured alike for many texts at once and for one alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from surgeline.knowledge.answering.index import Index
from surgeline.knowledge.matching.evidence import (
    firsts_of,
    margins_of_one,
    margins_of_rows,
    nearest_of_articles,
    weigh,
    weigh_one,
)
from surgeline.knowledge.text.reading import match_form


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), st.integers(0, 2**32 - 1))
def test_one_text_leads_as_it_does_among_many(phrasings: list[int], seed: int) -> None:
    """One text's lead is the same by its segment of phrasings and by each article's nearest one."""
    owners = np.repeat(np.arange(len(phrasings)), phrasings)
    similarity = np.random.default_rng(seed).random(len(owners)).astype(np.float32)
    firsts = firsts_of(owners)
    near = nearest_of_articles(similarity, firsts)
    for best in range(len(phrasings)):
        (one,) = margins_of_one([similarity], slice(firsts[best], firsts[best + 1]))
        (many,) = margins_of_rows([near[None, :]], np.array([best]))
        assert one == many


def test_a_rejected_article_is_no_rival(index: Index) -> None:
    """The best one's lead is over those that are left, whatever the rejected one looks like."""
    part = next(part for part in index.parts if part.language == "en")
    for rejected, member in enumerate(part.members.tolist()):
        text = index.articles[member].questions[0]
        hidden = np.arange(len(part.members)) == rejected
        _, _, evidence = part.judge(text, {}, hidden)
        columns, values, _ = part.vocabulary.row(match_form(text))
        near = nearest_of_articles(part.lookup.similarities(columns, values), part.firsts)
        near[hidden] = -np.inf
        ((own, other),) = margins_of_rows([near[None, :]], evidence.order[:, 0])
        expected = [max(own[0], 0.0), max(own[0], 0.0) - max(other[0], 0.0)]
        assert np.allclose(evidence.measures[0, 4:6], expected)


@given(
    scores=st.lists(st.sampled_from([-np.inf, -0.2, 0.1, 0.4, 0.9]), min_size=1, max_size=6),
    reordered=st.booleans(),
)
def test_one_text_is_weighed_as_it_is_among_many(scores: list[float], *, reordered: bool) -> None:
    """One text's order and measures are the same in plain numbers and as a row of an array."""
    found = np.array(scores, np.float32)
    ranked = found[::-1].copy() if reordered else None
    many = weigh(
        found[None, :],
        lambda best: iter([(np.array([0.5]) + best, np.array([-np.inf]))]),
        np.array([0.7]),
        ranked_by=None if ranked is None else ranked[None, :],
    )
    one = weigh_one(found, lambda best: iter([(0.5 + best, -np.inf)]), 0.7, ranked_by=ranked)
    assert np.array_equal(one.order, many.order)
    assert np.array_equal(one.measures, many.measures)
    if reordered:
        assert np.array_equal(one.offering, many.offering)
