"""What one guide costs: the calls it makes, the units they use, and the money that is on AWS.

The same use cases as the functions call run here in one process against the emulator, each function with its own
composition, every request counted. The stream stands still meanwhile; the commits that would travel on it are taken
from the puts to the event log. A state machine that does nothing stands in for guide delivery, and each start that it
is asked for is carried out here.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from infra.local.clients import ACCOUNT, client
from infra.settings import Settings as DeploySettings
from infra.settings import cdk_context
from infra.stacks.functions import plans
from narrowcast.adapters.dynamodb.event_log import from_image
from narrowcast.application.guides import guide_id_of
from narrowcast.application.hospitals import profile_of
from narrowcast.application.intake import Accepted, read_message
from narrowcast.application.store import Actor
from narrowcast.contracts.codec import decode, timestamp
from narrowcast.contracts.commit import Commit
from narrowcast.runtime.bootstrap import Composition
from tests.bench import prices
from tests.bench.metering import Call, Meter
from tests.bench.site import HOSPITAL, Hospital, Site
from tests.bench.tables import Cell, Table, rounded

TIMED = 9
"""Guides over which the time of each function's run is taken, as a median."""

EXPRESS_SECONDS, EXPRESS_GB = 1.0, 64 / 1024
"""Assumed: how long one Express execution is billed, and the smallest memory that it is."""

OTHERS = {"search": "opensearch", "outbox": "hospital app"}
"""Servers that are asked without botocore, by their name in endpoints.json."""

FUNCTIONS = ("api", "dispatch_events", "project_events", "assemble_guide", "push_guide")


def run(site: Site) -> list[Table]:
    """Count the first guide of fresh processes, then one more: what is made once falls away."""
    site.stop_pump()
    line = Line(site)
    first, second = line.guide(0), line.guide(1)
    timed = [line.guide(2 + number) for number in range(TIMED)]
    taken = {name: median(each.seconds.get(name, 0.0) for each in timed) for name in FUNCTIONS}
    return [_by_operation(second, first), _by_function(second, taken), _money(second, taken)]


@dataclass(frozen=True)
class Counted:
    """One guide: its calls, how often each function ran, how many executions started, what the log got."""

    calls: tuple[Call, ...]
    invocations: Counter[str]
    executions: int
    commits: int
    events: int
    seconds: Mapping[str, float]

    @property
    def write_units(self) -> float:
        """The units of all writes."""
        return sum(call.write_units for call in self.calls)

    @property
    def read_units(self) -> float:
        """The units of all reads."""
        return sum(call.read_units for call in self.calls)


