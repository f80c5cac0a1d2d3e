"""The CDK app `python -m infra` is what cdk.json starts through infra/tools/launch.mjs.

A mistake in the arguments, or something that is missing, ends the app with one sentence.
"""

import sys
from importlib.util import find_spec

_NEEDED = ("aws_cdk", "constructs", "numpy", "pydantic", "surgeline")


def missing() -> list[str]:
    """Return the packages that this Python lacks. The launcher asks each Python for them."""
    return [name for name in _NEEDED if find_spec(name) is None]


def main() -> None:
    """Synthesise what the CDK CLI asks for, or say in one sentence why that is impossible."""
    if lacking := missing():
        sys.exit(
            f"surgeline: {sys.executable} lacks {', '.join(lacking)}; "
            "run: python3 -m pip install -r requirements.txt, then start this through the CDK CLI"
        )
    from infra.app import synthesise  # noqa: PLC0415 - needs what was looked for above
    from infra.refusal import Refused  # noqa: PLC0415 - as above

    try:
        synthesise()
    except Refused as error:
        sys.exit(f"surgeline: {error}")


if __name__ == "__main__":
    main()
