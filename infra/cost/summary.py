"""This command writes template.json anew after the topology or a stack has changed.

python -m infra.cost.summary build/cdk.out
"""

import json
import sys
from pathlib import Path
from typing import Any

from infra.cost.cost import TEMPLATE, summarised


def main() -> None:
    """Read every template of a cloud assembly, and write the summary."""
    resources: dict[str, Any] = {}
    found = list(Path(sys.argv[1]).glob("*.template.json"))
    if not found:
        sys.exit(f"{sys.argv[1]} has no templates: `make synth` writes them to build/cdk.out")
    for path in found:
        resources |= json.loads(path.read_text())["Resources"]
    TEMPLATE.write_text(json.dumps(summarised(resources), indent=1) + "\n")


if __name__ == "__main__":
    main()
