"""Numbers become metrics of CloudWatch by a line of the function's log (EMF), without a call.

The table's name is the one dimension, so that two deployments of an account have metrics of their
own. CloudWatch bills a metric by the hours in which it has values.
"""

from collections.abc import Mapping
from typing import Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from surgeline.application.ports.meter import Meter

NAMESPACE: Final = "Surgeline"
DIMENSION: Final = "Table"


class EmfMeter(Meter):
    """ports.Meter. A quiet minute writes no line."""

    def __init__(self, table: str) -> None:
        self._table = table

    def tell(self, numbers: Mapping[str, float]) -> None:
        """Write one line with every number that is not 0."""
        found = {name: each for name, each in numbers.items() if each}
        if not found:
            return
        metrics = EphemeralMetrics(namespace=NAMESPACE)
        metrics.add_dimension(name=DIMENSION, value=self._table)
        for name, each in found.items():
            metrics.add_metric(name=name, unit=_unit(name), value=each)
        metrics.flush_metrics()


def _unit(name: str) -> MetricUnit:
    if name.endswith("Seconds"):
        return MetricUnit.Seconds
    return MetricUnit.Percent if name.endswith("Percent") else MetricUnit.Count
