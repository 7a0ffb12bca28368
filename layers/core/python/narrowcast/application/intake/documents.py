"""Bytes to a JSON document, strictly: what a lenient parser would let through is where two readers disagree."""

from __future__ import annotations

import json
from typing import NoReturn

from narrowcast.application.intake.outcome import UnreadableError
from narrowcast.application.intake.reasons import Reason

# Longer numerals mean nothing in a visit and cost quadratic time to convert.
_MAX_DIGITS = 18


def load(body: bytes, root: str) -> object:
    """Return the document; `root` is the path that a complaint about the whole of it carries.

    Only UTF-8 (with or without a byte order mark), no duplicate keys, no NaN or Infinity, no giant numerals.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(root, Reason.BAD_BYTES) from error
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse, parse_int=_integer, parse_float=_number
        )
    except _DuplicateKeyError as error:
        raise UnreadableError(root, Reason.DUPLICATE_KEY) from error
    except ValueError as error:
        raise UnreadableError(root, Reason.NOT_JSON) from error
    except RecursionError as error:
        raise UnreadableError(root, Reason.TOO_DEEP) from error


class _DuplicateKeyError(ValueError):
    """An object names a member twice."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateKeyError
    return members


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError("integer")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("number")
    return number
