import ctypes
import os
import platform
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch

from sklstm.nn import _runtime
from sklstm.nn._runtime import (
    as_tensor,
    computing,
    freed_memory_kept,
    is_faster_in_bfloat16,
    resolve_device,
    seeded_generator,
    torch_threads,
)


@pytest.mark.parametrize("n_rows", [0, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, bool])
def test_a_tensor_of_a_read_only_array_shares_its_memory(n_rows, dtype):
    array = np.arange(2 * n_rows).reshape(n_rows, 2).astype(dtype)
    array.setflags(write=False)
    torch.set_warn_always(True)
    try:
        tensor = as_tensor(array.T)
    finally:
        torch.set_warn_always(False)
    assert tensor.tolist() == array.T.tolist()
    if n_rows:
        assert as_tensor(array).data_ptr() == array.ctypes.data
    assert not array.flags.writeable


def test_a_tensor_keeps_its_array_alive():
    array = np.arange(100_000.0)
    array.setflags(write=False)
    alive = weakref.ref(array)
    tensor = as_tensor(array)
    del array
    assert alive() is not None and tensor[-1] == 99_999
    del tensor
    assert alive() is None


def test_threads_are_restored_also_after_an_error():
    before = torch.get_num_threads()
    with pytest.raises(KeyError), torch_threads(before + 1):
        assert torch.get_num_threads() == before + 1
        raise KeyError
    assert torch.get_num_threads() == before


def test_nothing_that_was_set_outside_reaches_inside():
    with (
        torch.device("meta"),
        torch.autocast("cpu"),
        torch.inference_mode(),
        computing(1),
    ):
        weights = torch.ones(2, 2, requires_grad=True)
        product = weights @ weights
        product.sum().backward()
        assert torch.get_num_threads() == 1
    assert (product.dtype, product.device.type) == (torch.float32, "cpu")
    assert weights.grad.tolist() == [[4.0, 4.0], [4.0, 4.0]]


def test_what_was_set_outside_is_set_again_after_an_error():
    with torch.device("meta"), torch.autocast("cpu"), torch.inference_mode():
        with pytest.raises(KeyError), computing(1):
            raise KeyError
        assert torch.is_inference_mode_enabled()
        assert torch.is_autocast_enabled("cpu")
        assert torch.empty(1).device.type == "meta"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's allocator")
def test_freed_memory_is_kept_for_a_while():
    def held():
        """MB that the process has in memory."""
        pages = Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def take_and_free():
        torch.zeros(48 * 2**20).add_(1)  # 192 MB

    with pytest.raises(KeyError), freed_memory_kept():
        # What the tests before this one freed is given back on entering.
        before = held()
        take_and_free()
        assert held() > before + 150
        raise KeyError
    assert held() < before + 50
    take_and_free()
    assert held() < before + 50


def test_another_allocator_is_left_alone(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(ctypes, "CDLL", None)
    with freed_memory_kept():
        pass


def test_generators_of_one_seed_agree_and_leave_the_global_one_alone():
    state = torch.get_rng_state()
    first, second = (torch.rand(3, generator=seeded_generator(7)) for _ in range(2))
    assert torch.equal(first, second)
    assert torch.equal(torch.get_rng_state(), state)


def test_auto_is_a_device_at_hand():
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert resolve_device("auto").type == expected


@pytest.mark.parametrize("device", ["no such device", "cuda:99"])
def test_a_device_that_is_not_at_hand(device):
    with pytest.raises(ValueError, match="Use 'auto' or 'cpu'"):
        resolve_device(device)


@pytest.mark.parametrize(
    ("units", "vendor", "expected"),
    [
        ({"_is_amx_tile_supported"}, "GenuineIntel", True),
        ({"_is_avx512_bf16_supported"}, "GenuineIntel", False),
        ({"_is_avx512_bf16_supported"}, "AuthenticAMD", True),
        (set(), "AuthenticAMD", False),
    ],
)
def test_bfloat16_where_it_is_faster(monkeypatch, units, vendor, expected):
    monkeypatch.setattr(_runtime, "_has", units.__contains__)
    monkeypatch.setattr(_runtime, "_processor_vendor", lambda: vendor)
    assert is_faster_in_bfloat16(torch.device("cpu")) == expected
