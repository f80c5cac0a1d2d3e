"""The channel kind `pagerduty` lives here: calls of people ring as events of PagerDuty."""
