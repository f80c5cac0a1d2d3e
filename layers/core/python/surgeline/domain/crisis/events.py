"""The event of a thread is here by which its customer is told of an incident without asking."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class IncidentBegan:
    """An incident began on a topic that this thread's customer asked about before."""

    id: str
    thread_id: str
    at: int
    conversation_id: str
    incident_id: str
    type: Literal["incident_began"] = "incident_began"
    schema: int = 1