@dataclass
class Line:
    """The path of a guide through the functions, with this process in the place of all of them."""

    site: Site
    meter: Meter = field(default_factory=Meter)
    invocations: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @cached_property
    def functions(self) -> dict[str, Composition]:
        """A composition for each function, kept as in a process that stays warm."""
        machine = _idle_machine(self.site)
        return {name: self.site.composition(GUIDE_DELIVERY_ARN=machine) for name in FUNCTIONS}

    @cached_property
    def tables(self) -> dict[str, str]:
        """What each table is called here, by its deployed name."""
        values = self.site.settings.values
        return {value: name.removesuffix("_TABLE").lower() for name, value in values.items() if name.endswith("_TABLE")}

    @cached_property
    def servers(self) -> dict[str, str]:
        """Who answers at the addresses that are not the emulator's."""
        return {urlsplit(self.site.endpoints[name]).netloc: told for name, told in OTHERS.items()}

    def guide(self, number: int) -> Counted:
        """Take one visit from its message to its push and count."""
        self.meter.calls.clear()
        self.invocations.clear()
        self.seconds.clear()
        _ = self.functions  # made before anything is counted
        message = Hospital(4).visit(number)
        with self.meter.counting():
            visit_id, commits = self._accept(message)
            written, starts = self._follow(commits, visit_id)
        calls = tuple(map(self._named, self.meter.calls))
        events = sum(len(decode(commit)) for commit in written)
        return Counted(calls, Counter(self.invocations), starts, len(written), events, dict(self.seconds))

    def _named(self, call: Call) -> Call:
        return replace(
            call,
            table=self.tables.get(call.table, call.table),
            service=self.servers.get(call.service, call.service),
        )

    def _follow(self, commits: Iterable[Commit], visit_id: str) -> tuple[list[Commit], int]:
        """Give every commit to both consumers, carry out what they start, until nothing is left."""
        pending, written, starts = deque(commits), list[Commit](), 0
        while pending:
            commit = pending.popleft()
            written.append(commit)
            begun = len(self.meter.calls)
            pending += self._run("dispatch_events", partial(_dispatch, commit))
            started = sum(call.operation == "StartExecution" for call in self.meter.calls[begun:])
            self._run("project_events", partial(_project, commit))
            for _ in range(started):
                pending += self._deliver(visit_id)
            starts += started
        return written, starts

    def _deliver(self, visit_id: str) -> list[Commit]:
        """Do what one execution of guide delivery does."""
        actor = Actor("system:bench", correlation_id=visit_id)
        assembled = self._run("assemble_guide", lambda used: used.assembly.assemble(HOSPITAL, visit_id, actor))
        guide_id = guide_id_of(visit_id)
        return assembled + self._run("push_guide", lambda used: used.push_desk.request(HOSPITAL, guide_id, actor))

    def _accept(self, message: bytes) -> tuple[str, list[Commit]]:
        visits = list[str]()
        commits = self._run("api", lambda used: visits.append(_receive(used, message)))
        return visits[0], commits

    def _run(self, function: str, act: Callable[[Composition], object]) -> list[Commit]:
        """Let a function act; return what it committed, as the stream would bring it."""
        begun = len(self.meter.calls)
        self.invocations[function] += 1
        start = perf_counter()
        with self.meter.within(function):
            act(self.functions[function])
        self.seconds[function] += perf_counter() - start
        return [from_image(call.item) for call in self.meter.calls[begun:] if self._is_commit(call) and call.item]

    def _is_commit(self, call: Call) -> bool:
        return call.status == 200 and call.operation == "PutItem" and self.tables[call.table] == "event_log"


def _receive(used: Composition, message: bytes) -> str:
    """Do what POST /visits does."""
    profile_of(used.store, HOSPITAL)
    now = timestamp(used.store.clock.now())
    result = read_message(
        message, content_type="application/json", hospital=HOSPITAL, known_hospitals={HOSPITAL}, received_at=now
    )
    if not isinstance(result, Accepted):
        raise TypeError(f"the benchmark's own message was refused: {result}")
    return used.reception.accept(result.report, result.identity).visit_id


def _dispatch(commit: Commit, used: Composition) -> None:
    for envelope in decode(commit):
        used.dispatcher.dispatch(envelope)


def _project(commit: Commit, used: Composition) -> None:
    used.projector.project(commit.stream)


def _idle_machine(site: Site) -> str:
    definition = {"StartAt": "Idle", "States": {"Idle": {"Type": "Succeed"}}}
    made: dict[str, Any] = client("stepfunctions", site.endpoints["aws"]).create_state_machine(
        name="bench-idle",
        definition=json.dumps(definition),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/bench",
        type="EXPRESS",
    )
    return str(made["stateMachineArn"])


# --- tables -------------------------------------------------------------------------------------------------------


def _by_operation(second: Counted, first: Counted) -> Table:
    counted, once = Counter(map(_operation, second.calls)), Counter(map(_operation, first.calls))
    rows = [_row(place, [c for c in second.calls if _operation(c) == place]) for place in sorted(counted)]
    total = _row(("all", ""), second.calls)
    extra = ", ".join(f"{count} {' '.join(place)}" for place, count in sorted((once - counted).items()))
    return Table(
        title="cost, counted: the calls of one guide, from the visit to its push by the hospital's app",
        columns=("table or service: operation", "calls", "write units", "read units"),
        rows=(*rows, total),
        notes=(
            f"{second.commits} commits with {second.events} events; processes are warm.",
            f"Only the first time in a process: {extra or 'nothing'}.",
            "Units by our own calculator: 1 KB begun per write, 4 KB begun per strongly consistent read.",
        ),
    )


