"""What one question costs and how long its answer takes: the assistant against the embedded stack, in this process.

The use case of the API's function is called as the function calls it, every request counted; HTTP, the gateway and the
consumers of the stream are not in it.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from narrowcast.domain.conversation import Kind
from narrowcast.runtime.bootstrap import Composition
from tests.bench import prices
from tests.bench.bench_cost import kms_price
from tests.bench.metering import Call, Meter
from tests.bench.site import HOSPITAL, Site
from tests.bench.tables import Cell, Table, percentile, rounded

ROUNDS = 25
QUESTIONS = (
    "二甲双胍饭前吃还是饭后吃",
    "高血压有什么危害",
    "糖化血红蛋白多久查一次",
    "低血糖了怎么办",
    "二甲双胍和头孢能一起吃吗",
    "我能不能把二甲双胍加到三片",
    "我爸突然嘴歪了，说话不清楚，左手抬不起来",
    "帮我写一首关于春天的诗",
)
"""Half of them are answered; the others are unsure, handed over, an emergency and declined."""


@dataclass
class Asked:
    """Times (seconds) by what a question led to, and the calls of one round."""

    seconds: dict[Kind, list[float]] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()

    @property
    def all_seconds(self) -> list[float]:
        """The time of every question."""
        return [each for times in self.seconds.values() for each in times]


def run(site: Site) -> list[Table]:
    """Ask a warm process; then count one round."""
    used = site.composition()
    _round(used, Asked())
    asked = Asked()
    for _ in range(ROUNDS):
        _round(used, asked)
    meter = Meter()
    with meter.counting():
        _round(used, Asked())
    asked.calls = tuple(meter.calls)
    return [_times(asked), _money(asked)]


def _round(used: Composition, asked: Asked) -> None:
    for question in QUESTIONS:
        conversation = used.assistant.open(HOSPITAL, channel="bench")
        begun = time.perf_counter()
        reply = used.assistant.ask(HOSPITAL, conversation, question)
        asked.seconds.setdefault(reply.kind, []).append(time.perf_counter() - begun)


def _times(asked: Asked) -> Table:
    rows = [(kind.value, len(times), *_spread(times)) for kind, times in sorted(asked.seconds.items())]
    everything = asked.all_seconds
    return Table(
        title="assistant, measured: from question to answer, one process on the embedded stack (seconds)",
        columns=("kind", "questions", "p50", "p99", "max"),
        rows=(*rows, ("all", len(everything), *_spread(everything))),
        notes=(f"{rounded(len(everything) / sum(everything))} questions per second, one after the other.",),
    )


def _spread(seconds: list[float]) -> tuple[Cell, ...]:
    return rounded(percentile(seconds, 50)), rounded(percentile(seconds, 99)), rounded(max(seconds))


def _money(asked: Asked) -> Table:
    calls, questions = asked.calls, len(QUESTIONS)
    services = Counter(call.table or call.service for call in calls)
    parts = {
        "DynamoDB writes": sum(call.write_units for call in calls) * prices.WRITE_UNIT,
        "DynamoDB reads": sum(call.read_units for call in calls) * prices.READ_UNIT,
        "KMS": sum(map(kms_price, calls)),
        "API Gateway and Lambda requests": questions * (prices.REST_API_REQUEST + prices.LAMBDA_REQUEST),
        "Lambda duration (measured mean, 1 GB)": sum(asked.all_seconds)
        / len(asked.all_seconds)
        * questions
        * prices.LAMBDA_GB_SECOND,
    }
    told = ((name, rounded(1000 * dollars / questions)) for name, dollars in parts.items())
    return Table(
        title="assistant, in money: US dollars per 1,000 questions at the price list of us-east-1",
        columns=("part", "$ per 1,000"),
        rows=(*told, ("all", rounded(1000 * sum(parts.values()) / questions))),
        notes=(
            f"{rounded(len(calls) / questions)} calls per question, opening its conversation included.",
            f"By service: {', '.join(f'{name} {count}' for name, count in services.most_common())} in {questions}.",
            "Not in it: OpenSearch (by the hour), the consumers of the stream, a model where one is configured.",
        ),
    )
