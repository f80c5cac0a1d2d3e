"""The HTTP API and the WebSocket API lead routes to functions, and are throttled at the edge."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_apigatewayv2 as api
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_apigatewayv2_authorizers import HttpJwtAuthorizer
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration, WebSocketLambdaIntegration
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge

PROVEN_IN_THE_FUNCTION = (
    "the function checks a signature over the body, a visitor's token or an admin key, which an "
    "authorizer can't see or would check at the price of one more invocation"
)
NO_ACCESS_LOG = (
    "each function logs what it accepted or refused, without customers' data; an access log would "
    "hold addresses and double the log bill"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that are let through: who issues them, and the client that they are made for."""

    issuer: str
    client: str


class RestApi(Construct):
    """Routes as `METHOD /path` by function, with payload 2.0, which are added by `connect`.

    One stage is deployed at every change.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        requests_per_second: int,
        burst: int,
        domain: str = "",
        certificate: str = "",
    ) -> None:
        super().__init__(scope, construct_id)
        self.domain = self._own_name(domain, certificate) if domain else None
        self.api = api.HttpApi(self, "Api", api_name=name, create_default_stage=False)
        stage = api.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=api.ThrottleSettings(rate_limit=requests_per_second, burst_limit=burst),
            domain_mapping=api.DomainMappingOptions(domain_name=self.domain)
            if self.domain
            else None,
        )
        acknowledge(stage, "AwsSolutions-APIG1", NO_ACCESS_LOG)

    def connect(
        self,
        routes: Mapping[str, lambda_.IFunction],
        issued: Collection[str],
        tokens: Tokens | None,
    ) -> None:
        """Send these routes to their functions.

        Only tokens of the issuer come through the routes that are `issued`. Without an issuer no
        such token exists, and the function refuses everybody.
        """
        integrations: dict[str, HttpLambdaIntegration] = {}
        checked = self._checked(tokens) if tokens else None
        for key, function in routes.items():
            method, _, path = key.partition(" ")
            integration = integrations.setdefault(
                function.node.path,
                HttpLambdaIntegration(
                    function.node.path, function, scope_permission_to_route=False
                ),
            )
            [route] = self.api.add_routes(
                path=path,
                methods=[api.HttpMethod[method]],
                integration=integration,
                authorizer=checked if key in issued else None,
            )
            if checked is None or key not in issued:
                acknowledge(route, "AwsSolutions-APIG4", PROVEN_IN_THE_FUNCTION)

    def _checked(self, tokens: Tokens) -> HttpJwtAuthorizer:
        """Return the check of a token's signature, issuer, audience and end."""
        return HttpJwtAuthorizer("Issuer", tokens.issuer, jwt_audience=[tokens.client])

    def _own_name(self, domain: str, certificate: str) -> api.DomainName:
        """Return an own name for the API, under a certificate that exists."""
        known = certificates.Certificate.from_certificate_arn(self, "Certificate", certificate)
        return api.DomainName(self, "Domain", domain_name=domain, certificate=known)


class SocketApi(Construct):
    """Routes by key, each to one function. Pushes go through the stage."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        stage_name: str,
        requests_per_second: int,
        burst: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = api.WebSocketApi(self, "Api", api_name=name)
        stage = api.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=stage_name,
            auto_deploy=True,
            throttle=api.ThrottleSettings(rate_limit=requests_per_second, burst_limit=burst),
        )
        acknowledge(stage, "AwsSolutions-APIG1", NO_ACCESS_LOG)

    def connect(self, function: lambda_.IFunction, name: str, routes: Sequence[str]) -> None:
        """Send these routes to the function, which needs the API's id before the function is made.

        `name` tells the function's integration from the integrations of others.
        """
        integration = WebSocketLambdaIntegration(name, function)
        for key in routes:
            route = self.api.add_route(key, integration=integration)
            acknowledge(route, "AwsSolutions-APIG4", PROVEN_IN_THE_FUNCTION)
