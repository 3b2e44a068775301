"""Every link followed and every form sent with what an attacker would type: nothing breaks."""

import hashlib
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from campaign.web.job import JobStatus
from tests.web_pages import HOST, OWN, Planned, an_app, at_once, planned_job, signed_in

PAYLOADS = (
    "<script>alert(1)</script>",
    "\"'><svg onload=alert(1)>",
    "' OR 1=1; DROP TABLE parts; --",
    "../../../../etc/passwd",
    "$(id);`id`|id\r\nSet-Cookie: a=b",
    "%s%n{{7*7}}\x00\ud7ff",
    "9" * 5_000,
)
EACH = 2  # addresses of one kind that are followed
NEVER = {"forget", "logout", "pdf"}  # would end the walk, or start a browser
FIELDLESS = {"backup", "bad_rows", "cancel", "sample", "undo", "plan_wishes"}
LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
NAMED = re.compile(r'<(?:input|select|button)[^>]*\sname="([^"]+)"')


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """Return a user and the job with its plan that he finds; nothing is planned anew."""
    at_once(monkeypatch)
    app = an_app(tmp_path / "jobs")
    jobs = app.extensions["jobs"]
    monkeypatch.setattr(jobs, "start", lambda job, _password="": job.say(JobStatus("asking")))
    yield Planned(signed_in(app), planned_job(jobs.home))
    jobs.stop()


def walk(user):
    """Follow links, a few of each kind; return the pages by address."""
    adapter = user.application.url_map.bind(HOST)
    pages, todo, kinds = {}, ["/"], Counter()
    while todo:
        address = todo.pop(0)
        path = address.partition("?")[0]
        endpoint = adapter.match(path, method="GET")[0] if not _is_form(adapter, path) else None
        if address in pages or endpoint is None or kinds[endpoint] >= EACH:
            continue
        kinds[endpoint] += 1
        answer = user.get(address)
        assert answer.status_code in (200, 304), address
        is_page = answer.mimetype == "text/html"
        pages[address] = answer.text if is_page else ""
        todo += [unescape(link) for link in LINK.findall(pages[address])]
    return pages


def _is_form(adapter, path):
    return not adapter.test(path, method="GET")


def check(answer, payload, address):
    assert answer.status_code < 500, (address, payload)
    assert "Set-Cookie: a=b" not in str(answer.headers)
    if answer.mimetype == "text/html" and "<" in payload:
        assert payload not in answer.text, (address, payload)


def test_every_page_is_found_and_bears_any_words_in_its_address(planned):
    pages = walk(planned.user)
    assert {"", "/customers", "/running", "/scenario", "/settings", "/left-out"} <= {
        address.partition("?")[0].removeprefix(planned.at) for address in pages
    }
    adapter = planned.user.application.url_map.bind(HOST)
    paths = (address.partition("?")[0] for address, text in pages.items() if text)
    each = {adapter.match(path, method="GET")[0]: path for path in paths}
    for address in each.values():
        for payload in PAYLOADS:
            asked = dict.fromkeys(("q", "page", "part", "branch", "manager", "day"), payload)
            check(planned.user.get(address, query_string=asked), payload, address)


def _kept(job):
    """Return the digest of every file of a job, its campaign.db among them."""
    return {
        path.relative_to(job.folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in job.folder.rglob("*")
        if path.is_file()
    }


def test_following_every_link_changes_nothing(planned):
    before = _kept(planned.job)
    assert Path("plan/campaign.db") in before
    walk(planned.user)
    assert _kept(planned.job) == before


def test_every_form_bears_any_words_in_its_fields(planned):
    adapter = planned.user.application.url_map.bind(HOST)
    pages = walk(planned.user)
    forms = {link for page in pages.values() for link in LINK.findall(page)}
    fields = sorted({name for page in pages.values() for name in NAMED.findall(page)})
    sent = set()
    for address in sorted(forms):
        if not adapter.test(address, method="POST"):
            continue
        endpoint, values = adapter.match(address, method="POST")
        if endpoint in NEVER or endpoint in sent:
            continue
        sent.add(endpoint)
        for payload in PAYLOADS[:1] if endpoint in FIELDLESS else PAYLOADS:
            answer = planned.user.post(address, data=dict.fromkeys(fields, payload), headers=OWN)
            check(answer, payload, address)
    assert {"again", "promise", "replan", "review", "set", "try_scenario", "wish"} <= sent


def test_every_file_and_number_in_an_address_bears_any_words(planned):
    for payload in PAYLOADS:
        for address in ("files", "customers", "returns"):
            answer = planned.user.get(f"{planned.at}/{address}/{payload}")
            assert answer.status_code == 404
            check(answer, payload, address)
