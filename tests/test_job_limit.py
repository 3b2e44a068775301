"""Where there is no rlimit a Windows job object bounds the reader; its layout is winnt.h's."""

from __future__ import annotations

import ctypes
import subprocess
import sys

from campaign.book import job_limit
from campaign.book.calamine_process import STOPPED_FOR_TIME
from campaign.book.job_limit import ExtendedLimits, limit_by_job
from tests.source_code import ROOT

MIB = 1024 * 1024


class Kernel:
    """Stands for kernel32: notes what it is asked for."""

    def __init__(self, *, agrees: bool = True) -> None:
        self.agrees = agrees
        self.set: ExtendedLimits | None = None
        self.assigned: list[int | None] = []

    def CreateJobObjectW(self, attributes, name):  # noqa: N802
        return 7

    def GetCurrentProcess(self):  # noqa: N802
        return 0xFFFFFFFFFFFFFFFF

    def SetInformationJobObject(self, job, kind, limits, size):  # noqa: N802
        assert (job.value, kind, size) == (7, 9, ctypes.sizeof(ExtendedLimits))
        self.set = limits._obj
        return self.agrees

    def AssignProcessToJobObject(self, job, process):  # noqa: N802
        self.assigned.append(process.value)
        return 1


def test_the_structure_is_as_large_as_windows_expects():
    assert ctypes.sizeof(ExtendedLimits) == (144 if ctypes.sizeof(ctypes.c_void_p) == 8 else 112)


def test_the_process_joins_a_job_with_its_memory_limit():
    kernel = Kernel()
    assert limit_by_job(kernel, 512 * MIB, 8.0)
    assert kernel.set.ProcessMemoryLimit == 512 * MIB
    assert kernel.set.BasicLimitInformation.LimitFlags & job_limit.PROCESS_MEMORY
    assert kernel.set.BasicLimitInformation.PerProcessUserTimeLimit == 80_000_000
    assert len(kernel.assigned) == 1


def test_a_system_that_refuses_is_said_and_not_fatal():
    kernel = Kernel(agrees=False)
    assert not limit_by_job(kernel, 512 * MIB, 8.0)
    assert kernel.assigned == []


def test_a_limited_process_cannot_take_more():
    code = (
        "from campaign.book.job_limit import limit_process\n"
        "assert limit_process(512 * 1024 * 1024, 5)\n"
        "try:\n    bytearray(1024 * 1024 * 1024)\nexcept MemoryError:\n    print('bounded')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "bounded\n"


def test_a_process_that_reckons_without_end_is_stopped():
    code = (
        "from campaign.book.job_limit import limit_process\n"
        "limit_process(2 ** 31, 0.5)\nwhile True: pass"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60)
    assert done.returncode in STOPPED_FOR_TIME
