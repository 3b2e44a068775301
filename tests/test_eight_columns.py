"""A book with only the eight usual columns: honest grades, what to add, and what it still foresees."""

import pytest

from benchmarks.told_banks import told_bank
from campaign.festival import campaign_window, load_calendar
from campaign.growth.opportunities import find_growth
from campaign.learn.backtest import backtest
from campaign.learn.conversion import prior_rates
from campaign.learn.halves import rated_by_other_half
from campaign.learn.past_season import past_seasons
from campaign.learn.season import prior_season
from campaign.settings import Settings
from campaign.vocabulary import GROWTH_SOURCES

SETTINGS = Settings()
RATES = prior_rates(SETTINGS)


@pytest.fixture(scope="module")
def told():
    return told_bank(1_000, 7, eight=True)


@pytest.fixture(scope="module")
def growth(told):
    window = campaign_window(told.old.as_of, SETTINGS.campaign, load_calendar())
    return find_growth(told.old, window, SETTINGS, RATES, prior_season())


@pytest.fixture(scope="module")
def scored(told, growth):
    season = past_seasons(told.new, [told.old], SETTINGS)[0]
    mine = growth.opportunities[growth.opportunities["source"].isin(["draw", "top_up"])]
    rated, beyond = rated_by_other_half(mine, RATES, season, SETTINGS)
    return backtest(rated, growth.headroom, season.events, SETTINGS, beyond=beyond)


def test_nobody_has_grade_a_and_most_have_policy_caps_alone(growth):
    grades = growth.headroom["grade"]
    assert not grades.eq("A").any()
    assert grades.eq("C").mean() > 0.9
    poor = growth.headroom[grades.eq("C")]
    assert poor["reason"].str.contains("不作确定金额").all()


def test_what_to_add_is_named(growth):
    said = next(f.message for f in growth.findings if f.kind == "headroom_grade")
    for column in ("年销售收入", "担保方式", "月可支配收入"):
        assert column in said
    assert growth.screen["to_add"].str.contains("五级分类").all()


def test_an_unknown_fact_neither_stops_nor_clears_anybody(growth):
    fired = set(growth.screen["reasons"].str.split("；").explode()) - {""}
    assert fired <= {"贷款逾期", "有核销贷款", "贷款被冻结"}  # what the status of a note tells
    assert (growth.screen["unchecked"] >= 15).all()


def test_opportunities_are_graded_no_better_than_the_book(growth):
    existing = growth.opportunities[~growth.opportunities["is_prospect"].astype(bool)]
    money = existing[existing["source"].isin([s.value for s in GROWTH_SOURCES])]
    assert len(money)
    assert not money["grade"].eq("A").any()


def test_its_backtest_foresees_the_total_but_hardly_who_grows(scored):
    expected = scored.predicted + scored.predicted_beyond
    assert scored.actual_all == pytest.approx(expected, rel=0.2)
    assert scored.predicted_beyond > 10 * scored.predicted  # put on no customer
