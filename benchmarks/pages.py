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

    def upload(self, book: Path) -> str:
        """Send a book and return the address of its job."""
        mark = secrets.token_hex(12)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="books"; filename="{book.name}"'
        body = b"".join(
            (head.encode(), b"\r\n\r\n", book.read_bytes(), f"\r\n--{mark}--\r\n".encode())
        )
        answer, _ = self.ask("POST", "/jobs", body, f"multipart/form-data; boundary={mark}")
        return answer.getheader("Location") or ""


def measure(book: Path, home: Path) -> str:
    """Return one line: upload and plan in seconds, and how quick other answers were."""
    command = [sys.executable, "-u", "-m", "campaign", "serve", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:
        assert server.stdout is not None
        try:
            found = (re.search(r"http://\S+", line) for line in server.stdout)
            caller = Caller(next(match[0] for match in found if match))
            return _measure(caller, book)
        finally:
            server.terminate()
            server.communicate()


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
