"""The stack of monitoring has the alarms that wake a person, and a dashboard to look at then."""

from collections.abc import Callable, Sequence

from aws_cdk import Duration, Environment, Stack
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.names import Names
from infra.topology import Function, Queue

MINUTE = Duration.minutes(1)
FIVE_MINUTES = Duration.minutes(5)
NAMESPACE, DIMENSION = "Surgeline", "Table"
"""The metrics of the minute's function. A test compares them with what it writes."""
WAITING = ("Waiting", "WaitSeconds", "FirstReplySeconds", "Transfers")
SHARES = ("AnsweredPercent", "CapUsedPercent", "BudgetUsedPercent")
TROUBLES = ("UrgentAlerts", "PoolsOut", "Undelivered")


class MonitoringStack(Stack):
    """The alarms and the dashboard. Of the service, only `http_api_id` has no name of ours."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: Names,
        queues: Sequence[Queue],
        functions: Sequence[Function],
        http_api_id: str,
        alarm_email: str,
        budget: int = 0,
        env: Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            description=f"{names.deployment}: what rings and what is drawn: alarms, a dashboard",
            env=env,
        )
        self._names = names
        self._topic = self._alarm_topic(alarm_email) if alarm_email else None
        for queue in queues:
            self._alarm(
                f"{queue.name.capitalize()}Wait",
                f"the oldest message of {queue.name} has waited too long",
                self._oldest(queue),
                above=queue.late_seconds,
                minutes=3,
            )
            self._alarm(
                f"{queue.name.capitalize()}Dead",
                f"a message of {queue.name} could not be handled: surgeline dlq",
                self._dead(queue),
                above=0,
                minutes=1,
            )
        self._alarm(
            "IntakeFailing",
            "callers are answered 5xx: channels will send again, customers wait",
            _http(http_api_id, "5xx"),
            above=5,
            minutes=2,
        )
        self._alarm(
            "BuildFailing",
            "published knowledge could not be built; the version before still answers",
            self._of_function("Errors", "knowledge_build", "Sum"),
            above=0,
            minutes=1,
        )
        self._alarm(
            "Throttled",
            "the account's Lambda concurrency is used up",
            _of_every_function("Throttles"),
            above=0,
            minutes=3,
        )
        self._alarm(
            "LoopStopped",
            "Lambda took a chain of messages for an endless loop and dropped one",
            _of_every_function("RecursiveInvocationsDropped"),
            above=0,
            minutes=1,
        )
        self._alarm(
            "UrgentAlerts",
            "an urgent alert stands: surgeline alert list",
            self._of_alerts("UrgentAlerts"),
            above=0,
            minutes=2,
        )
        if budget:
            self._budget(budget, alarm_email)
        self._dashboard(queues, functions, http_api_id)

    def _budget(self, monthly_usd: int, email: str) -> None:
        """Have AWS write to the address at 80 % of the month's budget, and when it foresees more.

        The budget is of the whole account, because the costs of one deployment are known apart only
        once somebody has turned its tag on for bills. AWS takes nothing for it.
        """
        subscriber = budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email)
        kinds = {"ACTUAL": 80, "FORECASTED": 100}
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=self._names.deployment,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=monthly_usd, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind, percent in kinds.items()
            ],
        )

    def _alarm_topic(self, email: str) -> sns.Topic:
        """Return the topic that alarms publish to.

        A topic's own policy replaces the one that would let the account's alarms publish. So this
        policy allows alarms itself.
        """
        topic = sns.Topic(
            self, "Alarms", topic_name=f"{self._names.deployment}-alarms", enforce_ssl=True
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsMayPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self._names.account}},
            )
        )
        topic.add_subscription(subscriptions.EmailSubscription(email))
        return topic

    def _alarm(
        self,
        construct_id: str,
        description: str,
        metric: cloudwatch.Metric,
        *,
        above: float,
        minutes: int,
    ) -> None:
        """Add an alarm. A metric without values is fine, because nothing happens then.

        The metric has no label, because a label would make it an expression, which costs more.
        """
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            alarm_name=f"{self._names.deployment}-{construct_id}",
            alarm_description=description,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=minutes,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
            alarm.add_ok_action(actions.SnsAction(self._topic))

    def _dashboard(
        self, queues: Sequence[Queue], functions: Sequence[Function], http_api_id: str
    ) -> None:
        def each_queue(metric: Callable[[Queue], cloudwatch.Metric]) -> list[cloudwatch.Metric]:
            return [metric(queue).with_(label=queue.name) for queue in queues]

        def each_function(metric: str, statistic: str) -> list[cloudwatch.Metric]:
            return [
                self._of_function(metric, each.name, statistic).with_(label=each.name)
                for each in functions
            ]

        http = [_http(http_api_id, name) for name in ("Count", "4xx", "5xx")]
        units = ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits")
        graphs: list[tuple[str, list[cloudwatch.Metric]]] = [
            ("Requests", http),
            ("Oldest message, seconds", each_queue(self._oldest)),
            ("Dead letters", each_queue(self._dead)),
            ("Errors", each_function("Errors", "Sum")),
            ("Duration, p99", each_function("Duration", "p99")),
            ("Units of the table", [self._of_table(name) for name in units]),
            ("People who wait", [self._of_alerts(name) for name in WAITING]),
            ("Shares, percent", [self._of_alerts(name) for name in SHARES]),
            ("Troubles", [self._of_alerts(name) for name in TROUBLES]),
        ]
        widgets: list[cloudwatch.IWidget] = [
            cloudwatch.GraphWidget(title=title, left=list(metrics), width=8)
            for title, metrics in graphs
        ]
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=self._names.deployment,
            widgets=[widgets[:3], widgets[3:6], widgets[6:]],
        )

    # ------------------------------------------------------------ metrics

    def _oldest(self, queue: Queue) -> cloudwatch.Metric:
        name = self._names.queue(queue.name, fifo=queue.fifo)
        return _sqs(name, "ApproximateAgeOfOldestMessage")

    def _dead(self, queue: Queue) -> cloudwatch.Metric:
        name = self._names.dead_letters(queue.name, fifo=queue.fifo)
        return _sqs(name, "ApproximateNumberOfMessagesVisible")

    def _of_function(self, metric: str, function: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name=metric,
            dimensions_map={"FunctionName": self._names.function(function)},
            statistic=statistic,
            period=MINUTE,
        )

    def _of_alerts(self, metric: str) -> cloudwatch.Metric:
        """Return a number that the minute's function tells. A quiet minute has no value."""
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=metric,
            dimensions_map={DIMENSION: self._names.table},
            statistic="Maximum",
            period=MINUTE,
        )

    def _of_table(self, metric: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/DynamoDB",
            metric_name=metric,
            dimensions_map={"TableName": self._names.table},
            statistic="Sum",
            period=FIVE_MINUTES,
        )


def _of_every_function(metric: str) -> cloudwatch.Metric:
    """Return a metric of all functions in the region, which share limits and one alarm."""
    return cloudwatch.Metric(
        namespace="AWS/Lambda", metric_name=metric, statistic="Sum", period=MINUTE
    )


def _sqs(queue_name: str, metric: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/SQS",
        metric_name=metric,
        dimensions_map={"QueueName": queue_name},
        statistic="Maximum",
        period=MINUTE,
    )


def _http(api_id: str, metric: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=metric,
        dimensions_map={"ApiId": api_id},
        statistic="Sum",
        period=MINUTE,
    )
