"""Who may ask and how much, on a real server: hosts, limits, slow callers, many uploads at once."""

import hashlib
import http.client
import io
import secrets
import socket
import statistics
import tempfile
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from campaign.web import jobs as jobs_module
from campaign.web.app import create_app
from campaign.web.serve import _bound, allowed_hosts, server_of
from tests.test_web import CHANGING, routes
from tests.web_pages import FIRST_LOOK, OWN, an_app, signed_in

SLOW, BODIES, ASKED = 400, 20, 60
UPLOADS = 20
FOREIGN = [
    *("evil.example", "127.0.0.1.evil.example", "127.0.0.1:99", "user@evil.example"),
    *("", "localhost.evil.example:8765", "[::1]:8765", "127.0.0.1:8765@evil.example"),
]


class Running:
    """A server of the pages in this process, and a cookie that it knows."""

    def __init__(self, home):
        self.taken = _bound("127.0.0.1", 0)
        self.port = self.taken.getsockname()[1]
        hosts = allowed_hosts("127.0.0.1", self.port)
        self.app = create_app(home, launch_token="secret", hosts=hosts)
        self.server = server_of(self.app, self.taken)
        threading.Thread(target=self.server.run, daemon=True).start()
        answer, _ = self.ask("GET", "/start/secret")
        self.cookie = answer.getheader("Set-Cookie").partition(";")[0]

    def ask(self, method, address, body=None, **headers):
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        own = {"Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        cookie = {"Cookie": self.cookie} if hasattr(self, "cookie") else {}
        caller.request(method, address, body, {**own, **cookie, **headers})
        answer = caller.getresponse()
        text = answer.read()
        caller.close()
        return answer, text

    def upload(self, name, content):
        mark = secrets.token_hex(8)
        part = f"--{mark}\r\nContent-Disposition: form-data; name="
        head = f'{part}"check"\r\n\r\n1\r\n{part}"books"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self.ask("POST", "/jobs", body, **kind)[0]

    def close(self):
        self.server.task_dispatcher.shutdown()
        self.server.close()
        self.taken.close()
        self.app.extensions["jobs"].stop()


@pytest.fixture
def running(tmp_path):
    found = Running(tmp_path / "home")
    yield found
    found.close()


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_refused_on_every_page_before_anything_is_done(tmp_path, host):
    app = an_app(tmp_path / "jobs")
    user = signed_in(app)
    for _, address, method in routes(app):
        answer = user.open(address, method=method, headers={**OWN, "Host": host})
        assert (answer.status_code, answer.text) == (400, "400"), address
    assert list((tmp_path / "jobs").iterdir()) == []


def test_every_page_that_changes_something_is_in_the_list(tmp_path):
    app = an_app(tmp_path / "jobs")
    unsafe = {
        r.endpoint for r in app.url_map.iter_rules() if r.methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert unsafe == CHANGING.keys()


def test_the_server_says_nothing_of_itself_and_every_error_is_guarded(running):
    for address, code in (("/", 200), ("/console", 404), ("/jobs/ab", 404), ("/sample", 405)):
        answer, _ = running.ask("GET", address)
        assert answer.status == code
        assert answer.getheader("Server") is None
        assert "script-src 'self'" in answer.getheader("Content-Security-Policy")
        assert answer.getheader("X-Frame-Options") == "DENY"


def test_a_signed_in_cookie_does_not_sign_in_a_stranger(running):
    answer, _ = running.ask("GET", "/", Cookie="campaign_8765=known")
    assert answer.status == 403


def test_an_upload_without_a_length_stops_at_the_limit(running, monkeypatch):
    monkeypatch.setattr(running.server.adj, "max_request_body_size", 100_000)
    pieces = (b"x" * 10_000 for _ in range(50))
    caller = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    headers = {"Cookie": running.cookie, "Transfer-Encoding": "chunked"}
    try:
        caller.request("POST", "/jobs", pieces, headers, encode_chunked=True)
        assert caller.getresponse().status == 413
    except ConnectionError:
        pass  # refused while the rest was still travelling
    finally:
        caller.close()
    assert list(running.app.extensions["jobs"].home.iterdir()) == []


def test_a_field_that_is_too_large_is_refused_and_nothing_stays(running, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer, text = running.ask("POST", "/jobs", b"target=" + b"9" * 600_000, **kind)
    assert answer.status == 413
    assert "Traceback" not in text.decode()
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


OPEN_FILES = Path("/proc/self/fd")


def open_files():
    return sum(1 for _ in OPEN_FILES.iterdir()) if OPEN_FILES.exists() else 0


def test_slow_callers_stop_nobody_else_and_leave_nothing_open(running):
    before = open_files()
    slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(SLOW + BODIES)]
    for place, caller in enumerate(slow):
        head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n"
        body = f"POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n{place}"
        caller.sendall((head if place < SLOW else body).encode())
    seconds = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        assert running.ask("GET", "/")[0].status == 200
        seconds.append(time.perf_counter() - begun)
        slow[len(seconds)].sendall(b"X")
    assert statistics.quantiles(seconds, n=20)[-1] <= 0.2
    for caller in slow:
        caller.close()
    end = time.monotonic() + 10
    while len(running.server.active_channels) > 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert len(running.server.active_channels) <= 2
    assert open_files() <= before + 5


def test_uploads_at_once_are_not_mixed_and_few_are_read_at_once(running, monkeypatch):
    monkeypatch.setattr(jobs_module, "PROGRAM", ("-c", "import time; time.sleep(0.1)"))
    home = running.app.extensions["jobs"].home
    books = {f"账{n}.xlsx": secrets.token_bytes(1_000_000 + n) for n in range(UPLOADS)}
    seen = []
    with ThreadPoolExecutor(UPLOADS) as many:
        answers = list(many.map(lambda item: running.upload(*item), books.items()))
        while len(seen) < 20:
            seen.append(len(running.app.extensions["jobs"]._running))
            time.sleep(0.02)
    assert {answer.status for answer in answers} == {303}
    assert max(seen) <= jobs_module.MOST_AT_ONCE
    kept = {path.name: _digest(path) for path in home.glob("*/books/*.xlsx")}
    assert kept == {name: hashlib.sha256(data).hexdigest() for name, data in books.items()}


def _bomb():
    """Return a small workbook whose one sheet inflates to half a GiB."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
        book.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(512):
            sheet.write(bytes(1024 * 1024))
    return kept.getvalue()


def test_hostile_uploads_among_good_ones_are_refused_each_for_itself(running):
    good = FIRST_LOOK.read_bytes()
    contents = {"好": good, "坏": good[: len(good) // 2], "炸": _bomb()}
    sent = {f"{kind}{n}.xlsx": content for kind, content in contents.items() for n in range(2)}
    with ThreadPoolExecutor(len(sent)) as many:
        list(many.map(lambda item: running.upload(*item), sent.items()))
    known = running.app.extensions["jobs"]
    ended = {}
    for job in known.all():
        (book,) = job.folder.glob("books/*.xlsx")
        assert book.read_bytes() == sent[book.name]
        status = known.wait(job, 60)
        ended.setdefault(book.name[0], []).append((status.state, bool(status.error)))
    refused = [("failed", True)] * 2
    assert ended == {"好": [("asking", False)] * 2, "坏": refused, "炸": refused}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
