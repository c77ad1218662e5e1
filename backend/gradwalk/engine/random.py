"""PyTorch's random numbers, from numpy's Mersenne Twister.

Facts (checked against PyTorch 2.13 CPU): the stream is MT19937 seeded as ``numpy.random.RandomState(seed)``. A 64-bit
draw
is two 32-bit draws, high word first. Below 16 elements ``randn`` is Box-Muller in double precision on pairs, the sine
kept
for the next call; from 16 elements on, uniforms fill the tensor and each block of 16 is transformed in place.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .device import CPU, device
from .dtypes import Array
from .fused import multiply_add
from .normal_floats import box_muller
from .written_in_c import WrittenInC, type_name

_FLOAT32_BITS, _FLOAT64_BITS = 24, 53


_ELSEWHERE = {
    "cuda": "Cannot get CUDA generator without ATen_cuda library. PyTorch splits its backend into two shared "
    "libraries: a CPU library and a CUDA library; this error has occurred because you are trying to use some CUDA "
    "functionality, but the CUDA library has not been loaded by the dynamic linker for some reason.  The CUDA library "
    "MUST be loaded, EVEN IF you don't directly use any symbols from the CUDA library! One common culprit is a lack of "
    "-Wl,--no-as-needed in your link arguments; many dynamic linkers will delete dynamic library dependencies if you "
    "don't depend on any of their symbols.  You can check if this has occurred by using ldd on your binary to see if "
    "there is a dependency on *_cuda.so library.",
    "mps": "Cannot execute getNewGenerator() without MPS backend.",
    "xpu": "Cannot get XPU generator without ATen_xpu library.",
    "hpu": "Backend doesn`t support getNewGenerator()",
    "xla": "Cannot get XLA generator without torch_xla library. This error has occurred because you are trying to use "
    "some XLA functionality, but the XLA library has not been loaded by the dynamic linker. You must load xla "
    "libraries by `import torch_xla`",
}


def _where(wanted: Any) -> Any:
    """The device of a generator. Raises RuntimeError for others than the CPU."""
    if wanted is not None and not isinstance(wanted, str | int | device):
        raise TypeError(f"Generator(): argument 'device' must be torch.device, not {type_name(wanted)}")
    found = CPU if wanted is None else device(wanted)
    if found.type != "cpu":
        raise RuntimeError(_ELSEWHERE.get(found.type, f"{found.type.upper()} device type not an accelerator."))
    return CPU


class Generator(metaclass=WrittenInC):
    """A source of random numbers, as ``torch.Generator`` on the CPU."""

    __module__ = "torch._C"
    _begun: np.random.RandomState | None

    device: device
    guard: ClassVar[Any] = None
    """What is asked before each draw of any generator's (``asked()``), while a function is mapped over a batch."""

    def __init__(self, device: Any = None) -> None:
        self.device = _where(device)
        self.manual_seed(DEFAULT_SEED)

    def manual_seed(self, seed: Any) -> Generator:
        """Start the stream of ``seed`` (its low 32 bits, as PyTorch's engine takes it; negative ones count back from
        2**64). Returns the generator. Raises ValueError past 64 bits."""
        if isinstance(seed, np.integer):
            raise TypeError("an integer is required")
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise RuntimeError(f"manual_seed expected a long, but got {type_name(seed)}")
        if not -(2**63) <= seed < 2**64:
            raise ValueError("Overflow when unpacking long long")
        self._seed = seed % 2**64
        self._begun = None
        self._kept_normal: float | None = None
        return self

    @property
    def _stream(self) -> np.random.RandomState:
        """What numbers are drawn from, made at the first: most programs draw none, and numpy's take long to load."""
        if self._begun is None:
            self._begun = np.random.RandomState(self._seed & 0xFFFFFFFF)
        return self._begun

    @_stream.setter
    def _stream(self, stream: np.random.RandomState) -> None:
        self._begun = stream

    def __repr__(self) -> str:
        return f"<torch._C.Generator object at {id(self):#x}>"

    def get_state(self) -> Any:
        """Where the stream stands, as a tensor of bytes that :meth:`set_state` takes back."""
        from .tensor import wrap

        _, words, position, _, _ = self._stream.get_state(legacy=True)
        kept = np.nan if self._kept_normal is None else self._kept_normal
        rest = np.array([position, kept, self._seed % 2**53], dtype=np.float64)
        state = np.zeros(_STATE_BYTES, dtype=np.uint8)
        content = np.frombuffer(np.asarray(words, dtype=np.uint32).tobytes() + rest.tobytes(), dtype=np.uint8)
        state[: content.size] = content
        return wrap(state)

    def set_state(self, new_state: Any) -> Generator:
        """Go back to where the stream stood. Raises RuntimeError for what is no such state."""
        array = getattr(new_state, "_array", None)
        if array is None or array.dtype != np.uint8 or array.size != _STATE_BYTES:
            raise RuntimeError("RNG state must be a torch.ByteTensor")
        words = np.frombuffer(array[: 624 * 4].tobytes(), dtype=np.uint32)
        position, kept, seed = np.frombuffer(array[624 * 4 : 624 * 4 + 24].tobytes(), dtype=np.float64)
        self._stream.set_state(("MT19937", words, int(position), 0, 0.0))
        self._kept_normal = None if np.isnan(kept) else float(kept)
        self._seed = int(seed)
        return self

    def initial_seed(self) -> int:
        """The seed the stream was started with."""
        return self._seed

    def seed(self) -> int:
        """Start a stream from entropy; returns its seed."""
        import random  # which takes long to load

        self.manual_seed(random.getrandbits(64))
        return self._seed

    def draw32(self, count: int) -> Array:
        """32-bit draws, shape (count,), dtype uint32."""
        if Generator.guard is not None:
            Generator.guard.asked()
        return self._stream.randint(0, 2**32, size=count, dtype=np.uint32)

    def draw64(self, count: int) -> Array:
        """64-bit draws, shape (count,), dtype uint64."""
        pairs = self.draw32(2 * count).astype(np.uint64).reshape(count, 2)
        return (pairs[:, 0] << np.uint64(32)) | pairs[:, 1]

    def uniform(self, count: int, dtype: np.dtype[np.floating]) -> Array:
        """Uniform in [0, 1), shape (count,)."""
        if dtype == np.float64:
            return (self.draw64(count) & np.uint64(2**_FLOAT64_BITS - 1)).astype(np.float64) * 2.0**-_FLOAT64_BITS
        bits = self.draw32(count) & np.uint32(2**_FLOAT32_BITS - 1)
        return (bits.astype(np.float32) * np.float32(2.0**-_FLOAT32_BITS)).astype(dtype)

    def normal(
        self, count: int, dtype: np.dtype[np.floating], mean: float = 0.0, std: float = 1.0, in_blocks: bool = True
    ) -> Array:
        """Normal numbers, shape (count,); ``in_blocks``: from 16 on they are made 16 at a time."""
        if count < _BLOCK or not in_blocks:
            numbers = np.array([self.one_normal() for _ in range(count)], dtype=np.float64)
            return multiply_add(numbers, std, mean).astype(dtype)
        if dtype.itemsize < np.dtype(np.float32).itemsize:
            return multiply_add(self._narrow_normal(count), std, mean).astype(dtype)
        numbers = self.uniform(count, dtype)
        whole = count - count % _BLOCK
        numbers[:whole] = _box_muller(numbers[:whole].reshape(-1, _BLOCK)).reshape(-1)
        if whole != count:
            numbers[-_BLOCK:] = _box_muller(self.uniform(_BLOCK, dtype))
        return numbers if (mean, std) == (0, 1) else multiply_add(numbers, std, mean)

    def _narrow_normal(self, count: int) -> Array:
        """Standard normal numbers for a dtype of 16 bits: each block is drawn when it is made."""
        single = np.dtype(np.float32)
        blocks = [_box_muller(self.uniform(_BLOCK, single)) for _ in range(-(-count // _BLOCK))]
        numbers = np.concatenate([*blocks[: count // _BLOCK], blocks[-1]])
        numbers[count - _BLOCK : count] = blocks[-1]
        return numbers[:count]

    def one_normal(self) -> float:
        """One standard normal number, of a pair of which the other is kept."""
        if self._kept_normal is not None and Generator.guard is None:
            kept, self._kept_normal = self._kept_normal, None
            return kept
        u1, u2 = self.uniform(2, np.dtype(np.float64))
        radius = np.sqrt(-2.0 * np.log1p(-u2))
        angle = 2.0 * np.pi * u1
        self._kept_normal = float(radius * np.sin(angle))
        return float(radius * np.cos(angle))

    def below(self, high: int, count: int) -> Array:
        """Integers in [0, high), shape (count,), dtype int64."""
        draws = self.draw64(count) if high >= 2**32 else self.draw32(count).astype(np.uint64)
        return (draws % np.uint64(high)).astype(np.int64)

    def permutation(self, n: int) -> Array:
        """0..n-1 shuffled from the front, dtype int64."""
        order = np.arange(n)
        draws = self.draw32(max(n - 1, 0))
        for i in range(n - 1):
            j = i + int(draws[i]) % (n - i)
            order[i], order[j] = order[j], order[i]
        return order


_BLOCK = 16
_STATE_BYTES = 5056
DEFAULT_SEED = 67280421310721  # c10's default_rng_seed_val


def _box_muller(blocks: Array) -> Array:
    """Normal numbers out of uniform ones, a block along the last dimension."""
    half = _BLOCK // 2
    if blocks.dtype == np.float32:
        return box_muller(blocks, half)
    one = blocks.dtype.type(1)
    radius = np.sqrt(blocks.dtype.type(-2) * np.log(one - blocks[..., :half]))
    angle = blocks.dtype.type(2 * np.pi) * blocks[..., half:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Seed the default generator."""
    return default_generator.manual_seed(int(seed))


def initial_seed() -> int:
    """The seed that the default generator was started with."""
    return default_generator.initial_seed()


def seed() -> int:
    """Start the default generator from entropy; returns its seed."""
    return default_generator.seed()


def get_rng_state() -> Any:
    """Where the default generator stands."""
    return default_generator.get_state()


def set_rng_state(new_state: Any) -> None:
    """Go back to where the default generator stood."""
    default_generator.set_state(new_state)
