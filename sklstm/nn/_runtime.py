"""Where and on how many threads torch computes."""

import ctypes
import platform
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import torch


class _WritableView:
    """What NumPy takes for a writable array: a view of a read-only one."""

    def __init__(self, array):
        self._array = array  # kept alive by what is made of the view
        place, _ = array.__array_interface__["data"]
        self.__array_interface__ = {**array.__array_interface__, "data": (place, False)}


def as_tensor(array, device="cpu"):
    """Tensor that shares memory with an array where the device is the CPU.

    Parameters
    ----------
    array : ndarray
        It may be read-only, or mapped into memory from a file opened for reading.

    device : torch.device or str, default="cpu"

    Returns
    -------
    Tensor
        For reading. torch has no read-only tensors and warns of such arrays; writing
        to one that is mapped into memory would end the process.
    """
    if not array.flags.writeable:
        array = np.asarray(_WritableView(array)) if array.size else array.copy()
    return torch.from_numpy(array).to(device)


@contextmanager
def torch_threads(n_threads):
    """Run the body on `n_threads` CPU threads and restore the old setting.

    Parameters
    ----------
    n_threads : int
        At least 1.
    """
    old = torch.get_num_threads()
    torch.set_num_threads(n_threads)
    try:
        yield
    finally:
        torch.set_num_threads(old)


@contextmanager
def computing(n_threads):
    """Run the body as though torch had just been imported, on `n_threads` threads.

    What a program has set for its own use of torch ends before the body: inference
    mode, gradients switched off, automatic precision, a default device. These belong
    to the calling thread alone. The default type is the process's and stays: the
    engine names the type of each tensor that it makes.

    Parameters
    ----------
    n_threads : int
        At least 1.
    """
    with ExitStack() as settings:
        enter = settings.enter_context
        enter(torch.inference_mode(False))
        enter(torch.enable_grad())
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                enter(torch.autocast(kind, enabled=False))
        if torch.get_default_device().type != "cpu":
            enter(torch.device("cpu"))
        enter(torch_threads(n_threads))
        yield


# Parameters of glibc's mallopt, and what glibc sets them to by itself once a block of
# 32 MB has been freed.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -3, -4
_GLIBC_SETTINGS = {
    _TRIM_THRESHOLD: 64 * 2**20,
    _MMAP_THRESHOLD: 32 * 2**20,
    _MMAP_MAX: 65_536,
}


@contextmanager
def freed_memory_kept():
    """Keep the memory that the body frees for its own use, and give it back after.

    glibc hands large blocks back to the system as soon as they are freed, and the
    system fills them with zeros when they are wanted again for the next batch. The
    setting is the process's; where the allocator is not glibc's, nothing is done.
    """
    libc = _glibc()
    if libc is None:
        yield
        return
    libc.malloc_trim(0)
    libc.mallopt(_TRIM_THRESHOLD, -1)
    libc.mallopt(_MMAP_MAX, 0)
    try:
        yield
    finally:
        for parameter, value in _GLIBC_SETTINGS.items():
            libc.mallopt(parameter, value)
        libc.malloc_trim(0)


def _glibc():
    """Load the C library if it is glibc, else None."""
    if platform.libc_ver()[0] != "glibc":
        return None
    return ctypes.CDLL(None)


def resolve_device(device):
    """Turn ``device`` into a `torch.device`.

    Parameters
    ----------
    device : str
        ``"auto"`` is CUDA where a GPU is at hand and the CPU elsewhere; anything else
        is torch's own notation.

    Returns
    -------
    torch.device

    Raises
    ------
    ValueError
        If torch has no such device here.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        resolved = torch.device(device)
        torch.empty(0, device=resolved)
    except (RuntimeError, AssertionError) as exc:
        raise ValueError(
            f"device={device!r} is not at hand here ({exc}). Use 'auto' or 'cpu'."
        ) from exc
    return resolved


def seeded_generator(seed, device="cpu"):
    """Random generator of its own, so that torch's global one is left alone.

    Parameters
    ----------
    seed : int
        In [0, 2**31).

    device : torch.device or str, default="cpu"
        Where its numbers are drawn.

    Returns
    -------
    torch.Generator
    """
    return torch.Generator(device).manual_seed(seed)


def is_faster_in_bfloat16(device):
    """Whether a device multiplies bfloat16 faster than float32.

    Parameters
    ----------
    device : torch.device

    Returns
    -------
    bool
        False where torch cannot tell.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    if _has("_is_amx_tile_supported"):
        return True
    # Without AMX, Intel's processors multiply bfloat16 at half the rate of float32.
    return _has("_is_avx512_bf16_supported") and "AMD" in _processor_vendor()


def computes_in_bfloat16(device):
    """Whether a device has an LSTM in bfloat16.

    Parameters
    ----------
    device : torch.device

    Returns
    -------
    bool
        False on CPUs where oneDNN computes LSTMs, and has none in bfloat16: those
        without AVX-512.
    """
    if device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return True
    return torch.ops.mkldnn._is_mkldnn_bf16_supported()


def _has(check):
    supported = getattr(torch.cpu, check, None)
    return supported is not None and supported()


def _processor_vendor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not on Linux
        return platform.processor()
    return next((line for line in lines if line.startswith("vendor_id")), "")
