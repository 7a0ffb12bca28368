"""What is worked out once stays with its object."""

from __future__ import annotations

from narrowcast.domain.control.facts.once import once


class _Counted:
    """Something that counts how often it is asked to work."""

    asked = 0

    @once
    def sum(self) -> int:
        """The sum."""
        self.asked += 1
        return 2 + 3


def test_it_is_worked_out_when_first_asked_for_and_then_kept() -> None:
    counted = _Counted()
    assert counted.asked == 0
    assert [counted.sum, counted.sum] == [5, 5]
    assert counted.asked == 1


def test_each_object_has_its_own() -> None:
    one, other = _Counted(), _Counted()
    assert one.sum == other.sum
    assert one.asked == other.asked == 1


def test_the_class_itself_tells_what_it_is() -> None:
    assert isinstance(_Counted.sum, once)
    assert _Counted.sum.__doc__ == "The sum."
