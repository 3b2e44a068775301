"""Industry: trades recognised, seasons inside the campaign, votes, and the need by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from campaign.festival import campaign_window, load_calendar
from campaign.growth.industry import (
    Seasons,
    hot_seasons,
    needs_of,
    season_reasons,
    seasonal_need,
)
from campaign.growth.trades import recognise, trade_book
from campaign.growth.votes import branch_outlook
from campaign.learn.season import prior_season
from campaign.settings import CampaignRules, IndustryRules
from campaign.vocabulary import SEASON_INDEX, VOTES
from tests.builders import AS_OF

TEXT = (Path(__file__).parent / "cases" / "industry.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))
WINDOW = campaign_window(AS_OF, CampaignRules(), load_calendar())
RULES = IndustryRules()
TRADES = {
    "烟酒零售（烟酒店）": ("5226", {-6: 1.6, -5: 2.4, -4: 2.0, -3: 1.7}),
    "塔吊租赁（不带操作人员）": ("7113", {2: 1.9, 3: 2.2, 4: 1.9}),
    "塔吊/施工电梯租赁（节前清算）": ("7113", {-4: 1.8, -3: 2.0}),
    "餐饮（酒楼正餐）": ("6210", {-3: 1.7}),
    "水果批发（车厘子/砂糖橘等）": ("5123", {-3: 2.1}),
    "大棚蔬菜种植户": ("0141", {-2: 1.9}),
    "蔬菜批发": ("5123", {-2: 1.4}),
    "酒店民宿（旅游目的地）": ("6130", {-4: 1.8}),
    "公共装修（商铺、门店翻新）": ("5011", {4: 1.9}),
    "绿化苗木": ("0212", {20: 2.5}),
    "年宵花卉种植与批发": ("0143", {-3: 2.0}),
}


def season_table():
    rows = []
    for name, (code, weeks) in TRADES.items():
        for week in range(-10, 9):
            index = weeks.get(week, 1.0)
            row = {"industry_code": code, "week": week, "index": index, "basis": "先验"}
            rows.append({**row, "sub_industry": name})
    table = pd.DataFrame(rows)
    classes = table.groupby(["industry_code", "week"], as_index=False)["index"].mean()
    return SEASON_INDEX.conform(
        pd.concat([table, classes.assign(sub_industry="", basis="先验")], ignore_index=True)
    )


SEASON = season_table()
BOOK = trade_book(SEASON, {"塔机": "塔吊租赁（不带操作人员）"})


def season_of(trade, branch="城关支行", votes=()):
    told = VOTES.conform(pd.DataFrame(list(votes)))
    seasons = Seasons(SEASON, BOOK, branch_outlook(told, BOOK, RULES))
    people = pd.DataFrame({"trade": [trade], "branch": [branch]})
    return hot_seasons(people, seasons, WINDOW, RULES).iloc[0]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_trades_are_recognised_from_code_name_scope_and_purpose(case):
    names = ["customer_name", "main_business", "industry", "industry_code", "loan_use"]
    people = pd.DataFrame([{name: case[name] or None for name in names}], dtype="str")
    assert recognise(people, BOOK)[0] == case["trade"]


def test_machines_let_without_a_crew_are_recognised_under_their_class():
    told = {"industry_code": ["7113", "5030"], "loan_use": "购挖掘机一台"}
    columns = ["customer_name", "main_business", "industry", "industry_code", "loan_use"]
    people = pd.DataFrame(told, columns=columns).astype("str").replace("nan", None)
    shipped = trade_book(prior_season(), {})
    assert recognise(people, shipped).tolist() == ["施工机械", "施工机械"]


def test_two_waves_of_a_trade_are_one_trade():
    assert BOOK.trade_rows["塔吊"] == ("塔吊/施工电梯租赁（节前清算）", "塔吊租赁（不带操作人员）")


def test_the_season_runs_from_two_weeks_before_it_is_hot_until_it_cools():
    found = season_of("烟酒零售")
    # Hot from 0.7 x 2.4 = 1.68: weeks -5 to -3. Monday of week 0 is 1 February 2027.
    assert (found["peak"], found["when"]) == (2.4, "节前第5周")
    assert str(found["window_start"].date()) == "2026-12-14"
    assert str(found["window_end"].date()) == "2027-01-17"
    assert found["sub_industry"] == "烟酒零售（烟酒店）"


def test_the_later_wave_of_tower_cranes_is_named_where_it_is_higher():
    found = season_of("塔吊")
    assert (found["sub_industry"], found["when"]) == ("塔吊租赁（不带操作人员）", "节后第3周")


def test_only_the_strongest_half_of_the_trades_is_in_season():
    # The ten trades of the table have a median peak of 1.9.
    assert season_of("公共装修")["peak"] == 1.9
    assert np.isnan(season_of("酒店民宿")["peak"])


def test_a_trade_out_of_season_or_unknown_has_none():
    assert np.isnan(season_of("绿化苗木")["peak"])
    assert np.isnan(season_of("餐饮")["peak"])
    assert np.isnan(season_of("")["peak"])
    assert np.isnan(season_of("5999")["peak"])


def test_votes_of_the_branch_and_of_the_bank_move_the_season():
    votes = [
        {"branch": "城关支行", "sub_industry": "烟酒", "outlook": 2.0, "source_row": "研判!2"},
        {"branch": "石桥支行", "sub_industry": "烟酒", "outlook": -1.0, "source_row": "研判!3"},
    ]
    # Bank mean 0.5: own branch 0.6 x 2 + 0.4 x 0.5 = 1.4, and 1 + 1.4 x (1 + 0.15 x 1.4).
    assert season_of("烟酒零售", votes=votes)["peak"] == pytest.approx(1 + 1.4 * 1.21)
    assert season_of("烟酒零售", "东门支行", votes)["outlook"] == 0.5
    weak = season_of("烟酒零售", "石桥支行", votes)
    assert weak["outlook"] == pytest.approx(-0.4)


def test_a_strong_vote_can_bring_a_trade_into_season():
    vote = {"branch": "城关支行", "sub_industry": "酒楼", "outlook": 2.0, "source_row": "研判!2"}
    found = season_of("餐饮", votes=[vote])
    assert found["peak"] == pytest.approx(1 + 0.7 * 1.3)


def test_the_need_is_stock_above_a_usual_month():
    assert seasonal_need(3_600_000, 2.0, 0.2, 1.5) == pytest.approx(360_000)
    people = pd.DataFrame({"annual_sales": [3_600_000.0, np.nan], "profit_margin": [0.2, 0.2]})
    needs = needs_of(people, pd.DataFrame({"peak": [2.0, 2.0]}), 0.1, RULES)
    assert needs[0] == pytest.approx(360_000)
    assert np.isnan(needs[1])


def test_the_reason_says_why_now():
    vote = {"branch": "城关支行", "sub_industry": "烟酒", "outlook": 1.0, "source_row": "研判!2"}
    rows = season_of("烟酒零售", votes=[vote]).to_frame().T
    sentence = season_reasons(rows, ["测算备货需求 12万元"])[0]
    assert sentence == (
        "烟酒零售（烟酒店）节前第5周用款最旺，约为平时 2.6 倍（含研判 +1.0）；测算备货需求 12万元"
    )


def test_order_of_rows_does_not_matter():
    people = pd.DataFrame({"trade": ["烟酒零售", "塔吊"], "branch": ["甲", "乙"]})
    no_votes = branch_outlook(VOTES.empty(), BOOK, RULES)
    shuffled = Seasons(SEASON.sample(frac=1, random_state=3), BOOK, no_votes)
    found = hot_seasons(people.iloc[::-1], shuffled, WINDOW, RULES).sort_index()
    expected = hot_seasons(people, Seasons(SEASON, BOOK, no_votes), WINDOW, RULES)
    pd.testing.assert_frame_equal(expected, found)
