"""A known fault is accepted for a while, and the audit looks at all that is shipped."""

from datetime import date, timedelta

from infra.audit import ACCEPTED, MOST_DAYS, Accepted, command, problems
from infra.licences import SHIPPED

TODAY = date(2026, 3, 1)


def test_an_accepted_fault_has_a_day_and_a_reason() -> None:
    """A day that is over, one that is far away and an empty reason are told by name."""
    fine = Accepted("CVE-1", TODAY, "it is in a codec that nothing calls")
    over = Accepted("CVE-2", TODAY - timedelta(days=1), "as above")
    far = Accepted("CVE-3", TODAY + timedelta(days=MOST_DAYS + 1), "as above")
    bare = Accepted("CVE-4", TODAY, " ")
    assert problems([fine], TODAY) == []
    assert [each.split()[0].strip(":") for each in problems([over, far, bare], TODAY)] == [
        "CVE-2",
        "CVE-3",
        "CVE-4",
    ]


def test_the_accepted_faults_have_reasons() -> None:
    """Whether their days are over is told by the audit, so that no test fails with the time."""
    assert all(each.why.strip() for each in ACCEPTED)


def test_all_that_is_shipped_is_looked_at() -> None:
    """The call names each file of pinned packages, and the accepted faults alone."""
    call = command("pip-audit", [Accepted("CVE-1", TODAY, "none")])
    assert [each for each in call if each.endswith(".txt")] == [
        each for each in call if each.endswith(SHIPPED)
    ]
    assert call[-2:] == ["--ignore-vuln", "CVE-1"]
    assert {"--strict", "--require-hashes", "--disable-pip"} <= set(call)
