"""Where and on how many threads torch computes."""

import platform
from contextlib import contextmanager
from pathlib import Path

import torch


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


def _has(check):
    supported = getattr(torch.cpu, check, None)
    return supported is not None and supported()


def _processor_vendor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not on Linux
        return platform.processor()
    return next((line for line in lines if line.startswith("vendor_id")), "")
