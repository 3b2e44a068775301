"""How the pages hold against too much, too slow and too hostile: `python -m benchmarks.page_guards`.

Starts the pages as a user does and prints, line by line, rows W3, W7 and W8 of the goal
table: too large uploads refused, with seconds and memory; 400 half-open callers and 20 slow
bodies for a minute beside other requests, with open files before and after; 20 uploads of
10 MB at once, half of them hostile, with mixes, jobs at once and memory. A job reads by one parser, or by
two that share out the sheets of a workbook and the memory that one may take.
"""

from __future__ import annotations

import hashlib
import io
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.pages import Caller, started
from campaign.web.uploads import MIB, MOST_BYTES

SLOW, BODIES, SECONDS = 400, 20, 60
UPLOADS, UPLOAD_BYTES = 20, 10 * MIB
SEED = 20261126


@dataclass
class Watched:
    """A running server, seen from outside: its memory, open files and children."""

    caller: Caller
    process: int
    home: Path

    @property
    def memory(self) -> float:
        """Return MiB in use."""
        text = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def files(self) -> int:
        """Return how many files and sockets are open."""
        return sum(1 for _ in Path(f"/proc/{self.process}/fd").iterdir())

    @property
    def children(self) -> int:
        """Return how many jobs are read at once."""
        tasks = Path(f"/proc/{self.process}/task").glob("*/children")
        return sum(len(path.read_text(encoding="ascii").split()) for path in tasks)


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """Start the pages with a home in a folder."""
    with started(folder / "home") as (caller, process):
        yield Watched(caller, process.pid, folder / "home")


def too_much(server: Watched) -> Iterator[str]:
    """Yield a line for each way to send too much."""
    address = server.caller.host.split(":")
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(1_001)
    )
    files = parts.replace(b'name="a"', b'name="books"; filename="a.csv"') * 10
    form = "multipart/form-data; boundary=x"
    cases = (
        ("length above the limit", b"", {"Content-Length": str(MOST_BYTES + 2 * MIB)}, form),
        ("1,001 parts", parts + b"--x--\r\n", {}, form),
        ("10,010 files", files + b"--x--\r\n", {}, form),
        ("field of 600 kB", b"target=" + b"9" * 600_000, {}, "application/x-www-form-urlencoded"),
    )
    for name, body, other, kind in cases:
        before, begun = server.memory, time.perf_counter()
        code = _code(server, address, body, {"Content-Type": kind, **other})
        took, grown = time.perf_counter() - begun, server.memory - before
        yield f"W3 {name}: {code} in {took:.2f} s, memory {grown:+.1f} MiB"
    kept = [path for path in server.home.iterdir() if path.is_dir()]
    yield f"W3 folders left in the home: {len(kept)}"


def _code(server: Watched, address: list[str], body: bytes, headers: dict[str, str]) -> str:
    """Return the status that a raw POST is answered with."""
    given = {"Host": server.caller.host, "Content-Length": str(len(body)), **server.caller.own}
    lines = [f"{name}: {value}" for name, value in {**given, **headers}.items()]
    head = "\r\n".join(["POST /jobs HTTP/1.1", *lines, "", ""]).encode()
    with socket.create_connection((address[0], int(address[1])), timeout=20) as caller:
        with suppress(OSError):  # refused while the rest was still travelling
            caller.sendall(head + body)
        return caller.recv(100).decode("ascii", "replace").split(" ", 2)[1]


