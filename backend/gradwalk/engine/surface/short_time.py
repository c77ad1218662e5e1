"""``torch.stft`` and ``torch.istft``: Fourier transforms of stretches of a signal, and the signal from them again."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..errors import bracketed
from ..functions.fourier import BY_COUNT, BY_ROOT, NONE
from ..observe import observer
from ..op import OPS
from ..ops._words import label
from ..tensor import Tensor, wrap
from ..warn import warn, warn_once
from .complexes import about_to_be_complex, resolve_conj
from .parts import narrow
from .registry import METHODS, must_be_tensor, public
from .rings import padded_around
from .strides import as_strided

_FILE = "(Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/SpectralOps.cpp:{})"
_RECTANGULAR = (
    "A window was not provided. A rectangular window will be applied,which is known to cause spectral leakage. Other "
    "windows such as torch.hann_window or torch.hamming_window are recommended to reduce spectral leakage.To suppress "
    "this warning and use a rectangular window, explicitly set `window=torch.ones(n_fft, device=<device>)`. "
    + _FILE.format("835.")
)
_IN_PARTS = (
    "stft with return_complex=False is deprecated. In a future pytorch release, stft will return complex tensors for "
    "all inputs, and return_complex=False will raise an error.\nNote: you can still call torch.view_as_real on the "
    "complex output to recover the old return format. " + _FILE.format("874.")
)
_SHORT = (
    "The length of signal is shorter than the length parameter. Result is being padded with zeros in the tail. Please "
    "check your center and hop_length settings. "
)
_UNKNOWN_WINDOW = (
    "A window was not provided. A rectangular window will be applied.Please provide the same window used by stft to "
    "make the inversion lossless.To suppress this warning and use a rectangular window, explicitly set "
    "`window=torch.ones(n_fft, device=<device>)`. " + _FILE.format("1035.")
)
_ONE_SIDED = "Cannot have onesided output if window or input is complex"


def _shown(value: Any) -> str:
    return "None" if value is None else str(int(value))


def _window_shown(window: Tensor | None) -> str:
    return "None" if window is None else f"torch.{window.dtype.legacy_name}{{{bracketed(window.shape)}}}"


def _is_complex(x: Tensor | None) -> bool:
    return x is not None and x._array.dtype.kind == "c"


def _centred(x: Tensor, count: int, mode: str) -> Tensor:
    """The signals with as many numbers more at both ends, one after the other."""
    whole = OPS["view"](x, size=(*(1,) * (3 - x.ndim), *x.shape))
    if mode == "constant":
        whole = OPS["constant_pad_nd"](whole, pad=(count, count), value=0)
    elif mode == "circular":
        whole = padded_around(whole, (count, count))
    elif mode not in ("reflect", "replicate"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    else:
        if whole._array.dtype.kind == "b":
            raise NotImplementedError(f"\"{mode[:7]}ion_pad1d\" not implemented for 'Bool'")
        if not whole.numel():
            raise RuntimeError(
                "Expected 2D or 3D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for "
                f"input, but got: {bracketed(whole.shape)}"
            )
        if mode == "reflect" and count >= whole.shape[-1] > 0:
            raise RuntimeError(
                "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding "
                f"({count}, {count}) at dimension 2 of input {list(whole.shape)}"
            )
        whole = OPS[f"{mode}_pad1d"](whole, padding=(count, count), mode=mode)
    return OPS["view"](whole, size=tuple(whole.shape[-x.ndim :]))


@public()
def stft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Tensor:
    """The transforms of stretches of a signal (..., L), each times a window: shape (..., frequencies, stretches)."""
    x = must_be_tensor("stft", "input", 1, input)
    if center and align_to_window is not None:
        raise RuntimeError("stft align_to_window should only be set when center = false")
    if center:
        x = _centred(x, n_fft // 2, pad_mode)
    hop = n_fft // 4 if hop_length is None else hop_length
    length = n_fft if win_length is None else win_length
    if window is None:
        warn_once(_RECTANGULAR)
    _check_stft(x, n_fft, hop, length, window, normalized, onesided, return_complex, align_to_window)
    about_to_be_complex(x)
    whole = _is_complex(x) or _is_complex(window)
    if onesided is None:
        onesided = not whole
    if onesided and whole:
        raise RuntimeError(_ONE_SIDED)
    vector = x.ndim == 1
    x = OPS["unsqueeze"](x, dim=0) if vector else x
    if align_to_window:
        x = OPS["constant_pad_nd"](x, pad=((n_fft - length) // 2,) * 2, value=0)
    window = _as_long(window, length, n_fft, x)
    count = 1 + (x.shape[1] - n_fft) // hop
    first, second = x.stride()
    x = as_strided(x, (x.shape[0], count, n_fft), (first, hop * second, second))
    if window is not None:
        x = OPS["mul"](x, window)
    normalization = BY_ROOT if normalized else NONE
    if _is_complex(x):
        found = OPS["fft_c2c"](x, dim=(2,), normalization=normalization, forward=True)
    else:
        found = OPS["fft_r2c"](x, dim=(2,), normalization=normalization, onesided=onesided)
    found = OPS["transpose_.fresh"](found, dim0=1, dim1=2)
    found = OPS["squeeze_.dim"](found, dim=0) if vector else found
    observer().about_to_change()
    found._storage.version = 1 + vector  # PyTorch changes the shape of one tensor in place
    return found if return_complex or (return_complex is None and whole) else OPS["view_as_real"](found)


def _as_long(window: Tensor | None, length: int, n_fft: int, x: Tensor) -> Tensor | None:
    """The window in the middle of as many zeros as there are points; None for ones."""
    if length == n_fft:
        return window
    like = x if window is None else window
    whole = wrap(np.zeros(n_fft, like._array.dtype))
    middle = narrow(whole, 0, (n_fft - length) // 2, length)
    METHODS["fill_"](middle, 1) if window is None else METHODS["copy_"](middle, window)
    return whole


def _check_stft(
    x: Tensor,
    n_fft: int,
    hop: int,
    length: int,
    window: Tensor | None,
    normalized: bool,
    onesided: bool | None,
    return_complex: bool | None,
    align_to_window: bool | None,
) -> None:
    if return_complex is None and not (_is_complex(x) or _is_complex(window)):
        raise RuntimeError(
            "stft requires the return_complex parameter be given for real inputs, and will further require that "
            "return_complex=True in a future PyTorch release."
        )
    call = (
        f"stft(torch.{x.dtype.legacy_name}{bracketed(x.shape)}, n_fft={n_fft}, hop_length={hop}, win_length={length}, "
        f"window={_window_shown(window)}, normalized={int(normalized)}, onesided={_shown(onesided)}, "
        f"return_complex={_shown(return_complex)}, align_to_window={_shown(align_to_window)}) : expected"
    )
    if x.dtype.category < dtypes.FLOATING:
        raise RuntimeError(f"{call} a tensor of floating point or complex values")
    if x.ndim not in (1, 2):
        raise RuntimeError(f"{call} a 1D or 2D tensor")
    if not 0 < n_fft <= x.shape[-1]:
        raise RuntimeError(f"{call} 0 < n_fft < {x.shape[-1]}, but got n_fft={n_fft}")
    if hop <= 0:
        raise RuntimeError(f"{call} hop_length > 0, but got hop_length={hop}")
    if not 0 < length <= n_fft:
        raise RuntimeError(f"{call} 0 < win_length <= n_fft, but got win_length={length}")
    if window is not None and tuple(window.shape) != (length,):
        raise RuntimeError(
            f"{call} a 1D window tensor of size equal to win_length={length}, but got window with size "
            f"{bracketed(window.shape)}"
        )
    if return_complex is False:
        warn_once(_IN_PARTS)


@public()
def istft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Tensor:
    """The signal whose :func:`stft` is nearest to the input. Raises RuntimeError where windows leave gaps."""
    x = must_be_tensor("istft", "input", 1, input)
    if not _is_complex(x):
        raise RuntimeError(
            "istft requires a complex-valued input tensor matching the output from stft with return_complex=True."
        )
    if window is None:
        warn_once(_UNKNOWN_WINDOW)
    hop = n_fft // 4 if hop_length is None else hop_length
    width = n_fft if win_length is None else win_length
    call = _check_istft(x, n_fft, hop, width, window, center, normalized, onesided, length, return_complex)
    half = x.shape[-2] != n_fft if onesided is None else onesided
    if half and return_complex:
        raise RuntimeError(_ONE_SIDED)
    if _is_complex(window) and not return_complex:
        raise RuntimeError("Complex windows are incompatible with return_complex=False")
    x = OPS["view_as_real"](resolve_conj(x))
    single = x.ndim == 3
    x = OPS["unsqueeze"](x, dim=0) if single else x
    x = OPS["view_as_complex"](OPS["transpose"](x, dim0=1, dim1=2))
    count = x.shape[1]
    shape = wrap(np.ones(width, x._array.real.dtype)) if window is None else window
    if width != n_fft:
        before = (n_fft - width) // 2
        shape = OPS["constant_pad_nd"](shape, pad=(before, n_fft - width - before), value=0)
    stretches = _stretches(x, n_fft, BY_ROOT if normalized else BY_COUNT, half, return_complex)
    expected = n_fft + hop * (count - 1)
    places = {"dim": 1, "size": n_fft, "step": hop}
    y = OPS["mul"](stretches, OPS["view"](shape, size=(1, 1, n_fft)))
    y = OPS["unfold_backward"](y, input_sizes=(y.shape[0], expected), **places)
    squares = OPS["expand"](OPS["pow.Tensor_Scalar"](shape, exponent=2), size=(1, count, n_fft))
    envelope = OPS["unfold_backward"](squares, input_sizes=(1, expected), **places)
    start = n_fft // 2 if center else 0
    end = start + length if length is not None else expected - n_fft // 2 if center else expected
    y, envelope = (OPS["slice"](part, dim=1, start=start, end=min(end, expected), step=1) for part in (y, envelope))
    if not np.abs(envelope._array).min(initial=np.inf) > 1e-11:
        raise RuntimeError(f"{call} window overlap add min: 1\n[ CPUBoolType{{}} ]")
    y = OPS["div"](y, envelope)
    y = OPS["squeeze.dim"](y, dim=0) if single else y
    if end > expected:
        warn(_SHORT + _FILE.format("1199."))
        y = OPS["constant_pad_nd"](y, pad=(0, end - expected), value=0)
    return y


def _stretches(x: Tensor, n_fft: int, normalization: int, half: bool, return_complex: bool) -> Tensor:
    last = x.ndim - 1
    if return_complex:
        return OPS["fft_c2c"](x, dim=(last,), normalization=normalization, forward=False)
    if not half:
        x = OPS["slice"](x, dim=last, start=0, end=n_fft // 2 + 1, step=1)
    return OPS["fft_c2r"](x, dim=(last,), normalization=normalization, last_dim_size=n_fft)


def _check_istft(
    x: Tensor,
    n_fft: int,
    hop: int,
    width: int,
    window: Tensor | None,
    center: bool,
    normalized: bool,
    onesided: bool | None,
    length: int | None,
    return_complex: bool,
) -> str:
    call = (
        f"istft(CPU{label(x._array.dtype)}Type{bracketed(x.shape)}, n_fft={n_fft}, hop_length={hop}, "
        f"win_length={width}, window={_window_shown(window)}, center={int(center)}, normalized={int(normalized)}, "
        f"onesided={_shown(onesided)}, length={_shown(length)}, return_complex={int(return_complex)})"
    )
    if x.ndim < 2:
        raise IndexError("Dimension out of range (expected to be in range of [-2, 1], but got -3)")
    words = None
    half = x.shape[-2] != n_fft if onesided is None else onesided
    if not x.numel():
        words = "input tensor cannot be empty."
    elif x.ndim not in (2, 3):
        words = f"expected a tensor with 3 or 4 dimensions, but got {x.ndim + 1}"
    elif half and n_fft // 2 + 1 != x.shape[-2]:
        words = (
            "expected the frequency dimension (3rd to the last) of the input tensor to match n_fft / 2 + 1 when "
            f"onesided=True, but got {x.shape[-2]}"
        )
    elif not half and n_fft != x.shape[-2]:
        words = (
            "expected the frequency dimension (3rd to the last) of the input tensor to match n_fft when "
            f"onesided=False, but got {x.shape[-2]}"
        )
    elif not 0 < hop <= width:
        words = "expected 0 < hop_length <= win_length"
    elif not 0 < width <= n_fft:
        words = "expected 0 < win_length <= n_fft"
    elif window is not None and tuple(window.shape) != (width,):
        words = "Invalid window shape. window has to be 1D and length of `win_length`"
    if words is not None:
        raise RuntimeError(f"{call} : {words}")
    return call
