"""`narrowcast patient …`: what a patient may ask of a hospital: to see her data, and to be forgotten."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrowcast.application.streams import GUIDE, VISIT
from narrowcast.cli.common import NEGATIVE, OK, Arguments, UsageError, add_command, open_stack, tell
from narrowcast.domain.vocabulary import ForgettingReason

if TYPE_CHECKING:
    import argparse

    from narrowcast.runtime.bootstrap import Composition

_PSEUDONYM = re.compile(r"p-[0-9a-f]{24}")
_REASONS = {name: reason for reason in ForgettingReason for name in (reason.value, reason.words)}
_OWNER_ONLY = 0o600


def add_commands(group: Any) -> None:
    """Declare the commands of the group."""
    forget = add_command(group, "forget", "destroy all that is personal of a patient, for good", _forget)
    _name_patient(forget)
    forget.add_argument("--reason", required=True, help="; ".join(f"{r.value} ({r.words})" for r in ForgettingReason))
    forget.add_argument("--ticket", default="", help="where the request stands in the hospital, such as DSR-104")
    export = add_command(group, "export", "give a patient's own data in a readable form", _export)
    _name_patient(export)
    export.add_argument("--out", type=Path, metavar="FILE", help="a file that only its owner may read")


def _name_patient(command: argparse.ArgumentParser) -> None:
    command.add_argument("patient", nargs="?", default="", metavar="ID", help="the pseudonym, p-…")
    command.add_argument("--number", default="", help="the hospital's own number instead; - reads it from the input")
    command.add_argument("--hospital", default="")


# --- who is meant ---------------------------------------------------------------------------------------------------


def _find(composition: Composition, arguments: Arguments) -> tuple[str, str]:
    """Return hospital and pseudonym; UsageError, which never repeats a number, if it is not one patient's."""
    patient = _pseudonym(composition, arguments)
    known = composition.patient_files.streams(patient)
    found = [each for each in known if arguments.hospital in ("", each)]
    if len(found) != 1:
        at = f" at {', '.join(found)}; name the --hospital" if found else ""
        message = f"{len(found)} patients have the id {patient}{at}"
        raise UsageError(message)
    return found[0], patient


def _pseudonym(composition: Composition, arguments: Arguments) -> str:
    if bool(arguments.patient) == bool(arguments.number):
        message = "name the patient by ID or by --number"
        raise UsageError(message)
    if arguments.number:
        if not arguments.hospital:
            message = "a --number needs the --hospital that gave it"
            raise UsageError(message)
        number = sys.stdin.readline().strip() if arguments.number == "-" else arguments.number
        return composition.pseudonyms.patient(arguments.hospital, number)
    if not _PSEUDONYM.fullmatch(arguments.patient):
        message = "the ID is not a pseudonym (p-…); for the hospital's own number use --number"
        raise UsageError(message)
    pseudonym: str = arguments.patient
    return pseudonym


# --- forgetting -----------------------------------------------------------------------------------------------------


def _forget(arguments: Arguments) -> int:
    from narrowcast.application.store import Actor

    reason = _REASONS.get(arguments.reason)
    if reason is None:
        message = f"--reason is one of {', '.join(f'{r.value} ({r.words})' for r in ForgettingReason)}"
        raise UsageError(message)
    composition = open_stack(arguments)
    hospital, patient = _find(composition, arguments)
    new, erased = composition.forgetting.forget(
        hospital, patient, reason=reason, ticket=arguments.ticket, actor=Actor("operator:cli")
    )
    report = _forgotten(composition, hospital, patient) | {"new": new, "destroyed": asdict(erased) | {"key": True}}
    tell(arguments, report, _forgotten_in_words(report))
    return OK


def _forgotten(composition: Composition, hospital: str, patient: str) -> dict[str, Any]:
    """Return how the patient was forgotten, and what stays under her pseudonym."""
    event = composition.patient_files.forgotten(hospital, patient)
    keys = composition.patient_files.streams(patient).get(hospital, [])
    told = {"at": event.recorded_at, "reason": event.event.reason, "ticket": event.event.ticket} if event else {}
    kept = {f"{name}s": sum(key.aggregate == name for key in keys) for name in (VISIT.name, GUIDE.name)}
    return {"hospital": hospital, "patient": patient, "forgotten": told, "kept": kept}


def _forgotten_in_words(report: Mapping[str, Any]) -> Iterator[str]:
    told, destroyed, kept = report["forgotten"], report["destroyed"], report["kept"]
    since = "" if report["new"] else " (recorded before)"
    yield f"{report['patient']} at {report['hospital']}: forgotten {told['at']}, {told['reason']}{since}"
    contact = "contact, " if destroyed["contact"] else ""
    yield f"destroyed: data key, {contact}{destroyed['refused']} refused messages"
    yield f"kept without a person: {kept['visits']} visits, {kept['guides']} guides (codes, for chain and statistics)"


# --- export ---------------------------------------------------------------------------------------------------------


def _export(arguments: Arguments) -> int:
    from narrowcast.application.patients import PatientIsForgotten
    from narrowcast.cli.patient_words import in_words

    composition = open_stack(arguments)
    hospital, patient = _find(composition, arguments)
    try:
        file = composition.patient_files.open(hospital, patient)
    except PatientIsForgotten as refusal:
        tell(arguments, _forgotten(composition, hospital, patient), [refusal.message])
        return NEGATIVE
    text = json.dumps(asdict(file), ensure_ascii=False) if arguments.json else "\n".join(in_words(file))
    if arguments.out:
        _write(arguments.out, text)
        tell(arguments, {"file": str(arguments.out)}, [str(arguments.out)])
    else:
        print(text)
    return OK


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner may read, also in place of one that others could."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w", encoding="utf-8") as file:
        file.write(text + "\n")
