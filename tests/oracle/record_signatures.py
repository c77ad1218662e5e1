"""Records the overloads that PyTorch's argument parsers were generated from. Run by hand.

`python -m tests.oracle.record_signatures SITE_PACKAGES`, with the directory in which a PyTorch is installed: the
generator that its build used (`torchgen`) lies there beside it, with the declarations of all native functions.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parents[2] / "backend" / "gradwalk" / "engine" / "surface" / "signatures.txt"

ELSEWHERE = re.compile(
    r"_|cudnn|mkldnn|miopen|fbgemm|quantize|q_|fake_quantize|sparse|sspaddmm|hspmm|nested|batch_norm_|cuda|rename|refine"
    r"|align_|to_mkldnn|to_padded|dequantize|int_repr|ccol_|crow_|col_ind|row_ind|is_coalesced|coalesce|indices"
    r"|values$|dense_dim|record_stream|retain_grad|names|vitals|stft|istft|.*_copy$|is_vulkan|fbgemm"
)
"""Names that a teacher of automatic differentiation on the CPU does not meet."""

BY_HAND = """\
torch range(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, ScalarType dtype=None, Layout layout=None, \
Device device=None, bool pin_memory=False, bool requires_grad=False)
torch tensor(PyObject* data, *, ScalarType dtype=None, Device? device=None, bool pin_memory=False, bool \
requires_grad=False)
torch as_tensor(PyObject* data, ScalarType dtype=None, Device? device=None)
torch numel(Tensor input)
torch nonzero(Tensor input, *, bool as_tuple=False, Tensor out=None)
Tensor nonzero()|deprecated
Tensor nonzero(*, bool as_tuple)
Tensor new_tensor(PyObject* data, *, ScalarType dtype=None, Device? device=None, bool requires_grad=False)
Tensor size(int64_t? dim=None)
Tensor stride(int64_t? dim=None)
Tensor item()
Tensor tolist()
Tensor numel()
Tensor nelement()
Tensor dim()
Tensor ndimension()
Tensor data_ptr()
Tensor element_size()
Tensor retain_grad()
Tensor detach()
Tensor detach_()
Tensor contiguous(*, MemoryFormat memory_format=None)
Tensor is_contiguous(*, MemoryFormat memory_format=None)
Tensor requires_grad_(bool requires_grad=True)
Tensor copy_(Tensor other, bool non_blocking=False)
Tensor copy_(Tensor other, bool async=False)|deprecated
Tensor to(Device device=None, ScalarType dtype=None, bool non_blocking=False, bool copy=False, *, MemoryFormat? \
memory_format=None)
Tensor to(ScalarType dtype, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None)
Tensor to(Tensor tensor, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None)
Tensor numpy(*, bool force=False)
Tensor cpu(*, MemoryFormat? memory_format=None)
Tensor float(*, MemoryFormat? memory_format=None)
Tensor double(*, MemoryFormat? memory_format=None)
Tensor half(*, MemoryFormat? memory_format=None)
Tensor bfloat16(*, MemoryFormat? memory_format=None)
Tensor int(*, MemoryFormat? memory_format=None)
Tensor long(*, MemoryFormat? memory_format=None)
Tensor short(*, MemoryFormat? memory_format=None)
Tensor char(*, MemoryFormat? memory_format=None)
Tensor byte(*, MemoryFormat? memory_format=None)
Tensor bool(*, MemoryFormat? memory_format=None)
Tensor type(PyObject* dtype=None, bool non_blocking=False, *, MemoryFormat? memory_format=None)
Tensor map_(Tensor other, PyObject* callable)
"""
"""Of the functions whose parsers PyTorch's authors wrote by hand: read off what they say when they fail."""


def main(site_packages: Path) -> None:
    by_hand = BY_HAND.splitlines()
    known = {_published(line) for line in by_hand} | set(_written_in_python(site_packages))
    lines = [*by_hand, *(line for line in _generated(site_packages) if _published(line) not in known)]
    TARGET.write_text("".join(f"{line}\n" for line in sorted(lines, key=_published)), encoding="utf-8")
    print(f"{TARGET.name}: {len(lines)} overloads, {TARGET.stat().st_size:,} bytes")


def _published(line: str) -> str:
    """Where an overload is published, and its name."""
    return line.partition("(")[0]


def _written_in_python(site_packages: Path) -> Iterator[str]:
    """What goes by the name of a native function and is a function in Python: its errors are Python's own."""
    functions = ast.parse((site_packages / "torch" / "functional.py").read_text(encoding="utf-8"))
    bodies = [functions.body, *(node.orelse for node in functions.body if isinstance(node, ast.If))]
    yield from (f"torch {node.name}" for body in bodies for node in body if isinstance(node, ast.FunctionDef))
    module = ast.parse((site_packages / "torch" / "_tensor.py").read_text(encoding="utf-8"))
    for node in module.body:
        if isinstance(node, ast.ClassDef) and node.name == "Tensor":
            yield from (f"Tensor {method.name}" for method in node.body if isinstance(method, ast.FunctionDef))


def _generated(site_packages: Path) -> Iterator[str]:
    """A line for each overload: where it is published, and its signature as PyTorch's parser reads it."""
    sys.path.append(str(site_packages))
    bindings = importlib.import_module("torchgen.packaged.autograd.gen_python_functions")
    declarations = importlib.import_module("torchgen.gen")
    packaged = site_packages / "torchgen" / "packaged"
    native = declarations.parse_native_yaml(
        str(packaged / "ATen/native/native_functions.yaml"), str(packaged / "ATen/native/tags.yaml")
    ).native_functions
    public = [f for f in native if bindings.should_generate_py_binding(f)]
    deprecated = packaged / "autograd/deprecated.yaml"
    methods = bindings.load_signatures(public, str(deprecated), method=True)
    functions = bindings.load_signatures(public, str(deprecated), method=False)
    places = (
        ("torch", functions, bindings.is_py_torch_function),
        ("Tensor", methods, bindings.is_py_variable_method),
        ("nn", functions, bindings.is_py_nn_function),
        ("linalg", functions, bindings.is_py_linalg_function),
        ("special", functions, bindings.is_py_special_function),
        ("fft", functions, bindings.is_py_fft_function),
    )
    for place, pairs, belongs in places:
        grouped = bindings.group_filter_overloads(pairs, belongs)
        for name in sorted((name for name in grouped if not ELSEWHERE.match(str(name))), key=str):
            for overload in bindings.group_overloads(grouped[name]):
                yield f"{place} {overload.signature.signature_str(symint=True)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
