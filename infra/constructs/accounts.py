"""The pool of accounts with which the company's own people sign in, where no issuer is given."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge

SHORTEST_PASSWORD = 15
LENGTH_BEFORE_KINDS = (
    "a long password of words is stronger than a short one of many kinds, and people keep it"
)
OFFERED_FACTOR = (
    "a second factor is offered and not forced, because a company of three may have no telephones"
)
PAID_PLAN = "the plan that looks for stolen passwords is paid for each person, and an issuer does"
TOKEN_MINUTES = 5


class StaffPool(Construct):
    """Accounts that an administrator makes, one client without a secret, and the login pages.

    Nobody signs up by themselves. `pages` are the addresses to which a code may be sent back.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        prefix: str,
        issuer_host: str,
        login_host: str,
        pages: Sequence[str],
        retain: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        pool = cognito.UserPool(
            self,
            "Pool",
            user_pool_name=name,
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            password_policy=cognito.PasswordPolicy(
                min_length=SHORTEST_PASSWORD,
                require_digits=False,
                require_lowercase=False,
                require_uppercase=False,
                require_symbols=False,
            ),
            deletion_protection=retain,
            removal_policy=RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY,
        )
        acknowledge(pool, "AwsSolutions-COG1", LENGTH_BEFORE_KINDS)
        acknowledge(pool, "AwsSolutions-COG2", OFFERED_FACTOR)
        acknowledge(pool, "AwsSolutions-COG3", PAID_PLAN)
        acknowledge(pool, "AwsSolutions-COG8", PAID_PLAN)
        cognito.CfnUserPoolDomain(self, "Domain", domain=prefix, user_pool_id=pool.user_pool_id)
        client = pool.add_client(
            "Pages",
            user_pool_client_name=f"{name}-pages",
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            auth_flows=cognito.AuthFlow(),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=list(pages),
            ),
            id_token_validity=Duration.minutes(TOKEN_MINUTES),
            access_token_validity=Duration.minutes(TOKEN_MINUTES),
        )
        self.issuer = f"https://{issuer_host}/{pool.user_pool_id}"
        self.client = client.user_pool_client_id
        self.login = f"https://{login_host}"
        shown = CfnOutput(
            self,
            "Accounts",
            value=pool.user_pool_id,
            description="the pool in which an account is made for each invited person",
        )
        shown.override_logical_id("StaffAccounts")
