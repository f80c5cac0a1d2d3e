"""A measurement gets a table for people here, and a plot where something changes over time."""

from collections.abc import Callable
from typing import Any

from benchmarks.load.plot import line_plot

Result = dict[str, Any]

_COUNTS = (
    *("sent", "accepted", "refused", "replied", "kept_for_a_person"),
    *("lost", "duplicated", "out_of_order"),
)


def table(result: Result) -> str:
    """Return the findings, and whether the machine was quiet."""
    average = result["load_average"]["before"][0]
    quiet = "quiet" if result["quiet"] else "NOT quiet: a floor, not what the machine can do"
    last = f"load average before {average:.1f}, {result['stolen']:.0%} stolen meanwhile ({quiet})"
    return "\n".join([*_TABLES[result["what"]](result), last])


def plot(result: Result) -> str | None:
    """Return an SVG, or None."""
    if result["what"] == "highest":
        series = {
            name: [(trial["rate"], trial["first_reply_ms"]["p95"] or 0) for trial in each["trials"]]
            for name, each in {**result["rates"], "baseline": result["baseline"]}.items()
        }
        return line_plot("First reply by rate", "messages a second", "p95, ms", series)
    if "samples" not in result:
        return None
    series = {
        "resident": [(each["at"], each["rss_mb"]) for each in result["samples"]],
        "proportional": [(each["at"], each["pss_mb"]) for each in result["samples"]],
    }
    return line_plot(f"Memory of all processes: {result['what']}", "seconds", "MB", series)


def _run(result: Result) -> list[str]:
    found = result["report"]
    lines = [f"{name:18}{found[name]:10}" for name in _COUNTS]
    lines += [f"{name:14}{_times(found[name])}" for name in ("ack_ms", "first_reply_ms")]
    lines.append(f"drained in    {found['drain_seconds']} s")
    lines.append(f"processor     {_stages(found)}; {found['cores_busy']} cores busy")
    lines.append(f"reached       {result['reached']}")
    return lines


def _step(result: Result) -> list[str]:
    rate = result["answered_per_second_until_drained"]
    why = result["report"]["refused_why"] or "nothing"
    return [*_run(result), f"answered      {rate}/s until drained", f"refused       {why}"]


def _highest(result: Result) -> list[str]:
    lines = [f"{'traffic':12}{'rate':>8}{'of baseline':>13}{'p50':>9}{'p95':>9}  ms a message"]
    for name, each in [*result["rates"].items(), ("baseline", result["baseline"])]:
        reply = (each["report"] or {}).get("first_reply_ms", {})
        lines.append(
            f"{name:12}{each['rate']:8.0f}{each.get('of_baseline', 1.0):13.2f}"
            f"{reply.get('p50') or 0:9.1f}{reply.get('p95') or 0:9.1f}  "
            + (_stages(each["report"]) if each["report"] else "no rate held")
        )
    return lines


def _noisy(result: Result) -> list[str]:
    lines = [
        f"p95 {pair['p95_alone_ms']} ms alone, {pair['p95_beside_ms']} ms beside, x{pair['ratio']};"
        f" the flood: {pair['flood_accepted']} accepted, refused {pair['flood_refused']}"
        for pair in result["pairs"]
    ]
    return [*lines, f"the middle one: x{result['ratio']}"]


def _offers(result: Result) -> list[str]:
    counts = ", ".join(f"{name} {result[name]}" for name in ("asked", "offered", "pools_asked"))
    waits = f"from request to offer: {_times(result['offer_ms'])} ms"
    return [counts, waits, f"reached {result['reached']}"]


def _idle(result: Result) -> list[str]:
    used = ", ".join(f"{name} {seconds} s" for name, seconds in result["by_process"].items())
    return [f"{result['percent_of_a_core']:.2f} % of a core over {result['seconds']:g} s", used]


def _memory(result: Result) -> list[str]:
    first, last = result["samples"][0], result["samples"][-1]
    counts = ", ".join(f"{name} {count}" for name, count in result["messages"].items())
    return [
        *(["interrupted: so far,"] if result["interrupted"] else []),
        counts,
        f"resident {first['rss_mb']} MB at the start, {last['rss_mb']} MB in the end",
        f"growth after the warm-up: {result['growth']} (proportional: {result['growth_of_pss']})",
    ]


def _of_stages(result: Result) -> list[str]:
    lines = []
    for mix, found in result["stages"].items():
        for name, stage in found.items():
            lines.append(f"{mix:10}{name:14}{stage['ms_a_message']:8.3f} ms of processor a message")
            lines += [f"{'':12}{spent}" for spent in stage["spent_in"]]
    return lines


def _stages(found: Result) -> str:
    return ", ".join(f"{name} {ms}" for name, ms in found["processor_ms_a_message"].items())


def _times(found: Result) -> str:
    return "  ".join(f"{name} {ms}" for name, ms in found.items())


_TABLES: dict[str, Callable[[Result], list[str]]] = {
    "sustained": _run,
    "highest": _highest,
    "step": _step,
    "noisy": _noisy,
    "offers": _offers,
    "idle": _idle,
    "memory": _memory,
    "stages": _of_stages,
}
