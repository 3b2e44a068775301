"""Signing in: new numbers, wrong guesses, and the mode in which other machines may come in."""

import json
import re
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from campaign.cli import main
from campaign.commands import pages
from campaign.errors import CampaignError
from campaign.web import door as door_module
from campaign.web.app import create_app
from campaign.web.door import FREE_GUESSES, IDLE_SECONDS, LONGEST_WAIT, Door
from campaign.web.log import FILE as LOG
from campaign.web.log import broken_line
from campaign.web.serve import refuse_open_host, serve
from tests.web_pages import Browser

HOST = "192.168.1.5:8765"
PASSWORD = "三月开门红-我们一起"
OWN = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(door_module, "COST", {"n": 2, "r": 1, "p": 1})
    return Clock()


@pytest.fixture
def shared(tmp_path, clock):
    app = create_app(tmp_path, launch_token="secret", hosts=(HOST,), password=PASSWORD)
    app.extensions["door"]._now = clock
    app.test_client_class = Browser
    yield app
    app.extensions["jobs"].stop()


def ask(user, method, address, **given):
    return user.open(address, method=method, base_url=f"http://{HOST}", headers=OWN, **given)


def sign_in(user, password=PASSWORD):
    return ask(user, "POST", "/login", data={"password": password})


def test_a_sign_in_has_a_new_number_and_the_one_before_is_forgotten(clock):
    door = Door(None, clock)
    first = door.enter()
    second = door.enter(first)
    assert first != second
    assert (door.knows(first), door.knows(second), door.knows("")) == (False, True, False)


def test_a_sign_in_ends_after_a_day_without_use(clock):
    door = Door(None, clock)
    number = door.enter()
    for _ in range(3):
        clock.now += IDLE_SECONDS
        assert door.knows(number)
    clock.now += IDLE_SECONDS + 1
    assert not door.knows(number)


def test_wrong_guesses_have_to_wait_longer_and_longer_each_address_for_itself(clock):
    door = Door(PASSWORD, clock)
    waits = []
    for _ in range(FREE_GUESSES + 9):
        clock.now += LONGEST_WAIT
        assert not door.opens("falsch", "10.0.0.1")
        waits.append(door.wait("10.0.0.1"))
    assert waits[: FREE_GUESSES - 1] == [0] * (FREE_GUESSES - 1)
    assert waits[FREE_GUESSES - 1 :] == [10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert door.wait("10.0.0.2") == 0
    assert door.opens(PASSWORD, "10.0.0.1")
    assert door.wait("10.0.0.1") == 0


def test_addresses_that_guessed_long_ago_are_forgotten(clock, monkeypatch):
    monkeypatch.setattr(door_module, "MOST_ADDRESSES", 3)
    door = Door(PASSWORD, clock)
    for number in range(9):
        clock.now += LONGEST_WAIT
        door.opens("x", f"10.0.0.{number}")
    assert len(door._wrong) == 3


def test_without_a_password_nobody_comes_in_by_one(clock):
    assert not Door(None, clock).opens("", "10.0.0.1")


def test_strangers_are_asked_for_the_password_on_every_page(shared):
    user = shared.test_client()
    for address in ("/", "/jobs/0000000000000000", "/jobs/0000000000000000/plan.zip"):
        page = ask(user, "GET", address)
        assert (page.status_code, "请输入密码" in page.text) == (403, True)
    assert sign_in(user).status_code == 303
    home = ask(user, "GET", "/")
    assert (home.status_code, "行内共享" in home.text) == (200, True)
    assert ask(user, "POST", "/logout").status_code == 200
    assert ask(user, "GET", "/").status_code == 403


def test_a_cookie_from_before_the_sign_in_opens_nothing(shared):
    user, thief = shared.test_client(), shared.test_client()
    sign_in(user)
    before = user.get_cookie(shared.config["SESSION_COOKIE_NAME"], domain="192.168.1.5").value
    sign_in(user)
    thief.set_cookie(shared.config["SESSION_COOKIE_NAME"], before, domain="192.168.1.5")
    assert ask(thief, "GET", "/").status_code == 403
    assert ask(user, "GET", "/").status_code == 200


def test_who_guesses_wrong_too_often_waits_also_with_the_right_password(shared, clock):
    user = shared.test_client()
    for _ in range(FREE_GUESSES):
        assert sign_in(user, "falsch-falsch").status_code == 403
    locked = sign_in(user)
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "10")
    assert "请过 10 秒再试" in locked.text
    clock.now += 11
    assert sign_in(user).status_code == 303


