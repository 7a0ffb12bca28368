"""The HTTP face: the app's own routes, each behind the authorizer that its access asks for.

Access logs hold the route's pattern, never a path, a query or an address: paths of links carry their nonce.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy, Tags
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_cognito as cognito
    from aws_cdk import aws_lambda as lambda_

    from infra.routes import Route

STAGE_RATE, STAGE_BURST = 200, 400
# Whoever comes without any key begins a conversation, or tries a password: few do at once.
OPEN_RATE, OPEN_BURST = 5, 20
OPEN_METHODS = ("/ask/{hospital}/POST", "/desk/sign-in/POST")
CLIENT_RATE, CLIENT_BURST, CLIENT_REQUESTS_A_DAY = 50, 100, 500_000
AUTHORIZATION = apigateway.IdentitySource.header("Authorization")
AUTHORIZER_CACHE = Duration.seconds(300)
ACCESS_LOG = {
    "request": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "authorizer_error": "$context.authorizer.error",
    "integration_error": "$context.integration.error",
}


class RestApi(Construct):
    """One function behind all routes; hospitals' systems come with an API key under a usage plan of their own."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        retention: logs.RetentionDays,
        tracing: bool,
    ) -> None:
        """Declare an API without routes: the function behind them needs its id first."""
        super().__init__(scope, construct_id)
        self.access_log = logs.LogGroup(self, "AccessLog", retention=retention, removal_policy=RemovalPolicy.RETAIN)
        self.api = apigateway.RestApi(
            self,
            "Api",
            description="Narrowcast",
            api_key_source_type=apigateway.ApiKeySourceType.AUTHORIZER,
            # Bodies arrive as the bytes that were sent: a message in GBK would not survive being read as UTF-8.
            binary_media_types=["*/*"],
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN,
            deploy_options=self._stage(stage, tracing=tracing),
        )
        # Its output would name a host that only the real AWS has.
        self.api.node.try_remove_child("Endpoint")

    def _stage(self, name: str, *, tracing: bool) -> apigateway.StageOptions:
        return apigateway.StageOptions(
            stage_name=name,
            access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
            # Execution logs would write whole paths, and with them the nonces of links.
            logging_level=apigateway.MethodLoggingLevel.OFF,
            data_trace_enabled=False,
            metrics_enabled=True,
            throttling_rate_limit=STAGE_RATE,
            throttling_burst_limit=STAGE_BURST,
            method_options={
                method: apigateway.MethodDeploymentOptions(
                    throttling_rate_limit=OPEN_RATE,
                    throttling_burst_limit=OPEN_BURST,
                    logging_level=apigateway.MethodLoggingLevel.OFF,
                    data_trace_enabled=False,
                    metrics_enabled=True,
                )
                for method in OPEN_METHODS
            },
            tracing_enabled=tracing,
        )

    def serve(
        self,
        routes: Sequence[Route],
        function: lambda_.IFunction,
        *,
        clients: apigateway.IAuthorizer,
        staff: apigateway.IAuthorizer,
    ) -> None:
        """Put every route before `function`; link and public routes are opened by what they carry, not by a caller."""
        # One permission for the whole API: one per method would outgrow the function's 20 KB policy.
        integration = apigateway.LambdaIntegration(function, allow_test_invoke=False, scope_permission_to_method=False)
        authorizers = {"client": clients, "staff": staff}
        for route in routes:
            self.api.root.resource_for_path(route.path).add_method(
                route.method,
                integration,
                authorizer=authorizers.get(route.access),
                api_key_required=route.access == "client",
            )

    def client_authorizer(self, function: lambda_.IFunction) -> apigateway.IAuthorizer:
        """Answers of `function` are kept five minutes per Authorization header."""
        return apigateway.RequestAuthorizer(
            self, "Clients", handler=function, identity_sources=[AUTHORIZATION], results_cache_ttl=AUTHORIZER_CACHE
        )

    def staff_authorizer(self, pool: cognito.IUserPool) -> apigateway.IAuthorizer:
        """Staff bring the id token of the user pool."""
        return apigateway.CognitoUserPoolsAuthorizer(
            self, "Staff", cognito_user_pools=[pool], results_cache_ttl=AUTHORIZER_CACHE
        )

    def own_staff_authorizer(self, function: lambda_.IFunction) -> apigateway.IAuthorizer:
        """Staff bring a token of the hospital's own sign-on, which its authorizer function knows."""
        return apigateway.TokenAuthorizer(self, "Staff", handler=function, results_cache_ttl=AUTHORIZER_CACHE)

    def add_client(self, hospital: str) -> None:
        """An API key and a usage plan for one hospital's systems."""
        key = apigateway.ApiKey(
            self, f"Key-{hospital}", customer_id=hospital, description=f"Hospital systems of {hospital}"
        )
        Tags.of(key).add("hospital", hospital)
        plan = apigateway.UsagePlan(
            self,
            f"Plan-{hospital}",
            description=f"Hospital systems of {hospital}",
            throttle=apigateway.ThrottleSettings(rate_limit=CLIENT_RATE, burst_limit=CLIENT_BURST),
            quota=apigateway.QuotaSettings(limit=CLIENT_REQUESTS_A_DAY, period=apigateway.Period.DAY),
            api_stages=[apigateway.UsagePlanPerApiStage(api=self.api, stage=self.api.deployment_stage)],
        )
        plan.add_api_key(key)
