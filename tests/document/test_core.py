"""The compiled reader of frames finds what Python finds, or leaves a frame to it; and reads what recorders send."""

from __future__ import annotations

import gc
import random
import sys
from typing import Any
from unittest import mock

import msgspec
import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from gradwalk.document import assemble, tables
from gradwalk.document.assemble import Assembler
from gradwalk.document.core import READER
from gradwalk.document.schema import Cell, Options, Outcome
from gradwalk.document.stream import LISTS
from gradwalk.document.tables import LISTS_READ, described
from gradwalk.runner import run
from tests.document.factory import frames, value
from tests.document.shaped import frame
from tests.document.test_structs import ODD, Loose, Tight, Trimmed
from tests.fuzzing import cases

pytestmark = pytest.mark.skipif(READER is None, reason="no core is compiled here")

LESSON = """
import torch
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(3, 40), torch.nn.Tanh(), torch.nn.Linear(40, 1))
best = torch.optim.SGD(net.parameters(), lr=1e-3)
x = torch.randn(50, 3)
def loss(x):
    return (net(x) ** 2).mean()
for step in range(2):
    best.zero_grad()
    y = loss(x)
    if y > 1e-9:
        y.backward()
    best.step()
z = (x * 1e-6).requires_grad_()
(z / 0).sum().backward(create_graph=True)
a = torch.ones(3)
a[0] += 1
print(a, {'a': "b"})
torch.stack([a, a], dim=1).t()
"""

SHORT = """
import torch
x = torch.ones(2, requires_grad=True)
for i in range(2):
    (x / 0).sum().backward()
"""


def sent(source: str) -> list[bytes]:
    """What the sandbox's child sends of a run."""
    found: list[bytes] = []

    def send(new: dict[str, Any]) -> int:
        found.append(orjson.dumps(new, option=orjson.OPT_SERIALIZE_NUMPY))
        return len(found[-1])

    run([{"source": source, "execution_count": None}], Options(max_elements=100).model_dump(), send)
    return found


def told(payloads: list[bytes], reader: Any) -> object:
    """All that comes of frames."""
    heard: list[object] = []
    with mock.patch.object(assemble, "READER", reader):
        parts = Assembler([Cell(source=""), Cell(source="")], Options(), taken=heard.append)
        for payload in payloads:
            parts.feed(payload)
        return parts.fault, heard, parts.written(Outcome(status="ok"))


def test_a_run_is_read_at_once_and_gives_what_python_makes_of_it() -> None:
    payloads = sent(LESSON)
    assert told(payloads, READER) == told(payloads, None)
    left = []

    class Watching:
        def read(self, payload: bytes, *known: Any) -> Any:
            assert READER is not None
            found = READER.read(payload, *known)
            left.append(found is None)
            return found

    told(payloads, Watching())
    assert len(left) == len(payloads)
    assert not any(left)


@cases(150)
@given(st.lists(frame(), min_size=1, max_size=3))
def test_frames_that_say_anything_come_to_the_same(say: list[dict[str, Any]]) -> None:
    payloads = [orjson.dumps(each) for each in [*frames()[:2], *say]]
    assert told(payloads, READER) == told(payloads, None)


@pytest.mark.parametrize("seed", range(4))
def test_frames_with_odd_tokens_and_letters_in_them_come_to_the_same(seed: int) -> None:
    chance = random.Random(seed)
    honest = sent(SHORT) if seed % 2 else [orjson.dumps(each) for each in frames()]
    for _ in range(150):
        at = chance.randrange(len(honest))
        payload = honest[at]
        begin = chance.randrange(len(payload))
        end = min(len(payload), begin + chance.choice([0, 0, 1, 1, 2, 5]))
        new = chance.choice([b"", *ODD, payload[end : end + 9], bytes([chance.choice(b'{}[],:"0-n\\')])])
        payloads = [*honest[:at], payload[:begin] + new + payload[end:], *honest[at + 1 :]]
        assert told(payloads, READER) == told(payloads, None), payloads[at]


def read_number(text: bytes) -> bytes | None:
    """A number as the reader writes it; None if it leaves it to Python."""
    assert READER is not None
    found = READER.read(b'{"values":[{"shape":[1],"dtype":"float32","data":[%b]}]}' % text, 1, 0, [])
    assert found is not None, "values are left to Python alone"
    row = found[0][LISTS.index("values")]
    return row[row.index(b'"data":[') + 8 : row.index(b'],"summary"')] if row else None


AS_TEXT = (
    st.floats(width=32).map(lambda x: orjson.dumps(np.float32(x), option=orjson.OPT_SERIALIZE_NUMPY))
    | st.floats().map(orjson.dumps)
    | st.floats().map(lambda x: repr(x).encode())
    | st.integers().map(lambda x: b"%d" % x)
    | st.tuples(st.integers(), st.integers(-30, 30)).map(lambda x: b"%de%d" % x)
    | st.text("0123456789.eE+-", min_size=1, max_size=20).map(str.encode)
    | st.from_regex(r"-?[0-9]{1,3}\.[0-9]{0,17}(e[+-]?[0-9]{1,3})?", fullmatch=True).map(str.encode)
)


@cases(2000)
@given(AS_TEXT)
def test_numbers_are_written_as_msgspec_writes_them(text: bytes) -> None:
    if (written := read_number(text)) is not None:
        assert written == msgspec.json.encode(msgspec.json.decode(text))


SENT = b'''0 -7 0.0 -0.0 0.1 1.5 100000.0 0.00001 0.0000012 1e-7 -1.5e-8 1e+16 1.5e+20 3.4028235e+38 0.1234567890123456
true false "NaN" "-Infinity"'''
UNSURE = b"""1.10 01 1. .5 1e5 1E-7 1e-07 1e-5 0.10e-7 -0 1e999 9999999999999999999 0.30000000000000005
9007199254740993.0 "nan" null +1 1e-400"""


@pytest.mark.parametrize("text", SENT.split())
def test_numbers_that_recorders_send_are_not_left_to_python(text: bytes) -> None:
    assert read_number(text) == msgspec.json.encode(msgspec.json.decode(text))


@pytest.mark.parametrize("text", UNSURE.split())
def test_numbers_that_may_be_written_otherwise_are_left_to_python(text: bytes) -> None:
    assert read_number(text) is None


def test_what_has_been_read_is_let_go() -> None:
    assert READER is not None
    payloads = [orjson.dumps(each) for each in frames()]
    bad = payloads[1].replace(b'"slot":1', b'"slot":7')

    def read() -> None:
        for payload in (*payloads, bad, orjson.dumps({"values": [value(1e-7, 0.1 + 0.2)] * 50})):
            READER.read(payload, 1, 0, [0])

    for _ in range(50):
        read()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(500):
        read()
    gc.collect()
    assert sys.getallocatedblocks() < before + 100


@pytest.mark.parametrize("model", [Tight, Trimmed, Loose])
def test_what_the_reader_could_not_check_is_an_error_when_it_is_described(model: type[BaseModel]) -> None:
    with pytest.raises((TypeError, ValueError), match=r"no struct can|the compiled reader cannot"):
        described(model)


def test_every_list_of_a_frame_is_known() -> None:
    assert [name for name, _ in LISTS_READ] == [b'"%b":' % name.encode() for name in (*LISTS, "outputs", "outcome")]
    assert len(tables.TARGETS) <= 16
