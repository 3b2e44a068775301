"""A large upload beside other requests: `python -m benchmarks.pages [LOANS]`.

Makes a bank, opens the pages, uploads its ledger as a browser does, and asks for the home
page ten times a second until the plan is there. Prints how long the upload and the plan
took, and p50, p95 and the longest answer to the other requests.
"""

from __future__ import annotations

import http.client
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE = 0.1
PATIENCE = 3600


class Caller:
    """Asks one server, with the cookie of its launch link."""

    def __init__(self, link: str) -> None:
        """Use the launch link."""
        self.host, _, path = link.removeprefix("http://").partition("/")
        self.own = {"Origin": f"http://{self.host}", "Sec-Fetch-Site": "same-origin"}
        answer, _ = self.ask("GET", f"/{path}")
        self.own["Cookie"] = (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def ask(
        self, method: str, address: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[http.client.HTTPResponse, str]:
        """Return the answer and its text."""
        connection = http.client.HTTPConnection(self.host, timeout=600)
        headers = {**self.own, **({"Content-Type": kind} if kind else {})}
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer, text

    def upload(self, book: Path, *, look: bool = False) -> str:
        """Send a book, to be looked at or planned, and return the address of its job."""
        mark = secrets.token_hex(12)
        part = f"--{mark}\r\nContent-Disposition: form-data; name="
        ticked = f'{part}"check"\r\n\r\n1\r\n' if look else ""
        head = f'{ticked}{part}"books"; filename="{book.name}"\r\n\r\n'
        body = b"".join((head.encode(), book.read_bytes(), f"\r\n--{mark}--\r\n".encode()))
        answer, _ = self.ask("POST", "/jobs", body, f"multipart/form-data; boundary={mark}")
        return answer.getheader("Location") or ""


@contextmanager
def started(home: Path) -> Iterator[tuple[Caller, subprocess.Popen[str]]]:
    """Start the pages as a user does; give a caller who is signed in, and the process."""
    command = [sys.executable, "-u", "-m", "campaign", "serve", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        assert server.stdout is not None
        try:
            found = (re.search(r"http://\S+", line) for line in server.stdout)
            yield Caller(next(match[0] for match in found if match)), server
        finally:
            server.terminate()
            server.communicate()


def measure(book: Path, home: Path) -> str:
    """Return one line: upload and plan in seconds, and how quick other answers were."""
    with started(home) as (caller, _):
        return _measure(caller, book)


def _measure(caller: Caller, book: Path) -> str:
    times: list[float] = []
    over = threading.Event()

    def others() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            caller.ask("GET", "/")
            times.append(time.perf_counter() - begun)
            over.wait(PAUSE)

    aside = threading.Thread(target=others)
    begun = time.perf_counter()
    aside.start()
    address = caller.upload(book)
    sent = time.perf_counter() - begun
    while time.perf_counter() - begun < PATIENCE:
        _, page = caller.ask("GET", address)
        if 'id="progress"' not in page:
            break
        time.sleep(1)
    done = time.perf_counter() - begun
    over.set()
    aside.join()
    ended = "plan" if 'id="bridge"' in page else "NO PLAN"
    parts = statistics.quantiles(times, n=20)
    return (
        f"{book.stat().st_size / 2**20:.1f} MiB: upload {sent:.2f} s, {ended} after {done:.1f} s; "
        f"{len(times)} other requests p50 {parts[9] * 1000:.0f} ms, "
        f"p95 {parts[-1] * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    loans = sys.argv[1] if len(sys.argv) > 1 else "100000"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "bank.xlsx"
        make = [sys.executable, "-m", "campaign", "make-book", str(made), "--loans", loans]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        print(f"{loans} loans, {measure(made, Path(folder) / 'home')}")
