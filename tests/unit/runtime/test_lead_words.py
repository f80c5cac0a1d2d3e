"""The lead's page has words for each thing that its record and its lists may name."""

import json
import re
from pathlib import Path

import pytest
from surgeline.adapters.past.reasons import LEFT_OUT, PROBLEMS
from surgeline.reports.registry import REPORTS

from infra import topology
from local.home.plan import of_kind

LEAD = Path(__file__).parents[3] / "web" / "lead"
READING = {
    "POST look/preview",
    "POST knowledge/{knowledge_base}/explain",
    "POST backlogs/{backlog_id}/files/preview",
}


@pytest.mark.parametrize("language", ["en", "ko", "fr"])
def test_each_act_has_words(language: str) -> None:
    """The record of acts never says a route in place of what was done."""
    strings = json.loads((LEAD / f"strings.{language}.json").read_text("utf-8"))
    routes = of_kind(topology.function("admin_api"), topology.Route)
    changes = {each.key.replace("/v1/admin/", "") for each in routes if each.method != "GET"}
    assert {each for each in changes - READING if f"did {each}" not in strings} == set()


@pytest.mark.parametrize("language", ["en", "ko", "fr"])
def test_each_report_can_be_chosen(language: str) -> None:
    """The page offers every report of the registry, by a name."""
    strings = json.loads((LEAD / f"strings.{language}.json").read_text("utf-8"))
    source = (LEAD / "reports.js").read_text("utf-8")
    listed = re.findall(r'"([\w-]+)"', source.partition("REPORTS = [")[2].partition("]")[0])
    assert sorted(listed) == sorted(REPORTS)
    assert {each for each in REPORTS if f"report_{each}" not in strings} == set()


@pytest.mark.parametrize("language", ["en", "ko", "fr"])
def test_each_reason_of_a_file_has_words(language: str) -> None:
    """No lead reads the server's English for what a file of an older queue leaves out."""
    strings = json.loads((LEAD / f"strings.{language}.json").read_text("utf-8"))
    assert {each for each in LEFT_OUT if f"backlog_out_{each}" not in strings} == set()
    assert "`surgeline backlog import`" in strings["backlog_too_large"]
    assert {each for each in PROBLEMS if f"backlog_wrong_{each}" not in strings} == set()


@pytest.mark.parametrize("page", ["lead", "agent", "staff"])
def test_the_languages_have_the_same_words(page: str) -> None:
    """No language lacks a word that another one has."""
    folder = LEAD.parent / page
    keys = {
        path.name: set(json.loads(path.read_text("utf-8"))) for path in folder.glob("strings.*")
    }
    assert len(keys) == 3
    assert len({frozenset(each) for each in keys.values()}) == 1
