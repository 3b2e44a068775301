"""Pins and vetoes by hand: kept, shown, and what the next plan is bound to."""

import csv

import pytest

from campaign.errors import CampaignError
from campaign.web import work
from campaign.web.wishes import Wish, add, are_open, commitments_of, remove, wish_of, wishes_of
from tests.web_pages import OWN, an_app, planned_job, signed_in, text_of

DAY = "2026-12-09"


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return planned_job(tmp_path_factory.mktemp("home"))


def touches(job):
    with (job.plan / "tables" / "touches.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(r["customer_id"], r["channel"], r["date"]) for r in csv.DictReader(file)]


def test_the_next_plan_is_bound_to_what_was_fixed_on_the_page(job):
    app = an_app(job.folder.parent)
    jobs = app.extensions["jobs"]
    app.extensions["jobs"].start = lambda job, _password: work.run(job)
    user, at = signed_in(app), f"/jobs/{job.name}"
    before = touches(job)
    veto = before[0][0]
    pin = next(c for c, channel, day in before if c != veto and channel == "visit" and day != DAY)
    user.post(f"{at}/customers/{veto}/wish", data={"kind": "veto"}, headers=OWN)
    form = {"kind": "pin", "channel": "visit", "day": DAY}
    user.post(f"{at}/customers/{pin}/wish", data=form, headers=OWN)
    page = text_of(user.get(at).text)
    assert "您定下的 还没有用到方案里" in page
    assert f"{DAY} 走访" in page
    answer = user.post(f"{at}/wishes", headers=OWN)
    made = jobs.get(answer.headers["Location"].rpartition("/")[2])
    after = touches(made)
    assert (pin, "visit", DAY) in after
    assert veto not in {customer for customer, _, _ in after}
    assert touches(job) == before
    assert "这份方案已照这些排" in text_of(user.get(answer.headers["Location"]).text)
    jobs.stop()


def test_a_veto_and_pins_of_a_customer_shut_each_other_out(tmp_path):
    first, second = (Wish("K1", "pin", "visit", day) for day in (DAY, "2026-12-20"))
    for wish in (first, second, Wish("K2", "veto"), first):
        add(tmp_path, wish)
    assert wishes_of(tmp_path) == [second, Wish("K2", "veto"), first]
    add(tmp_path, Wish("K1", "veto"))
    assert wishes_of(tmp_path) == [Wish("K2", "veto"), Wish("K1", "veto")]
    remove(tmp_path, "K1")
    remove(tmp_path, "K2")
    assert wishes_of(tmp_path) == []
    assert commitments_of(tmp_path) is None
    assert not are_open(tmp_path)


@pytest.mark.parametrize(("channel", "day"), [("visit", ""), ("visit", "明天"), ("", DAY)])
def test_a_pin_needs_a_day_and_a_way(channel, day):
    with pytest.raises(CampaignError, match="看不懂"):
        wish_of("K1", "pin", channel, day)
