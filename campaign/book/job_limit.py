"""Bounds the memory of the process that runs it: by rlimit, on Windows by a job object.

Windows has no RLIMIT_AS. There the process puts itself into a job of its own with a limit on
committed memory; an allocation beyond it fails as under an rlimit. Where neither can be had
the pre-flight and the deadline of the parent still hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from typing import Any

PROCESS_MEMORY = 0x100
DIE_ON_UNHANDLED = 0x400
EXTENDED_LIMITS = 9


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


def limit_memory(limit: int) -> bool:
    """Bound the memory of this process in bytes; return whether the system could."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = ctypes.c_void_p
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        return limit_by_job(kernel, limit)
    try:
        import resource
    except ImportError:
        return False
    with contextlib.suppress(ValueError, OSError):  # a stricter limit is already set
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return True


def limit_by_job(kernel: Any, limit: int) -> bool:
    """Put this process into a job with a memory limit; return whether Windows agreed.

    The job's handle is never closed: it lives as long as the process does.
    """
    limits = ExtendedLimits()
    limits.BasicLimitInformation.LimitFlags = PROCESS_MEMORY | DIE_ON_UNHANDLED
    limits.ProcessMemoryLimit = limit
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
