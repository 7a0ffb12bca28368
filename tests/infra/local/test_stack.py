"""A small template on the real emulator: deployed, fed from its stream, restarted, and seen when it breaks."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.local import assembly, processes, stack
from infra.local.clients import client
from infra.local.home import Home
from tests.support import toy_assembly
from tests.support.waiting import wait_until

pytestmark = pytest.mark.stack


@dataclass
class Toy:
    """The running toy: names written to its log end up among those its function has seen."""

    directory: Path
    endpoints: dict[str, Any]

    def client(self, service: str) -> Any:
        return client(service, self.endpoints["aws"])

    def write(self, *names: str) -> None:
        for name in names:
            self.client("dynamodb").put_item(TableName=self.name("EVENT_LOG_TABLE"), Item={"name": {"S": name}})

    def seen(self) -> set[str]:
        items = self.client("dynamodb").scan(TableName=self.name("READ_TABLE"))["Items"]
        return {item["greeting"]["S"] for item in items}

    def name(self, output: str) -> str:
        name: str = self.endpoints["stack"][output]
        return name


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], list[assembly.StackTemplate]]:
    outdir = toy_assembly.write(tmp_path_factory.mktemp("assembly") / "cdk.out")
    return lambda: assembly.stacks(outdir)


@pytest.fixture
def toy(tmp_path: Path, source: stack.Source) -> Iterator[Toy]:
    with stack.running_stack(tmp_path, source) as endpoints:
        yield Toy(tmp_path, endpoints)


def test_a_function_with_its_layer_is_fed_from_the_stream_and_poison_is_parked(toy: Toy) -> None:
    toy.write("a", "poison", "b")
    wait_until(lambda: toy.seen() == {"hello a", "hello b"})
    queue = toy.name("STREAM_DEAD_LETTER_QUEUE_URL")
    (letter,) = toy.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    assert json.loads(letter["Body"])["DDBStreamBatchInfo"]["batchSize"] == 1


def test_an_error_keeps_its_name(toy: Toy) -> None:
    event = {"Records": [{"dynamodb": {"Keys": {"name": {"S": "poison"}}}}]}
    answer = toy.client("lambda").invoke(FunctionName=toy.name("GREET_FUNCTION"), Payload=json.dumps(event).encode())
    assert json.load(answer["Payload"])["errorType"] == "BadRecordError"


def test_data_and_the_place_in_the_stream_survive_a_restart(toy: Toy, source: stack.Source) -> None:
    toy.write("before")
    wait_until(lambda: toy.seen() == {"hello before"})
    stack.down(toy.directory, say=lambda _: None)
    assert set(stack.status(toy.directory).values()) == {"stopped"}
    assert stack.up(toy.directory, say=lambda _: None, source=source) == toy.endpoints
    assert toy.seen() == {"hello before"}
    toy.write("after")
    wait_until(lambda: toy.seen() == {"hello before", "hello after"})


def test_what_a_stopped_pump_had_not_delivered_is_delivered_after_the_restart(toy: Toy, source: stack.Source) -> None:
    names = [f"patient-{number}" for number in range(60)]
    toy.write(*names)
    stack.down(toy.directory, say=lambda _: None)
    stack.up(toy.directory, say=lambda _: None, source=source)
    wait_until(lambda: toy.seen() == {f"hello {name}" for name in names})


def test_a_stack_that_is_up_and_unchanged_is_left_alone(toy: Toy, source: stack.Source) -> None:
    lines: list[str] = []
    stack.up(toy.directory, say=lines.append, source=source)
    assert [line for line in lines if "started" in line or line.endswith("deployed")] == []


def test_the_time_to_live_that_the_emulator_drops_is_set(toy: Toy) -> None:
    described = toy.client("dynamodb").describe_time_to_live(TableName=toy.name("READ_TABLE"))
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_the_address_of_the_search_server_reaches_the_template(toy: Toy) -> None:
    domain = toy.client("cloudformation").describe_stacks(StackName="ToyData")["Stacks"][0]["Outputs"]
    endpoint = next(output["OutputValue"] for output in domain if output["OutputKey"] == "SearchEndpoint")
    assert f"http://{endpoint}" == toy.endpoints["search"]


def test_a_component_that_died_is_seen_and_started_again(toy: Toy, source: stack.Source) -> None:
    pid = processes.running_pid(Home(toy.directory).processes, "pump")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: stack.status(toy.directory)["pump"] == "crashed")
    stack.up(toy.directory, say=lambda _: None, source=source)
    toy.write("a")
    wait_until(lambda: toy.seen() == {"hello a"})
