"""`narrowcast recall …`: a fact is taken back, and how far those who were given it have been told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from narrowcast.application.recalls import Progress, Proof, RecallRegister, recall_id, start_recall, takes_back
from narrowcast.application.store import Actor, history
from narrowcast.application.streams import FACT, RECALL
from narrowcast.cli.assistant import hospital_of
from narrowcast.cli.common import NEGATIVE, OK, Arguments, UsageError, add_command, find, open_stack, tell
from narrowcast.runtime.bootstrap import Composition

OPERATOR = "operator"


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    begin = add_command(group, "start", "take a fact back: nothing that rests on it is shown any more", _start)
    begin.add_argument("fact_id")
    begin.add_argument("--reason", required=True, help="why, as staff will read it")
    status = add_command(
        group, "status", "how far recalls have come; with an ID, and the proof of whom it found", _status
    )
    status.add_argument("recall", nargs="?", default="", metavar="ID")
    for command in (begin, status):
        command.add_argument("--hospital", default="", metavar="CODE", help="needed where there is more than one")


def _start(arguments: Arguments) -> int:
    """Retire the fact unless it was taken back already; start the workflow of the newest recall, if it is not on."""
    composition = open_stack(arguments)
    hospital = find(composition, FACT.name, arguments.fact_id, arguments.hospital).hospital
    composition.facts.retire(hospital, arguments.fact_id, arguments.reason, OPERATOR, Actor("operator:recall"))
    recall = _newest(composition, hospital, arguments.fact_id)
    start_recall(composition.workflows, hospital, recall)
    tell(arguments, {"hospital": hospital, "recall": recall, "fact": arguments.fact_id}, [recall])
    return OK


def _newest(composition: Composition, hospital: str, fact_id: str) -> str:
    changes = history(composition.store.log, FACT.stream(hospital, fact_id))
    recalls = [recall_id(each) for each in changes if takes_back(each.event)]
    if not recalls:
        raise UsageError(f"{fact_id} was not taken back")
    return recalls[-1]


def _status(arguments: Arguments) -> int:
    """Print all recalls, or one with its proof; exit 1 if the proof does not hold."""
    composition = open_stack(arguments)
    register = RecallRegister(composition.store, composition.read)
    if not arguments.recall:
        recalls = register.all(hospital_of(composition, arguments.hospital))
        tell(arguments, {"recalls": [_document(each) for each in recalls]}, map(_line, recalls))
        return OK
    key = find(composition, RECALL.name, arguments.recall, arguments.hospital)
    progress, proof = register.one(key.hospital, key.key), register.prove(key.hospital, key.key)
    document = {**_document(progress), "proof": {**asdict(proof), "holds": proof.holds}}
    tell(arguments, document, [_line(progress), *_proof_lines(proof)])
    return OK if proof.holds else NEGATIVE


def _document(progress: Progress) -> dict[str, object]:
    return asdict(progress)


def _line(progress: Progress) -> str:
    carried = f"{len(progress.pieces)} pieces, {progress.guides} guides, {progress.patients} patients"
    became = f"{progress.told} told, {progress.pending} pending, {progress.held} held"
    return f"{progress.recall}  {progress.state}  {progress.risk}: {carried}: {became}"


def _proof_lines(proof: Proof) -> Iterator[str]:
    verdict = "equal" if proof.holds else "NOT equal"
    yield f"proof: {proof.recorded} recorded, {proof.scanned} by reading every event: {verdict} ({proof.digest[:16]})"
    yield from (f"missed: {guide}" for guide in proof.missed)
    yield from (f"beyond: {guide}" for guide in proof.beyond)
