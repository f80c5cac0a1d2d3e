"""What answering loads when a process starts."""

import subprocess
import sys


def test_the_worker_starts_without_the_checks_of_what_authors_write() -> None:
    """Reading and judging articles is the build's and the operators' API's business."""
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, functions.conversation_worker.handler; print('\\n'.join(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "surgeline.knowledge.answering.index" in loaded
    articles = "surgeline.knowledge.articles"
    assert not {f"{articles}.reading", f"{articles}.suspicious"} & set(loaded)
