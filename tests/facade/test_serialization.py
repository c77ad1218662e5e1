"""``torch.save``: by path nothing is kept outside a run, and open files get what PyTorch writes or nothing."""

from __future__ import annotations

import io
import zipfile
from struct import pack
from typing import Any
from zlib import crc32

import pytest

from gradwalk.engine import kept
from gradwalk.facade.torch import complex64, contiguous_format, load, nn, ones, relu, save
from tests.recorder.tracing import trace_of


def test_outside_a_run_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_RUN", None)
    with pytest.raises(NotImplementedError, match=r"Gradwalk has no torch\.save outside a run"):
        save(ones(1), "a.pt")
    with pytest.raises(NotImplementedError, match=r"Gradwalk has no torch\.load outside a run"):
        load("a.pt")


@pytest.mark.parametrize("thing", [nn.Linear(1, 1), ones(1, dtype=complex64).conj(), contiguous_format, {"a": relu}])
def test_what_pytorch_writes_otherwise_is_not_written_to_open_files(thing: Any) -> None:
    file = io.BytesIO()
    with pytest.raises(NotImplementedError, match=r"Gradwalk has no torch\.save of this .* to an open file"):
        save(thing, file)
    assert file.getvalue() == b""


def test_what_is_no_archive_is_not_read() -> None:
    file = io.BytesIO()
    save(ones(1), file)
    file.seek(3)
    with pytest.raises(NotImplementedError, match=r"seek\(0\) goes back to its beginning"):
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
