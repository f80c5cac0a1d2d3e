"""Roles exact both ways: every call that is made is allowed, and what is allowed is used by some.

The stage refuses whatever a function's role lacks, so that each test of `test_on_aws` proves the
first half. Here all of them run on one after the other, and what is left over is found. A scene
that has run in this process as a test of its own is not played again.
"""

from collections.abc import Callable
from functools import wraps
from inspect import unwrap
from pathlib import Path

import pytest
from surgeline.adapters.aws.errors import NotAllowed
from surgeline.adapters.aws.table import Table

from infra import topology
from tests.functions import articles_on_aws, customers_on_aws, files_on_aws, telling
from tests.functions import role_scenes as more
from tests.functions import test_desks_on_aws as teams
from tests.functions import test_erasure as erasing
from tests.functions import test_knowledge_build as publishing
from tests.functions import test_on_aws as scenes
from tests.functions.aws_stage import (
    BY_LAMBDA,
    MADE,
    AwsStage,
    Call,
    aws_stage,
    permissions,
    watched,
)
from tests.functions.conftest import Endpoint

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(300)]

Scene = Callable[[AwsStage, Endpoint], None]


def of_itself(test: Callable[[AwsStage], None]) -> Scene:
    """Return the scene of a test that asks for no endpoint."""

    @wraps(test)
    def scene(stage: AwsStage, _: Endpoint) -> None:
        test(stage)

    return scene


SCENES: tuple[Scene, ...] = (
    scenes.test_a_question_is_answered,
    scenes.test_a_conversation_is_handed_off_and_resolved,
    scenes.test_an_offer_that_nobody_takes_times_out,
    scenes.test_an_end_that_nobody_hears_waits_among_the_timers,
    of_itself(scenes.test_a_page_is_told_over_its_socket),
    scenes.test_uploaded_articles_answer,
    scenes.test_an_operator_looks_and_repairs,
    scenes.test_a_poison_message_is_buried_and_a_failing_channel_waits,
    *map(of_itself, teams.SCENES),
    files_on_aws.files_go_both_ways,
    more.typing_at_a_gone_page,
    more.replying_to_a_gone_page,
    more.nothing_published_yet,
    more.declining,
    more.accepting_at_once,
    more.waiting_for_a_seat,
    more.customers_who_are_told_unasked,
    more.reporting_seats,
    more.reading_the_transcript,
    more.a_pool_that_is_gone,
    more.a_pool_and_a_channel_that_are_removed,
    more.a_timer_that_can_not_be_forwarded,
    more.an_early_timer,
    more.a_throttled_commit,
    more.deliveries_again,
    more.dead_letters_of_every_queue,
    more.somebody_signs_in,
    more.somebody_works_at_a_desk,
    more.people_who_are_brought_in,
    more.people_who_are_called,
    of_itself(erasing.test_f54_an_erasure_while_a_reply_is_in_flight),
    more.mails_that_are_answered_and_erased,
    more.a_file_that_a_pool_is_offered,
    more.a_day_that_is_exported_and_forgotten,
    telling.alerts_and_reports_are_told,
    customers_on_aws.a_customer_is_looked_up,
    articles_on_aws.an_article_is_taken_back,
    more.customers_are_counted_by_topic,
    of_itself(publishing.test_rolling_back_answers_from_the_version_before),
)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> set[Call]:
    """Return every call of every function in all scenes."""
    made: set[Call] = set()
    for scene in SCENES:
        if (known := MADE.get(unwrap(scene))) is not None:
            made |= known
            continue
        endpoint = Endpoint()
        urls = {"pool_url": endpoint.url + "pool", "reply_url": endpoint.url + "channel"}
        folder = tmp_path_factory.mktemp("scene")
        with aws_stage(folder, **urls) as stage:
            stage.publish()
            scene(stage, endpoint)
            made |= set(stage.calls)
        endpoint.close()
    return made


@pytest.mark.parametrize("function", topology.FUNCTIONS, ids=lambda function: function.name)
def test_every_granted_action_is_used(calls: set[Call], function: topology.Function) -> None:
    """Every granted action is used by a scene or by Lambda in the function's name."""
    unused = [
        permission
        for permission in permissions(function.name)
        if permission.action not in BY_LAMBDA
        and not any(
            permission.allows(call.action, call.resource)
            for call in calls
            if call.function == function.name
        )
    ]
    assert unused == []


@pytest.mark.parametrize("function", topology.FUNCTIONS, ids=lambda function: function.name)
def test_every_call_is_allowed(calls: set[Call], function: topology.Function) -> None:
    """Every call is allowed by the function's own role on the very resource."""
    refused = [
        call
        for call in calls
        if call.function == function.name
        and not any(each.allows(call.action, call.resource) for each in permissions(call.function))
    ]
    assert refused == []


def test_a_forbidden_call_fails_as_on_aws(tmp_path: Path) -> None:
    """The intake may not read the table, and its call is refused before anything is sent."""
    with aws_stage(tmp_path) as stage:
        clients, _ = watched("channel_webhook")
        with pytest.raises(NotAllowed, match="GetItem"):
            Table(clients.dynamodb(), stage.table._name).get("t", "thread")
