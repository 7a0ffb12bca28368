"""The CDK app: `python -m infra.app` builds what runs and synthesizes both stacks, with or without the CDK's CLI."""

from __future__ import annotations

from aws_cdk import App, Environment

from infra.bundling import build_core_layer, build_embedding_layer, build_function, build_vendor_layer
from infra.routes import api_routes
from infra.settings import Settings, cdk_context
from infra.stacks.data import DataStack
from infra.stacks.functions import plans
from infra.stacks.service import Artefacts, ServiceStack

DATA, SERVICE = "NarrowcastData", "NarrowcastService"


def build_artefacts(settings: Settings) -> Artefacts:
    """Layers, functions and routes from the source tree."""
    functions = {name: build_function(name) for name in plans(settings)}
    return Artefacts(
        vendor=build_vendor_layer(),
        core=build_core_layer(),
        embedding=build_embedding_layer(),
        functions=functions,
        routes=api_routes(),
    )


def build_app(settings: Settings, artefacts: Artefacts, *, outdir: str | None = None) -> App:
    """Both stacks of one deployment; `outdir` defaults to CDK_OUTDIR."""
    app = App(analytics_reporting=False, context=cdk_context(), outdir=outdir)
    env = Environment(region=settings.region or None)
    data = DataStack(app, DATA, settings=settings, env=env)
    ServiceStack(app, SERVICE, settings=settings, data=data, artefacts=artefacts, env=env)
    return app


def main() -> None:
    """Synthesize what cdk.json describes."""
    settings = Settings.of(cdk_context()["narrowcast"])
    build_app(settings, build_artefacts(settings)).synth()


if __name__ == "__main__":
    main()
