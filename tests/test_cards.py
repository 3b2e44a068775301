import re

import pandas as pd
import pytest

from campaign.growth.trades import recognise, trade_book
from campaign.learn.cards import (
    BETWEEN_ITEMS,
    call_guide,
    document_list,
    industry_cards,
    prescreen_questions,
    referral_steps,
)
from campaign.learn.season import industry_seasons, prior_season
from campaign.vocabulary import CallPurpose, CardKind

# Classes of domain rules C4; 5128, the tobacco monopoly, is no target.
DOMAIN_C4 = [
    "5121",
    "5122",
    "5123",
    "5129",
    "5127",
    "5226",
    "5227",
    "5124",
    "5117",
    "5224",
    "5125",
    "5126",
    "5225",
    "5132",
    "5133",
    "5232",
    "5233",
    "5212",
    "5213",
    "5211",
    "5138",
    "5272",
    "5245",
    "6210",
    "6220",
    "6242",
    "6291",
    "6110",
    "6121",
    "6130",
    "7291",
    "5431",
    "5432",
    "5437",
    "6020",
    "5821",
    "5910",
    "5920",
    "5422",
    "5421",
    "5112",
    "5166",
    "5167",
    "5168",
    "5171",
    "5113",
    "0111",
    "0141",
    "0212",
    "4891",
    "4710",
    "4790",
    "4813",
    "4852",
    "7113",
    "5030",
    "5012",
    "5011",
    "5165",
    "5281",
    "5283",
    "5289",
]
TOLD = ["customer_name", "main_business", "industry", "industry_code", "loan_use"]
LOADERS = [industry_cards, prescreen_questions, document_list, referral_steps, call_guide]
PROMISES = re.compile("已批准|保证放款|一定能贷|包过|返点给您|返现")


@pytest.mark.parametrize("load", LOADERS, ids=lambda load: load.__name__)
def test_every_cell_is_filled_and_promises_nothing(load):
    table = load()
    assert not table.isna().any(axis=None)
    text = table.select_dtypes("str")
    assert not text.apply(lambda column: column.str.contains(PROMISES)).any(axis=None)


def test_every_card_is_of_a_trade_of_the_season_table():
    cards, seasons = industry_cards(), industry_seasons()
    known = set(zip(seasons["sub_industry"], seasons["gbt_code"], strict=True))
    assert set(zip(cards["sub_industry"], cards["industry_code"], strict=True)) == known
    assert not cards["sub_industry"].duplicated().any()


@pytest.mark.parametrize("code", DOMAIN_C4)
def test_every_class_of_the_domain_table_has_a_season_and_a_card(code):
    season = prior_season()
    trades = trade_book(season, {})
    people = pd.DataFrame([{name: None for name in TOLD} | {"industry_code": code}], dtype="str")
    found = recognise(people, trades)[0]
    rows = season[season["sub_industry"].isin(trades.trade_rows.get(found, ()))]
    codes = {found} if found in trades.codes else set(rows["industry_code"])
    assert codes & set(industry_cards()["industry_code"])


def test_a_card_says_where_its_words_come_from():
    source = industry_cards()["source"]
    assert source.str.contains("示例").all()


def test_a_card_asks_three_questions():
    asked = industry_cards()["what_to_ask"].str.split(BETWEEN_ITEMS).str.len()
    assert asked.unique().tolist() == [3]


@pytest.mark.parametrize("kind", CardKind, ids=str)
def test_each_kind_of_loan_has_three_to_five_questions_and_a_list_of_papers(kind):
    questions, papers = prescreen_questions(), document_list()
    assert 3 <= (questions["kind"] == kind).sum() <= 5
    assert (papers["kind"] == kind).sum() >= 4


def test_kinds_and_purposes_are_those_of_the_vocabulary():
    assert set(prescreen_questions()["kind"]) == {kind.value for kind in CardKind}
    assert set(document_list()["kind"]) == {kind.value for kind in CardKind}
    assert set(call_guide()["purpose"]) == {purpose.value for purpose in CallPurpose}


def test_refinance_never_asks_for_housing_or_consumer_loans():
    first = prescreen_questions().set_index(["kind", "step"]).loc[("refinance", 1)]
    assert "一律不做置换" in first["stop_if"]


def test_the_referral_steps_walk_the_circles_of_the_lecture():
    circles = referral_steps()["circle"].tolist()
    assert circles[:4] == ["同行", "市场左右邻居", "上下游", "配偶"]
    assert "子女的单位" in circles
