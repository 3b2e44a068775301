"""Rates in the course of a season, worked by hand."""

from datetime import date

import pandas as pd
import pytest

from campaign.learn.conversion import prior_rates
from campaign.learn.update import season_cases, updated_rates
from campaign.settings import Settings
from campaign.vocabulary import CASES

SETTINGS = Settings().with_values({"learn": {"follow_days": 45}, "response": {"visit_share": 0.5}})
PRIOR = prior_rates(SETTINGS)
DAY = date(2027, 3, 31)


def touches(*rows):
    names = ["customer_id", "channel", "purposes", "done_date", "outcome"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(done_date=pd.to_datetime(table["done_date"]))


def counted(*rows, **others):
    table = season_cases(touches(*rows), PRIOR, DAY, SETTINGS, **others)
    return table.set_index(["source", "segment"])


def cases_of(*rows):
    names = ["source", "segment", "cases", "successes"]
    table = pd.DataFrame(rows, columns=names).assign(touched="yes")
    return CASES.conform(table.assign(people=table["cases"], came=table["successes"]))


def updated(*rows):
    return updated_rates(PRIOR, cases_of(*rows)).set_index(["source", "segment"])


def test_one_touched_long_ago_is_a_case_by_the_effect_of_his_visits():
    row = counted(("k1", "visit", "draw", "2026-12-01", "disbursed")).loc["draw", ""]
    # One visit has half of the effect, so he came as after 0.25 + (1 - 0.25) / 0.5, at most 1. One of
    # one, smoothed 0.75, has a variance of 0.1875 / 0.5²; a case seen itself at most 0.25.
    assert (row["people"], row["came"]) == (1, 1)
    assert row["cases"] == pytest.approx(0.25 / (0.1875 / 0.5**2))
    assert row["successes"] == pytest.approx(row["cases"])


def test_one_touched_today_hardly_counts_yet():
    early = counted(("k1", "visit", "draw", "2026-12-01", "interested")).loc["draw", ""]
    today = counted(("k1", "visit", "draw", "2027-03-31", "interested")).loc["draw", ""]
    assert early["cases"] / 70 < today["cases"] < early["cases"] / 45


def test_what_lies_after_the_day_or_has_no_outcome_does_not_count():
    later = ("k1", "visit", "draw", "2027-04-01", "disbursed")
    silent = ("k2", "visit", "draw", "2027-03-01", None)
    assert season_cases(touches(later, silent), PRIOR, DAY, SETTINGS).empty


def test_a_loan_after_a_visit_for_two_things_is_shared_by_what_was_likely():
    found = counted(("k1", "visit", "renewal;top_up", "2026-12-01", "disbursed"))
    # One visit: renewal 0.80 + 0.12 / 2 = 0.86, top-up 0.05 + 0.10 / 2 = 0.10; 1 - 0.14 x 0.90.
    assert found.loc[("renewal", ""), "came"] == pytest.approx(0.86 / 0.874)
    assert found.loc[("top_up", ""), "came"] == pytest.approx(0.10 / 0.874)


def test_segments_are_used_where_they_are_known():
    known = pd.DataFrame({"customer_id": ["k1"], "source": ["top_up"], "segment": ["A"]})
    rows = [(k, "visit", "top_up", "2026-12-01", "no_need") for k in ("k1", "k2")]
    assert counted(*rows, segments=known)["people"].to_dict() == {
        ("top_up", ""): 1,
        ("top_up", "A"): 1,
    }


def test_without_returns_nothing_moves():
    now = updated_rates(PRIOR, CASES.empty())
    pd.testing.assert_series_equal(now["after"], PRIOR["full_probability"], check_names=False)
    pd.testing.assert_frame_equal(now[["basis"]], PRIOR[["basis"]])


def test_own_cases_against_a_prior_of_forty():
    # (40 x 0.92 + 5) / (40 + 10); low and high hold it.
    row = updated(("renewal", "", 10, 5)).loc["renewal", ""]
    assert (row["before"], row["after"]) == pytest.approx((0.92, 0.836))
    assert row["low"] < row["after"] < row["high"]
    assert (row["tried"], row["won"]) == (10, 5)
    assert row["deviation"] == pytest.approx((0.836 * 0.164 / 91) ** 0.5 * (91 / 51) ** 0.5)


def test_segments_follow_their_source_and_their_own_cases():
    now = updated(("top_up", "A", 60, 30))["after"]
    before = PRIOR.set_index(["source", "segment"])["full_probability"]
    assert now["top_up", "A"] > before["top_up", "A"] * 1.5
    assert now["top_up", "B"] > before["top_up", "B"]
    assert now["draw", ""] == before["draw", ""]


def test_customers_and_prospects_say_nothing_of_each_other():
    now = updated(("industry", "customer", 60, 30))["after"]
    before = PRIOR.set_index(["source", "segment"])["full_probability"]
    assert now["industry", "prospect"] == pytest.approx(before["industry", "prospect"])


def test_an_update_can_be_updated():
    once = updated_rates(PRIOR, cases_of(("draw", "", 30, 20)))
    whole = updated_rates(PRIOR, cases_of(("draw", "", 50, 30))).set_index("source")
    twice = updated_rates(once, cases_of(("draw", "", 20, 10))).set_index("source")
    for name in ("after", "low", "high", "observations"):
        assert twice.loc["draw", name] == pytest.approx(whole.loc["draw", name])
