"""The jobs under way: each planned by a process of its own, few at once."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from campaign.web.job import DISK_IS_FULL, Job, JobStatus
from campaign.web.log import note
from campaign.web.settings_form import settings_of

MOST_AT_ONCE = 2
PROGRAM = ("-m", "campaign.web.work")
LEAST_LEFT = 1024 * 1024
BROKEN_OFF = "处理中断，没有完成。请再试一次。"
ANSWERS = ("recipe.toml", "campaign.toml", "mapping.json", "wishes.json")


NUMBER = re.compile("[0-9a-f]{16}")


def new_number() -> str:
    """Return a number that nobody can guess."""
    return secrets.token_hex(8)


class Jobs:
    """The jobs of this machine's user, and the processes of those under way.

    At most `MOST_AT_ONCE` run; the others wait their turn.
    """

    def __init__(self, home: Path) -> None:
        """Keep jobs under a private folder, made where needed."""
        self.home = home
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(OSError):
            home.chmod(0o700)
        self._turns = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="job")
        self._asked: dict[str, Future[None]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def new(self) -> Job:
        """Return a job with a private folder and a number nobody can guess."""
        job = Job(self.home / new_number())
        job.folder.mkdir(mode=0o700)
        for name in ("books", "history"):
            (job.folder / name).mkdir()
        return job

    def get(self, name: str) -> Job | None:
        """Return a job by its number, or None."""
        job = Job(self.home / name)
        return job if NUMBER.fullmatch(name) and (job.folder / "request.json").is_file() else None

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        found = [(path.stat().st_mtime, path) for path in self.home.glob("*/request.json")]
        return [Job(path.parent) for _, path in sorted(found, reverse=True)]

    def copy(self, job: Job) -> Job:
        """Return a new job with the files of another; both plans stay."""
        other = self.new()
        for name in ("books", "history"):
            shutil.copytree(job.folder / name, other.folder / name, dirs_exist_ok=True)
        for name in ANSWERS:
            if (job.folder / name).exists():
                shutil.copy2(job.folder / name, other.folder / name)
        other.ask(job.request())
        return other

    def start(self, job: Job, password: str = "") -> None:
        """Plan a job that has its request, when its turn comes.

        Args:
            job: The job.
            password: Opens encrypted workbooks; goes to the process by pipe, to no file.
        """
        with self._lock:
            job.say(JobStatus())
            self._asked[job.name] = self._turns.submit(self._turn, job, password)

    def watch(self, job: Job) -> JobStatus:
        """Return where a job stands; one whose process died unsaid has failed."""
        asked = self._asked.get(job.name)
        is_asked = asked is not None and not asked.done()
        status = job.status()  # after the look at the process, which may speak last
        if status.is_over or is_asked:
            begins = status.state == "waiting" and job.name in self._running
            return replace(status, state="running") if begins else status
        is_full = shutil.disk_usage(self.home).free < LEAST_LEFT
        return replace(status, state="failed", error=DISK_IS_FULL if is_full else BROKEN_OFF)

    def wait(self, job: Job, seconds: float) -> JobStatus:
        """Return where a job stands when nothing more happens, or after so many seconds."""
        asked = self._asked.get(job.name)
        if asked is not None:
            with contextlib.suppress(Exception):
                asked.exception(timeout=seconds)
        return self.watch(job)

    def cancel(self, job: Job) -> None:
        """Stop a job that waits or is under way."""
        with self._lock:
            asked, process = self._asked.pop(job.name, None), self._running.get(job.name)
        if asked is not None:
            asked.cancel()
        if process is not None:
            _kill(process)
        if not job.status().is_over:
            job.say(JobStatus("cancelled", error="已取消。"))

    def forget(self, job: Job) -> None:
        """Stop a job and remove all that is kept of it."""
        self.cancel(job)
        shutil.rmtree(job.folder, ignore_errors=True)

    def stop(self) -> None:
        """Stop every job, for the end of the program."""
        for name in list(self._asked):
            self.cancel(Job(self.home / name))
        self._turns.shutdown(cancel_futures=True)

    def _turn(self, job: Job, password: str) -> None:
        command = [sys.executable, *PROGRAM, str(job.folder)]
        with self._lock:
            if job.name not in self._asked:  # cancelled in between
                return
            with (job.folder / "log.txt").open("wb") as log:
                process = subprocess.Popen(
                    command,
                    env={**os.environ, "PYTHONUTF8": "1"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,
                )
            self._running[job.name] = process
        process.communicate(password.encode("utf-8"))
        with self._lock:
            del self._running[job.name]
        if job.status().state == "done":
            masked = settings_of(job).output.masked
            note(self.home, "plan", {"job": job.name, "base": job.request().base, "masked": masked})


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and the readers that it started."""
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
