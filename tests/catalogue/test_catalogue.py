"""The catalogue says what there is: nothing that fails when it is used, nothing left out."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from gradwalk.catalogue import catalogue
from gradwalk.engine import OPS


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    return catalogue()


def test_every_op_is_listed_with_a_vjp_for_each_operand_that_a_gradient_passes_to(listed: dict[str, Any]) -> None:
    assert {op["name"] for op in listed["ops"]} == set(OPS)
    for op in listed["ops"]:
        assert [vjp["argument"] for vjp in op["vjps"]] == list(OPS[op["name"]].vjps)


def test_product_rule_is_listed(listed: dict[str, Any]) -> None:
    [mul] = [op for op in listed["ops"] if op["name"] == "mul"]
    assert (mul["operands"], mul["grad_fn"]) == (["self", "other"], "MulBackward0")
    assert {vjp["argument"]: vjp["formula"]["text"] for vjp in mul["vjps"]} == {
        "self": "grad * other",
        "other": "grad * self",
    }


def test_every_listed_name_is_there(listed: dict[str, Any]) -> None:
    torch = importlib.import_module("torch")
    for owner, names in listed["names"].items():
        holder = torch.Tensor if owner == "torch.Tensor" else importlib.import_module(owner)
        assert [name for name in names if not hasattr(holder, name)] == []


def test_names_that_every_lesson_uses_are_listed(listed: dict[str, Any]) -> None:
    assert {"arange", "tensor", "no_grad", "manual_seed"} <= set(listed["names"]["torch"])
    assert {"backward", "detach", "grad", "requires_grad_"} <= set(listed["names"]["torch.Tensor"])
    assert {"Linear", "Sequential", "Module"} <= set(listed["names"]["torch.nn"])