def too_slow(server: Watched) -> Iterator[str]:
    """Yield how quick other answers are beside slow callers, and what stays open after."""
    host, port = server.caller.host.split(":")
    before = server.files
    slow = [socket.create_connection((host, int(port))) for _ in range(SLOW + BODIES)]
    for place, caller in enumerate(slow):
        head = f"GET / HTTP/1.1\r\nHost: {server.caller.host}\r\n"
        body = "POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n"
        caller.sendall((head if place < SLOW else body).encode())
    times, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        begun = time.perf_counter()
        server.caller.ask("GET", "/")
        times.append(time.perf_counter() - begun)
        slow[len(times) % len(slow)].sendall(b"X")
        time.sleep(0.05)
    for caller in slow:
        caller.close()
    time.sleep(2)
    p95 = statistics.quantiles(times, n=20)[-1] * 1000
    yield (
        f"W7 {SLOW} half-open and {BODIES} slow bodies for {SECONDS} s: {len(times)} other "
        f"requests, p95 {p95:.0f} ms, longest {max(times) * 1000:.0f} ms; "
        f"open files {before} before, {server.files} after"
    )


def hostile_mix(server: Watched, folder: Path) -> Iterator[str]:
    """Yield what becomes of many uploads at once, half of them hostile."""
    sent = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _mixed(folder)}
    over, jobs, memory = threading.Event(), [0], [server.memory]

    def look() -> None:
        while not over.wait(0.05):
            jobs.append(server.children)
            memory.append(server.memory)

    aside = threading.Thread(target=look)
    aside.start()
    begun = time.perf_counter()
    with ThreadPoolExecutor(UPLOADS) as many:
        upload = partial(server.caller.upload, look=True)
        pages = list(many.map(upload, sorted(folder.glob("*.xlsx"))))
    ended = [_end(server.caller, page) for page in pages]
    over.set()
    aside.join()
    kept = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in server.home.glob("*/books/*.xlsx")
    }
    right = [name for name in sent if kept.get(name) == sent[name]]
    yield (
        f"W8 {UPLOADS} uploads of {UPLOAD_BYTES // MIB} MiB at once, half hostile: "
        f"{len(right)} kept as sent, {sum(map(bool, pages))} accepted, "
        f"{ended.count('understood')} understood, {ended.count('refused')} refused in a sentence, "
        f"at most {max(jobs)} jobs, memory at most {max(memory):.0f} MiB, "
        f"{time.perf_counter() - begun:.0f} s"
    )


def _mixed(folder: Path) -> list[Path]:
    """Write the files: ledgers, bombs and cut ledgers, each with a picture of its own inside."""
    chance = random.Random(SEED)
    ledger = _ledger(folder / "made")
    contents = (ledger, _bomb(), ledger, ledger[: len(ledger) // 2])
    for number in range(UPLOADS):
        path = folder / f"账{number:02}.xlsx"
        content = contents[number % len(contents)]
        path.write_bytes(content)
        with zipfile.ZipFile(path, "a") as book:
            book.writestr("xl/media/image1.png", chance.randbytes(UPLOAD_BYTES - len(content)))
    return sorted(folder.glob("*.xlsx"))


def _ledger(folder: Path) -> bytes:
    """Return the workbook of a small made-up bank."""
    folder.mkdir()
    make = [sys.executable, "-m", "campaign", "make-book", str(folder / "bank.xlsx")]
    subprocess.run([*make, "--loans", "500"], check=True, stdout=subprocess.DEVNULL)
    return (folder / "bank.xlsx").read_bytes()


def _bomb() -> bytes:
    """Return a small workbook whose sheet inflates to 1 GiB."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(1024):
            sheet.write(bytes(MIB))
    return kept.getvalue()


def _end(caller: Caller, address: str) -> str:
    """Wait for a job and return how it ended."""
    while True:
        _, page = caller.ask("GET", address)
        if 'id="progress"' not in page:
            return "understood" if 'id="answers"' in page else "refused"
        time.sleep(0.5)


def main() -> None:
    """Print every row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "books").mkdir()
        with watched(folder) as server:
            server.caller.ask("GET", "/")
            for line in too_much(server):
                print(line, flush=True)
            for line in too_slow(server):
                print(line, flush=True)
            for line in hostile_mix(server, folder / "books"):
                print(line, flush=True)


if __name__ == "__main__":
    main()
