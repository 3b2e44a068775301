"""Bounds memory and time of the process that runs it: by rlimit, on Windows by a job object.

Windows has no RLIMIT_AS. There the process puts itself into a job of its own with a limit on
committed memory and on its own time; an allocation beyond it fails as under an rlimit. The time
is that of the processor, so a busy machine refuses no honest file. Where neither can be had
the pre-flight and the deadline of the parent still hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from math import ceil
from typing import Any

PROCESS_TIME = 0x2
PROCESS_MEMORY = 0x100
DIE_ON_UNHANDLED = 0x400
EXTENDED_LIMITS = 9
TICKS_A_SECOND = 10_000_000


class _Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of winnt.h."""

    _fields_ = [
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    ]


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of winnt.h."""

    _fields_ = [
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    ]


def limit_process(memory: int, seconds: float) -> bool:
    """Bound this process: bytes of memory, seconds of the processor; return if it could be done."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        return limit_by_job(kernel, memory, seconds)
    try:
        import resource
    except ImportError:
        return False
    with contextlib.suppress(ValueError, OSError):  # a stricter limit is already set
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with contextlib.suppress(ValueError, OSError):
        whole = max(ceil(seconds), 1)
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    return True


def limit_by_job(kernel: Any, memory: int, seconds: float) -> bool:
    """Put this process into a job with its limits; return whether Windows agreed.

    The job's handle is never closed: it lives as long as the process does.
    """
    limits = ExtendedLimits()
    limits.BasicLimitInformation.LimitFlags = PROCESS_MEMORY | PROCESS_TIME | DIE_ON_UNHANDLED
    limits.BasicLimitInformation.PerProcessUserTimeLimit = int(seconds * TICKS_A_SECOND)
    limits.ProcessMemoryLimit = memory
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        return False
    handle = ctypes.c_void_p(job)
    size = ctypes.sizeof(limits)
    if not kernel.SetInformationJobObject(handle, EXTENDED_LIMITS, ctypes.byref(limits), size):
        return False
    return bool(
        kernel.AssignProcessToJobObject(handle, ctypes.c_void_p(kernel.GetCurrentProcess()))
    )
