"""Formulas are set as mathematics, from the text that runs."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradwalk.engine import OPS
from gradwalk.formula import mathml_document, plain, typeset
from gradwalk.formula.boxes import Name


@pytest.mark.parametrize(
    ("formula", "params", "latex"),
    [
        ("grad * other", {}, r"\overline{\mathrm{result}} \cdot \mathrm{other}"),
        ("grad / (2 * result)", {}, r"\frac{\overline{\mathrm{result}}}{2 \cdot \mathrm{result}}"),
        ("x - (y - z)", {}, r"x - \left( y - z \right)"),
        ("(x + y) * z", {}, r"\left( x + y \right) \cdot z"),
        ("-x * y", {}, r"- x \cdot y"),
        ("(x / y) ** 2", {}, r"{\left( \frac{x}{y} \right)}^{2}"),
        ("scaled(x, alpha)", {"alpha": 1}, "x"),
        ("scaled(x, alpha)", {"alpha": 2}, r"2 \cdot x"),
        ("power_slope(x, exponent)", {"exponent": 3}, r"3 \cdot {x}^{2}"),
        ("power_slope(x, exponent)", {"exponent": 2}, r"2 \cdot x"),
        ("power_slope(x, exponent)", {"exponent": 1}, "1"),
        ("power_slope(x, exponent)", {"exponent": 0}, "0"),
        ("mm(x, t(y))", {}, r"x \, {y}^{\top}"),
        ("zero_where(x, y <= 0)", {}, r"x \cdot \left[ y > 0 \right]"),
        ("sqrt(x)", {}, r"\sqrt{x}"),
        ("-x[index]", {"index": 1}, r"- x \left[ 1 \right]"),
        ("x[index]", {"index": 1, "dim": 1}, r"x \left[  :  , 1 \right]"),
        ("x[start:end]", {"start": 0, "end": 2, "dim": -2}, r"x \left[ … , 0 : 2 ,  :  \right]"),
        ("x + y == 2 * z", {}, r"x + y == 2 \cdot z"),  # a test that may fail, no equation
    ],
)
def test_formula_as_latex(formula: str, params: dict[str, float], latex: str) -> None:
    assert typeset(formula, params).latex() == latex


@pytest.mark.parametrize(
    ("formula", "params", "latex"),
    [
        (
            "clamp_backward(grad, x, min, max)",
            {"min": 0, "max": None},
            r"\overline{\mathrm{result}} \cdot \left[ 0 \le x \right]",
        ),
        (
            "clamp_backward(grad, x, min, max)",
            {"min": 0, "max": 6},
            r"\overline{\mathrm{result}} \cdot \left[ 0 \le x \le 6 \right]",
        ),
        ("atanh_backward(grad, x)", {}, r"\frac{\overline{\mathrm{result}}}{1 - {x}^{2}}"),
        ("scaled_always(x, 3)", {}, r"3 \cdot x"),
        ("svd_backward(grads, U, S, Vh)", {}, r"{J}^{\top} \, \overline{\mathrm{result}}"),
    ],
)
def test_helper_is_set_as_what_it_means(formula: str, params: dict[str, float | None], latex: str) -> None:
    assert typeset(formula, params).latex() == latex


@pytest.mark.parametrize(
    ("formula", "params", "text"),
    [
        ("grad * other", {}, "grad * other"),
        ("scaled(-grad, alpha)", {"alpha": 1}, "-grad"),
        ("scaled(grad, alpha)", {"alpha": 3}, "3 * grad"),
        ("grad * power_slope(self, exponent)", {"exponent": 2}, "grad * (2 * self)"),
        ("zeros_of(grad)", {}, "0"),
        ("threshold_backward(grad, result)", {}, "grad * (result > 0)"),
        ("clamp_backward(grad, self, min, max)", {"min": 0, "max": 1}, "grad * (0 <= self <= 1)"),
        ("zero_where(grad, mask)", {}, "grad * ~mask"),
        ("silu_backward(grad, self)", {}, "grad * sigmoid(self) * (1 + self * (1 - sigmoid(self)))"),
    ],
)
def test_formula_as_a_line_of_text(formula: str, params: dict[str, float], text: str) -> None:
    assert plain(formula, params) == text


def test_what_is_small_and_slanted_in_latex_is_one_mi_in_mathml() -> None:
    assert "<mi>other</mi>" in mathml_document(typeset("grad * other"))


@pytest.mark.parametrize("name", sorted(OPS))
def test_every_formula_of_every_op_can_be_typeset(name: str) -> None:
    op = OPS[name]
    texts = [formula.text for formula in op.vjps.values()]
    if op.forward_text is not None:
        texts.append(op.forward_text)
    for text in texts:
        box = typeset(text, op.params)
        assert "scaled(" not in plain(text, op.params)
        assert "zeros_of(" not in plain(text, op.params)
        assert box.latex().count("{") == box.latex().count("}")
        ElementTree.fromstring(mathml_document(box))  # well-formed


def test_text_in_names_cannot_become_markup() -> None:
    assert "<script>" not in mathml_document(Name("<script>"))


def test_formula_that_nothing_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing says how to typeset"):
        typeset("x if y else z")


def test_the_page_knows_all_that_formulas_are_made_of() -> None:
    page = (Path(__file__).parents[2] / "frontend" / "src" / "graph" / "mathml.ts").read_text(encoding="utf-8")
    elements, attributes = (
        set(re.findall(r'"(\w+)"', found)) for found in re.findall(r"const (?:ELEMENTS|ATTRIBUTES) = \[(.*?)\]", page)
    )
    texts = ["grad", *(text for op in OPS.values() if (text := op.forward_text) is not None)]
    written = "".join(mathml_document(typeset(text)) for text in texts)
    assert set(re.findall(r"<(\w+)", written)) == elements
    assert set(re.findall(r' (\w+)="', written)) - {"xmlns"} == attributes
