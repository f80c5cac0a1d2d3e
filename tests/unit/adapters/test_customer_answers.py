"""A customer system's answer is taken as data of a stranger: bounded, plain, and of one shape."""

import json
from typing import Any

import pytest
from surgeline.adapters.customers.reading import MAX_BYTES, WrongAnswer, read_answer


def answer(**more: Any) -> bytes:
    """Return an answer that found somebody, with these parts replaced."""
    return json.dumps({"found": True, "customer": {"id": "c-1"}} | more).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html>busy</html>",
        b'{"found": "yes"}',
        b'{"found": 1, "customer": {"id": "c-1"}}',
        b'{"found": true}',
        b'{"found": true, "customer": {"id": ""}}',
        b'{"found": true, "customer": {"id": "\xff"}}',
        b'{"found": true, "customer": {"id": "c-1", "value": NaN}}',
        answer(customer="Kim"),
        answer(orders={"id": "o-1"}),
        answer(orders=["o-1"]),
        answer(customer={"id": "c-1", "vip": "perhaps"}),
        b"[" * 19_000,
        b'{"a":' * 3_000,
        b" " * (MAX_BYTES + 1),
        answer(pad="x" * MAX_BYTES),
    ],
)
def test_an_answer_of_another_shape_is_refused_whole(body: bytes) -> None:
    """Nothing is taken from it, and the refusal does not repeat it."""
    with pytest.raises(WrongAnswer) as refused:
        read_answer(body)
    assert "Kim" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_long_and_strange_texts_are_cut_and_made_plain() -> None:
    """Control characters go, texts and lists are short, and links are web links or nothing."""
    found = read_answer(
        answer(
            customer={"id": 17, "name": "Ki\x00m\u202e\n  L" + "x" * 500, "tags": ["a"] * 50},
            orders=[{"id": f"o-{n}", "tracking": {"url": "javascript:alert(1)"}} for n in range(9)],
            cases=[{"id": "k-1", "url": "https://crm.test/1 2"}, {"id": "", "subject": "no id"}],
        )
    ).file
    assert found is not None
    assert found.profile.id == "17"
    assert found.profile.name.startswith("Kim")
    assert len(found.profile.name) == 200
    assert len(found.profile.tags) == 20
    assert [each.id for each in found.orders] == ["o-0", "o-1", "o-2", "o-3", "o-4"]
    assert {each.tracking_url for each in found.orders} == {""}
    assert [(each.id, each.url) for each in found.cases] == [("k-1", "")]


def test_unknown_fields_and_null_lists_are_no_fault() -> None:
    """A later version of the interface may say more, and a system may say null for nothing."""
    found = read_answer(answer(orders=None, cases=None, news={"deep": [1]})).file
    assert found is not None
    assert (found.orders, found.cases) == ((), ())
