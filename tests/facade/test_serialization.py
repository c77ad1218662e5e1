"""``torch.save``: files get what PyTorch writes or nothing, but for those of a run, which keeps objects."""

from __future__ import annotations

import io
import os
import pickle
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from struct import pack
from typing import Any
from zlib import crc32

import pytest

from gradwalk.engine import kept
from gradwalk.facade.torch import complex64, contiguous_format, distributions, load, nn, ones, relu, save
from gradwalk.facade.torch._archives.zipped import written
from gradwalk.runner.doors import files_of_run
from tests.recorder.tracing import trace_of


def test_outside_a_run_files_are_files(tmp_path: Path) -> None:
    file = tmp_path / "a.pt"
    save({"a": ones(2)}, file)
    assert zipfile.ZipFile(file).namelist()[0] == "a/data.pkl"
    assert load(file)["a"].tolist() == [1, 1]
    with pytest.raises(NotImplementedError, match=r"no torch\.save of this LazyLinear outside a run: save what state"):
        save(nn.LazyLinear(1), file)
    assert load(str(file))["a"].tolist() == [1, 1]
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "b.pt")
    with pytest.raises(RuntimeError, match=r"Parent directory .*/absent does not exist\."):
        save(ones(1), tmp_path / "absent" / "a.pt")


OTHERWISE: list[Callable[[], Any]] = [
    lambda: distributions.Bernoulli(ones(1)), lambda: nn.LazyLinear(1), lambda: ones(1, dtype=complex64).conj(),
    lambda: contiguous_format, lambda: {"a": relu},
]  # fmt: skip
"""Made when a test asks for it: from the first complex number on, nothing takes the engine's short way."""


@pytest.mark.parametrize("make", OTHERWISE)
def test_what_pytorch_writes_otherwise_is_not_written_to_open_files(make: Callable[[], Any]) -> None:
    thing, file = make(), io.BytesIO()
    with pytest.raises(NotImplementedError, match=r"Gradwalk has no torch\.save of this .* to an open file"):
        save(thing, file)
    assert file.getvalue() == b""


@pytest.mark.parametrize("make", OTHERWISE)
def test_what_pytorch_writes_otherwise_is_found_by_path_and_nobody_reads_its_bytes(
    make: Callable[[], Any],
) -> None:
    with kept.run_with(10**6, 10), files_of_run():
        thing = make()
        save(thing, "a.pt")
        found = load("a.pt", weights_only=False)
        assert repr(found) == repr(thing)
        assert os.path.isfile("a.pt")
        with pytest.raises(NotImplementedError, match=r"'a\.pt' is not written here as PyTorch would: torch\.load"):
            Path("a.pt").read_bytes()
        with pytest.raises(PermissionError, match="st_size is not known here"):
            os.path.getsize("a.pt")
        os.rename("a.pt", "b.pt")
        assert repr(load("b.pt", weights_only=False)) == repr(thing)
        with open("b.pt", "w") as file:
            file.write("other")
        assert os.path.getsize("b.pt") == 5


def test_what_cannot_be_named_is_itself_again() -> None:
    with kept.run_with(10**6, 10):
        x = ones(2, dtype=complex64)
        save([x.conj(), relu, relu, contiguous_format], "a.pt")
        conjugate, first, second, memory_format = load("a.pt", weights_only=False)
        assert (first, second, memory_format) == (relu, relu, contiguous_format)
        assert conjugate.tolist() == [1, 1]
        conjugate[0] = 5
        assert x.tolist() == [1, 1]


def test_files_of_pytorchs_first_years_are_refused() -> None:
    file = io.BytesIO(pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2))
    with pytest.raises(NotImplementedError, match="reads archives, not the files that PyTorch wrote before"):
        load(file)


def test_an_archive_cannot_have_a_tensor_beyond_its_memory() -> None:
    file = io.BytesIO()
    save(ones(3).view(3, 1), file)
    end = file.getvalue().index(b"K\x03K\x01\x86")  # the tuple (3, 1), its size
    tampered = file.getvalue()[:end] + b"K\x09" + file.getvalue()[end + 2 :]
    pickled = tampered[tampered.index(b"\x80\x02") : tampered.index(b"PK\7\x08")]
    tampered = tampered.replace(pack("<I", _sum_of(file.getvalue())), pack("<I", crc32(pickled)))
    with pytest.raises(RuntimeError, match="does not lie within its memory"):
        load(io.BytesIO(tampered))


