"""The report on bad input sees each way to be wrong."""

from pathlib import Path
from typing import Any

from surgeline.adapters.signing.standard_webhooks import verify

from local.badinput.entrances import PoolAim, WebAim, pool_cases, web_cases
from local.badinput.rows import ABSENT, Aim, Case, all_cases
from local.badinput.run import lines_with, report
from local.badinput.wire import Answer, Shot

KEYS = (b"k" * 32,)
NOW = 1_772_366_400


def cases() -> list[Case]:
    return list(all_cases(Aim("/v1/channels/c/messages", KEYS, "zqmark", now=lambda: NOW)))


def one(*, right: tuple[int, ...] = (400,), taken: bool = False) -> Case:
    return Case("B25", "x", Shot("/", (), b""), right, "B25-1", taken)


def judged(case: Case, status: int, replied: dict[str, int], text: str = "") -> dict[str, Any]:
    return report([(case, Answer(status, text))], replied, dead_letters=0, text_in_logs=0)


def test_every_row_is_sent_or_said_to_have_no_entrance() -> None:
    """The rows B01 to B47 are all sent or said to have no entrance."""
    rows = {case.row for case in cases()} | ABSENT.keys()
    assert rows == {f"B{number:02d}" for number in range(1, 48)}


def test_what_is_to_be_taken_is_signed_right() -> None:
    """A case that is refused is refused for its own fault, not for a signature made badly."""
    for case in cases():
        if case.taken:
            headers = {name.decode(): value.decode() for name, value in case.shot.headers}
            assert verify(KEYS, headers, case.shot.body, now_seconds=NOW)


def test_a_right_answer_is_good_and_a_wrong_one_is_named() -> None:
    """The status is what the row says, or the report says what it was."""
    assert judged(one(), 400, {})["good"]
    wrong = judged(one(), 202, {})
    assert not wrong["good"]
    assert wrong["by_row"]["B25"]["wrong"] == ["x: 202"]


def test_server_errors_and_tracebacks_count() -> None:
    """I12: a 5xx counts, and a traceback counts under any status."""
    assert judged(one(right=(500,)), 500, {})["server_errors"] == 1
    assert judged(one(), 400, {}, "Traceback (most recent call last)")["server_errors"] == 1


def test_a_reply_to_what_was_refused_is_changed_state() -> None:
    """I11: an answered message that was refused counts as changed state."""
    assert judged(one(), 400, {"B25-1": 1})["state_changed"] == 1


def test_what_was_taken_has_exactly_one_reply() -> None:
    """I1 I6: a taken message has exactly one reply, so none is a loss and two are one too many."""
    for count, good in ((0, False), (1, True), (2, False)):
        found = judged(one(right=(202,), taken=True), 202, {"B25-1": count})
        assert found["good"] is good


def test_logs_are_searched(tmp_path: Path) -> None:
    """I14: log lines with sent text are counted, and nothing is claimed without logs of the run."""
    assert lines_with(["zq"], tmp_path) is None
    (tmp_path / "front.log").write_text("fine\nhas zq inside\n")
    (tmp_path / "front.log.1").write_text("zq zq\n")
    assert lines_with(["zq"], tmp_path) == 2
    written = (tmp_path / "front.log").stat().st_mtime
    assert lines_with(["zq"], tmp_path, since=written) == 2
    assert lines_with(["zq"], tmp_path, since=written + 60) is None


def test_what_a_page_may_send_has_a_visitor_of_its_own() -> None:
    """Each taken case carries its own token, and only the flood uses one token for many."""
    aim = WebAim("/v1/web/c/messages", (), "zqmark", tokens=[f"token{n}" for n in range(200)])
    cases = list(web_cases(aim))
    taken = [case for case in cases if case.taken]
    tokens = [dict(case.shot.headers)[b"authorization"] for case in taken]
    assert len(set(tokens)) == len(taken) > 5
    assert all(case.row.endswith(" web") for case in cases)


def test_what_a_pool_sends_is_signed_right_and_never_taken() -> None:
    """A pool's case is refused for its row's fault and never for its signature."""
    cases = list(pool_cases(PoolAim("/v1/pools/p/events", KEYS, "zqmark", now=lambda: NOW)))
    assert not any(case.taken for case in cases)
    for case in cases:
        if case.row in ("B05 pool", "B31 pool", "B46 pool"):
            headers = {name.decode(): value.decode() for name, value in case.shot.headers}
            assert verify(KEYS, headers, case.shot.body, now_seconds=NOW)


def test_a_visitor_whose_refused_message_is_answered_is_named() -> None:
    """I11: a row is known by its sender at every entrance."""
    case = Case("B25 web", "x", Shot("/", (), b""), (400,), "B25-7")
    assert judged(case, 400, {"B25-7": 1})["by_row"]["B25 web"]["state_changed"] == 1
