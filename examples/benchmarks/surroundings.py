"""What a number was measured on and with."""

import platform
import resource
from importlib.metadata import version

import torch

import xrdmatch

LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "skorch", "pymatgen", "gemmi")


def surroundings():
    versions = {"python": platform.python_version(), "xrdmatch": xrdmatch.__version__}
    return {"machine": machine(), "versions": versions | {n: version(n) for n in LIBRARIES}}


def machine():
    processor = f"{torch.get_num_threads()} threads, {platform.machine()}"
    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()}, {processor}"
    return f"{processor}, no GPU"


def peak_memory():
    """Of the process, and of the GPU where there is one [GB]."""
    peak = {"process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}
    if torch.cuda.is_available():
        peak["gpu"] = torch.cuda.max_memory_allocated() / 1e9
    return {name: round(value, 2) for name, value in peak.items()}