def _sum_of(archive: bytes) -> int:
    return zipfile.ZipFile(io.BytesIO(archive)).getinfo("archive/data.pkl").CRC


def test_a_run_saves_to_a_buffer_and_its_trace_has_no_ops_of_that() -> None:
    source = """
import io, torch
net, buffer = torch.nn.Linear(2, 1), io.BytesIO()
torch.save(net.state_dict(), buffer)
buffer.seek(0)
print(net.load_state_dict(torch.load(buffer)))
"""
    trace = trace_of(source)
    assert "".join(output.text for output in trace.cells[0].outputs) == "<All keys matched successfully>\n"
    saving = trace_of(
        source.replace("torch.save(net.state_dict(), buffer)", "state = net.state_dict()")
        .replace("buffer.seek(0)", "")
        .replace("torch.load(buffer)", "state")
    )
    assert [op.name for op in trace.ops] == [op.name for op in saving.ops]


def test_the_next_run_finds_nothing_of_the_last() -> None:
    said = [
        "".join(output.text for output in trace_of(source).cells[0].outputs)
        for source in (
            "import torch\ntorch.save(torch.ones(1), 'a.pt')\nprint(torch.load('a.pt'))",
            "import torch\ntry: torch.load('a.pt')\nexcept FileNotFoundError as error: print(error)",
        )
    ]
    assert said == ["tensor([1.])\n", "[Errno 2] No such file or directory: 'a.pt'\n"]


def test_a_pickle_that_is_no_archive_calls_only_what_is_let_through(capsys: pytest.CaptureFixture[str]) -> None:
    sneaky = b"\x80\x02cbuiltins\nprint\nX\x08\x00\x00\x00EXECUTED\x85R."  # print('EXECUTED')
    for weights_only in (None, True):
        with pytest.raises(pickle.UnpicklingError, match=r"Unsupported global: GLOBAL print was not an allowed"):
            load(io.BytesIO(sneaky), weights_only=weights_only)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("named", ["this\ns", "tests.bench\nthing", "idlelib.run\nmain"])
def test_no_module_is_imported_because_a_file_names_it(named: str) -> None:
    pickled = f"\x80\x02c{named}\n.".encode("latin1")
    for file in (io.BytesIO(pickled), io.BytesIO(written(pickled, {}, "archive"))):
        before = set(sys.modules)
        with pytest.raises(pickle.UnpicklingError, match=r"Unsupported global: GLOBAL .* was not an allowed"):
            load(file)
        assert not {name.partition(".")[0] for name in set(sys.modules) - before} & {"this", "tests", "idlelib"}


@pytest.mark.parametrize("step", [b"}b", b"N}X\x07\x00\x00\x00__add__cbuiltins\nset\ns\x86b"])
def test_a_file_of_weights_changes_no_class(step: bytes) -> None:
    pickled = b"\x80\x02ctorch\nTensor\n" + step + b"."
    with pytest.raises(pickle.UnpicklingError, match="Can only build Tensor, Parameter"):
        load(io.BytesIO(written(pickled, {}, "archive")))
    assert ones(1) + 1 == 2


def test_codecs_are_not_for_a_file_to_choose() -> None:
    pickled = b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00aX\x05\x00\x00\x00rot13\x86R."
    with pytest.raises(pickle.UnpicklingError, match="not as rot13"):
        load(io.BytesIO(written(pickled, {}, "archive")))


def test_an_archive_cannot_have_a_memory_of_another_length() -> None:
    file = io.BytesIO()
    save(ones(3), file)
    pickled = zipfile.ZipFile(file).read("archive/data.pkl")
    with pytest.raises(RuntimeError, match=r"record size \(8 bytes\) does not match expected size \(12 bytes"):
        load(io.BytesIO(written(pickled, {"0": bytes(8)}, "archive")))
