"""The setting ``embedder_backend`` and this machine -> what computes the default model, and on what."""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import Literal, get_args

log = logging.getLogger(__name__)

Backend = Literal["auto", "onnx-fp32", "onnx-int8", "torch"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)
# NVIDIA's driver; where it is not, torch need not be imported to know that there is no GPU.
DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


def has_gpu() -> bool:
    """Whether torch can compute on an NVIDIA GPU. Imports torch only where the driver is installed."""
    try:
        ctypes.CDLL(DRIVER)
    except OSError:
        return False
    try:
        import torch

        return bool(torch.cuda.is_available())
    except (ImportError, OSError, RuntimeError) as error:
        log.info("There is a driver, but torch cannot use the GPU: %s", error)
        return False


def resolve(backend: Backend) -> tuple[Backend, str]:
    """What ``auto`` means here, and the device as torch names it.

    A GPU is used where there is one. On the processor onnxruntime in 32 bits is as exact as torch and faster;
    8 bits give other vectors, so nobody gets them unasked.
    """
    if backend in ("auto", "torch") and has_gpu():
        return "torch", "cuda"
    return ("onnx-fp32" if backend == "auto" else backend), "cpu"
