"""The demands on answers are compared here with the figures of a run. Nothing is measured here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

Result = Mapping[str, Any]
_BASELINES: Final = ("bm25", "linear")
_MIXED: Final = ("clinc150_10", "hint3_curekart_full", "parakqc_5", "nlpjs_fr_oos")
_SIBLINGS: Final = "banking77"
_SMALL_TALK: Final = "ko_far_oos"


class Line(NamedTuple):
    """A demand: the measured figure (None: not in this run), and whether it is enough.

    `highest` says that the figures are limits from above. `beside` holds the baselines.
    """

    what: str
    measured: float | None
    least: float
    goal: float
    highest: bool = False
    beside: Mapping[str, float] | None = None
    where: str = ""

    @property
    def reached(self) -> str:
        """Say "goal", "at least", "no", or "not measured"."""
        if self.measured is None:
            return "not measured"
        for name, limit in (("goal", self.goal), ("at least", self.least)):
            if self.measured <= limit if self.highest else self.measured >= limit:
                return name
        return "no"


def lines(result: Result) -> list[Line]:
    """Return the demands in their order.

    Shares are of one, and `best` is the last measured tier.
    """
    best = result["sets"][-1]["tier"] if result["sets"] else ""
    rows = {row["set"]: row for row in result["sets"] if row["tier"] == best}
    lexical = {row["set"]: row for row in result["sets"] if row["tier"] == "lexical"}
    return [
        *_accuracies(rows, lexical),
        *_promises(rows),
        *_unanswerable(rows, result["means"].get(best, {})),
        *_costs(next((cost for cost in result["costs"] if cost["tier"] == best), {})),
    ]


def as_rows(found: Iterable[Line]) -> list[dict[str, Any]]:
    """Return the lines as a result file holds them."""
    return [{**line._asdict(), "reached": line.reached} for line in found]


def printed(found: Iterable[Line]) -> str:
    """Return the lines as a table for people."""
    head = f"{'':58}{'measured':>10}{'at least':>10}{'goal':>8}{'BM25':>8}{'linear':>8}  reached"
    return "\n".join([head, *(_printed(line) for line in found)])


def _accuracies(rows: Result, lexical: Result) -> Iterator[Line]:
    for name, least, goal in (
        ("clinc150_5", 0.86, 0.92),
        ("clinc150_10", 0.90, 0.95),
        ("banking77_5", 0.81, 0.85),
        ("banking77_10", 0.87, 0.91),
        ("hint3_curekart_full", 0.87, 0.91),
        ("parakqc_2", 0.88, 0.93),
        ("parakqc_5", 0.96, 0.98),
        ("nlpjs_fr_oos", 0.88, 0.93),
    ):
        yield _accuracy("accuracy", rows, name, least, goal)
    for name, least, goal in (
        ("clinc150_10", 0.80, 0.83),
        ("hint3_curekart_full", 0.82, 0.86),
        ("parakqc_5", 0.94, 0.95),
    ):
        yield _accuracy("lexical tier, accuracy", lexical, name, least, goal)


def _accuracy(what: str, rows: Result, name: str, least: float, goal: float) -> Line:
    row = rows.get(name, {})
    beside = {each: row[each] for each in _BASELINES if row.get(each) is not None}
    return Line(f"{what}: {name}", row.get("accuracy"), least, goal, beside=beside)


def _promises(rows: Result) -> Iterator[Line]:
    asked = [row for row in rows.values() if row["unanswerable"] and row["in_scope"]]
    for what, siblings, least in (("", False, 0.94), ("sibling sets, ", True, 0.92)):
        kept = [row for row in asked if row["set"].startswith(_SIBLINGS) == siblings]
        yield _worst(f"{what}least precision", kept, lambda row: row["realised_precision"], least)
    for name, least, goal in zip(
        _MIXED, (0.38, 0.32, 0.70, 0.54), (0.6, 0.5, 0.85, 0.7), strict=True
    ):
        yield Line(f"answered rightly: {name}", rows.get(name, {}).get("coverage"), least, goal)
    for name in _MIXED:
        yield Line(f"self-served: {name}", rows.get(name, {}).get("self_served"), 0.80, 0.92)


def _unanswerable(rows: Result, means: Result) -> Iterator[Line]:
    asked = [row for row in rows.values() if row["unanswerable"]]
    for row in asked:
        left = round(1.0 - row["unanswerable_answered"], 4)
        yield Line(f"unanswerable not answered: {row['set']}", left, 0.96, 0.995)
    bothered = means.get("unanswerable_bothered")
    yield Line("unanswerable offered a choice, mean", bothered, 0.40, 0.15, highest=True)
    talk = [row["unanswerable_answered"] for row in asked if row["set"].endswith(_SMALL_TALK)]
    most = max(talk, default=None)
    yield Line("Korean small talk answered, most", most, 0.01, 0.0, highest=True)


def _costs(cost: Result) -> Iterator[Line]:
    peak = cost.get("build_peak_megabytes")
    beside = {"bm25": round(cost["p50_ms"] / cost["p50_to_bm25"], 2)} if cost else None
    size = f"{cost.get('phrasings', 0):,} phrasings"
    runs = cost.get("p50_ms_of_runs", [])
    where = f"quietest of {len(runs)}: {min(runs)} to {max(runs)}" if runs else ""
    p50 = cost.get("p50_ms")
    yield Line(f"p50 ms, {size}", p50, 4, 1, highest=True, beside=beside, where=where)
    yield Line(f"p99 ms, {size}", cost.get("p99_ms"), 20, 5, highest=True)
    first = cost.get("first_answer_seconds_1000_phrasings")
    yield Line("seconds to a first answer, 1,000 phrasings", first, 0.6, 0.25, highest=True)
    yield Line("MB unzipped", cost.get("unzipped_megabytes"), 180, 90, highest=True)
    yield Line(f"seconds to build, {size}", cost.get("build_seconds"), 120, 20, highest=True)
    yield Line(f"MB at most while building, {size}", peak, 2000, 2000, highest=True)


def _worst(
    what: str, rows: list[dict[str, Any]], figure: Callable[[Result], float | None], least: float
) -> Line:
    found = [(value, row["set"]) for row in rows if (value := figure(row)) is not None]
    value, where = min(found, default=(None, ""))
    return Line(what, value, least, 0.95, where=where)


def _printed(line: Line) -> str:
    beside = line.beside or {}
    what = f"{line.what} ({line.where})" if line.where else line.what
    cells = [_number(beside.get(each)) for each in _BASELINES]
    limits = f"{_number(line.measured):>10}{_number(line.least):>10}{_number(line.goal):>8}"
    return f"{what:58}{limits}{cells[0]:>8}{cells[1]:>8}  {line.reached}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
