"""The functions' own tests once more, over the AWS adapters on moto, with every role enforced.

They are the same tests on another stage. What can't be said of that stage is left out by name.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.contract.aws_home import ORDER
from tests.functions.aws_stage import AwsStage, aws_stage
from tests.functions.test_admin_api import *  # noqa: F403 - the same tests, found here again
from tests.functions.test_answer_reviews import (  # noqa: F401 - as above: those that ask AWS
    test_an_operator_asks_why,
    test_bad_reviews_stop_the_answers_and_alarm,
)
from tests.functions.test_channel_webhook import *  # noqa: F403 - as above
from tests.functions.test_conversation_worker import *  # noqa: F403 - as above
from tests.functions.test_conversations_listed import (  # noqa: F401 - as above
    test_a_sender_s_conversations_are_found_by_the_channel_s_own_name,
    test_each_filter_finds_its_own,
    test_pages_follow_each_other,
)
from tests.functions.test_crisis import (  # noqa: F401 - as above
    shop,
    test_the_next_answer_follows_it_and_off_restores_all,
)
from tests.functions.test_erasure import *  # noqa: F403 - as above
from tests.functions.test_function_faults import *  # noqa: F403 - as above
from tests.functions.test_incidents import (  # noqa: F401 - as above
    test_the_text_stands_before_the_answers_on_its_topic,
)
from tests.functions.test_knowledge_build import *  # noqa: F403 - as above
from tests.functions.test_live_state import (  # noqa: F401 - as above
    test_a_pool_is_open_closed_paused_or_drains,
    test_the_last_hour_is_told_by_five_minutes,
)
from tests.functions.test_pool_callback import *  # noqa: F403 - as above
from tests.functions.test_pools_come_and_go import *  # noqa: F403 - as above
from tests.functions.test_reports import *  # noqa: F403 - as above
from tests.functions.test_timer_forwarder import *  # noqa: F403 - as above
from tests.functions.test_web_chat import *  # noqa: F403 - as above

LOOPBACK = "it configures endpoints on loopback, which only the embedded home allows"
LACKS: Mapping[str, str] = {
    "test_a_bug_is_tried_a_few_times_then_buried": ORDER,
    "test_a_channel_is_added_and_its_secret_shown_once": LOOPBACK,
    "test_a_configuration_made_from_an_old_version_is_refused": LOOPBACK,
    "test_a_first_message_between_two_tries_is_erased": ORDER,
    "test_a_document_never_takes_away_what_came_while_it_was_read": LOOPBACK,
    "test_a_pool_is_added_at_the_end_and_changed_in_its_place": LOOPBACK,
    "test_changes_at_the_same_time_are_all_kept": LOOPBACK,
    "test_the_company_s_zone_is_a_setting": LOOPBACK,
    "test_an_erased_text_leaves_the_disk": "it looks at the embedded home's files",
    "test_an_erased_text_leaves_the_disk_though_nobody_asks_again": "it looks at such files too",
    "test_the_records_for_reports_of_an_erased_person_hold_nothing_of_them": "as above",
    "test_an_erasure_is_not_done_while_the_disk_holds_the_text": "as above",
    "test_f48_without_the_id_key_nothing_is_acknowledged": "SSM keeps no empty secret",
    "test_i14_dead_letters_are_listed_without_customer_text_and_redriven": (
        "it exhausts a queue by the engine's own means"
    ),
}


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AwsStage]:
    """In place of the embedded home's."""
    reason = LACKS.get(request.node.originalname)
    if reason:
        pytest.skip(reason)
    with aws_stage(tmp_path, of=request.function) as made:
        made.publish()
        yield made


def test_what_is_left_out_exists() -> None:
    """A test that was renamed is not left out by accident."""
    assert set(LACKS) <= set(globals())