def _operation(call: Call) -> tuple[str, str]:
    return (call.table or call.service, call.operation)


def _row(place: tuple[str, str], calls: Iterable[Call]) -> tuple[Cell, ...]:
    of = list(calls)
    return (" ".join(place).strip(), len(of), sum(c.write_units for c in of), sum(c.read_units for c in of))


def _by_function(counted: Counted, taken: Mapping[str, float]) -> Table:
    rows = list[tuple[Cell, ...]]()
    for function in FUNCTIONS:
        calls = [call for call in counted.calls if call.function == function]
        runs = counted.invocations[function]
        rows.append((function, runs, *_row((function, ""), calls)[1:], rounded(1000 * taken[function] / runs)))
    return Table(
        title="cost, counted: the same calls by function",
        columns=("function", "runs", "calls", "write units", "read units", "ms a run"),
        rows=tuple(rows),
        notes=(
            f"Wall time against the emulator on this machine, median of {TIMED} guides: use cases and their calls,",
            "without the handler's frame and the start of a process.",
            "A consumer runs once per commit: batches, which the stream makes under load, need fewer runs.",
        ),
    )


def _money(counted: Counted, taken: Mapping[str, float]) -> Table:
    plan = plans(DeploySettings.of(cdk_context()["narrowcast"]))
    gigabyte_seconds = sum(plan[name].memory / 1024 * seconds for name, seconds in taken.items())
    parts: dict[str, tuple[float, str]] = {
        "DynamoDB writes": (counted.write_units * prices.WRITE_UNIT, "counted"),
        "DynamoDB reads": (counted.read_units * prices.READ_UNIT, "counted"),
        "API Gateway request": (prices.REST_API_REQUEST, "counted: 1"),
        "Lambda requests": (counted.invocations.total() * prices.LAMBDA_REQUEST, "counted"),
        "Lambda duration": (
            gigabyte_seconds * prices.LAMBDA_GB_SECOND,
            f"measured here: {1000 * sum(taken.values()):.0f} ms in all, at the memory of the template",
        ),
        "Step Functions Express requests": (counted.executions * prices.EXPRESS_REQUEST, "counted"),
        "Step Functions Express duration": (
            counted.executions * EXPRESS_SECONDS * EXPRESS_GB * prices.EXPRESS_GB_SECOND,
            f"assumed: {EXPRESS_SECONDS:.0f} s at 64 MB",
        ),
        "KMS": (sum(kms_price(call) for call in counted.calls), "counted"),
    }
    total = sum(dollars for dollars, _ in parts.values())
    return Table(
        title="cost, in money: US dollars per 1,000 guides at the price list of us-east-1",
        columns=("part", "$ per 1,000", "basis"),
        rows=(
            *((name, rounded(1000 * dollars), basis) for name, (dollars, basis) in parts.items()),
            ("all", rounded(1000 * total), ""),
        ),
        notes=(
            "Lambda's time is that of this machine and its emulator: another CPU and the latencies of AWS differ.",
            "Not in it: the push itself (the hospital's own app here; an SMS or mail has its price), the OpenSearch",
            "domain and storage (by the hour and GB), logs, table encryption by KMS (cached by DynamoDB), free tiers.",
            "The authorizer's answer is cached for its client; secrets are asked for once per process.",
        ),
    )


def kms_price(call: Call) -> float:
    """Return what a call of KMS costs; nothing for others."""
    if call.service != "kms":
        return 0
    return prices.KMS_ECC_REQUEST if call.operation in prices.KMS_ECC_OPERATIONS else prices.KMS_REQUEST
