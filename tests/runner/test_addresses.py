"""An address that a snippet shows is the same in every run, and as long as a true one."""

from __future__ import annotations

from gradwalk.runner.addresses import Addresses


def test_the_same_object_is_shown_as_the_same_and_another_as_another() -> None:
    steady = Addresses().steady
    first = steady("<A object at 0x7f68a076f8d0> <B object at 0x7f68a0000010>")
    assert first == "<A object at 0x7f0000000040> <B object at 0x7f0000000080>"
    assert steady("<A at 0x7f68a076f8d0>") == "<A at 0x7f0000000040>"


def test_numbers_that_are_no_addresses_stay() -> None:
    text = "hex(255) = 0xff, 0x7f68a076f8d0, at 0xff"
    assert Addresses().steady(text) == text