def test_sign_ins_are_logged_with_the_machine_and_without_the_password(shared, tmp_path):
    user = shared.test_client()
    sign_in(user, "falsch-falsch")
    sign_in(user)
    text = (tmp_path / LOG).read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["action"], line["from"]) for line in lines] == [
        ("login_refused", "127.0.0.1"),
        ("login", "127.0.0.1"),
    ]
    assert "falsch" not in text
    assert PASSWORD not in text
    assert broken_line(tmp_path) is None


@pytest.mark.parametrize(
    ("host", "password", "words"),
    [
        ("192.168.1.5", None, "请加 --share 和 --password-env"),
        ("example.com", None, "已拒绝"),
        ("0.0.0.0", PASSWORD, "请写同事连得到的那一个地址"),
        ("::", PASSWORD, "已拒绝"),
        ("192.168.1.5", "kurz", "密码太短"),
        ("127.0.0.1", "", "密码太短"),
    ],
)
def test_other_machines_need_an_address_of_ours_and_a_good_password(host, password, words):
    with pytest.raises(CampaignError) as refused:
        refuse_open_host(host, password)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("host", "password"), [("192.168.1.5", PASSWORD), ("127.0.0.1", None), ("::1", None)]
)
def test_with_both_they_are_served(host, password):
    refuse_open_host(host, password)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--password-env", "X"), "只和 --share 一起用"),
        (("--share", "--password-env", "NOT_SET"), "环境变量 NOT_SET 没有设置"),
        (("--share", "--password-env", "SHORT"), "密码太短"),
        (("--host", "0.0.0.0"), "已拒绝"),
    ],
)
def test_the_command_refuses_half_of_it(options, words):
    done = CliRunner().invoke(main, ["serve", *options], env={"SHORT": "kurz"})
    assert done.exit_code != 0
    assert words in done.output


@pytest.mark.parametrize(
    ("options", "terminal", "screen", "opens"),
    [
        ((), True, ":0", True),
        (("--no-browser",), True, ":0", False),
        ((), False, ":0", False),
        ((), True, "", False),
    ],
)
def test_a_browser_opens_by_itself_where_somebody_sits_before_the_screen(
    monkeypatch, options, terminal, screen, opens
):
    given = []
    monkeypatch.setattr("campaign.web.serve.serve", lambda *args: given.append(args[-1]))
    monkeypatch.setattr(
        pages,
        "sys",
        SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: terminal), platform="linux"),
    )
    done = CliRunner().invoke(
        main, ["serve", *options], env={"DISPLAY": screen, "WAYLAND_DISPLAY": ""}
    )
    assert done.exit_code == 0, done.output
    assert [show is not None for show in given] == [opens]


def test_the_link_that_opens_by_itself_is_the_launch_link(monkeypatch, tmp_path):
    shown, said = [], []
    monkeypatch.setattr("campaign.web.serve.signal.signal", lambda *_: None)
    monkeypatch.setattr(
        "campaign.web.serve.server_of", lambda *_: SimpleNamespace(run=int, close=int)
    )
    serve("127.0.0.1", 0, tmp_path, said.append, None, shown.append)
    (link,) = shown
    assert any(line.endswith(link) for line in said)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/start/\S+", link)
