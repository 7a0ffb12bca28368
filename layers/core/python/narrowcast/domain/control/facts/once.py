"""A property that is worked out when it is first asked for, and then kept with its object.

As `functools.cached_property`, without the lock that one takes: a check runs in one thread, and what is kept depends
on the object alone, so that working it out twice would do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Kept = TypeVar("Kept")


class once(Generic[Kept]):  # noqa: N801 - reads as the decorator that it is
    """A method without arguments, read as an attribute and called no more than once for each object."""

    def __init__(self, made: Callable[[Any], Kept]) -> None:
        self.made, self.__doc__ = made, made.__doc__
        self.name = made.__name__

    @overload
    def __get__(self, owner: None, kind: type) -> once[Kept]: ...
    @overload
    def __get__(self, owner: object, kind: type) -> Kept: ...
    def __get__(self, owner: object | None, kind: type) -> Kept | once[Kept]:
        """Work it out and keep it where it is found from now on."""
        if owner is None:
            return self
        value = owner.__dict__[self.name] = self.made(owner)
        return value
