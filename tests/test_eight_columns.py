"""A book with only the eight usual columns: honest grades, what to add, and what it still foresees."""

from datetime import date

import openpyxl
import pytest

from benchmarks.told_banks import told_bank
from campaign.festival import campaign_window, load_calendar
from campaign.growth.opportunities import find_growth
from campaign.learn.backtest import backtest
from campaign.learn.conversion import prior_rates
from campaign.learn.halves import rated_by_other_half
from campaign.learn.past_season import past_seasons
from campaign.learn.season import prior_season
from campaign.request import CampaignRequest
from campaign.resources import resource_folder
from campaign.settings import Settings
from campaign.vocabulary import GROWTH_SOURCES
from campaign.workflow import run_campaign
from tests.builders import AS_OF, make_book

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


# Eight columns as different banks export them; each can be had from the ledger of the sample.
CHOICES = {
    "dates and rates": "客户名称 贷款余额（万元） 贷款金额（万元） 发放日期 到期日期 执行年利率（%） 担保方式 客户经理",
    "classes": "客户编号 客户名称 借据号 贷款余额（万元） 到期日期 五级分类 支行名称 客户经理",
    "nobody named": "客户名称 证件号码 贷款金额（万元） 贷款余额（万元） 发放日期 到期日期 投向行业 逾期天数",
    "products": "支行名称 客户名称 产品名称 贷款余额（万元） 执行年利率（%） 到期日期 还款方式 客户经理",
    "limits": "客户编号 客户名称 授信额度（万元） 贷款余额（万元） 到期日期 担保方式 五级分类 客户经理",
}


@pytest.mark.parametrize("columns", CHOICES.values(), ids=CHOICES)
def test_any_eight_usual_columns_give_a_graded_plan_that_says_what_to_add(columns, tmp_path):
    ledger = openpyxl.load_workbook(resource_folder("sample_books") / "first_look.xlsx")["贷款台账"]
    _, heads, *rows = ledger.iter_rows(values_only=True)
    wanted = columns.split(" ")
    assert len(wanted) == 8
    book = openpyxl.Workbook()
    book.active.append(wanted)
    for row in rows:
        book.active.append([row[heads.index(name)] for name in wanted])
    book.save(tmp_path / "台账.xlsx")
    request = CampaignRequest((tmp_path / "台账.xlsx",), as_of=date(2026, 11, 15))
    run = run_campaign(request, tmp_path / "方案")
    growth = run.plan.growth
    assert set(growth.headroom["grade"]) <= {"B", "C"}
    assert (
        growth.headroom["reason"]
        .str.contains("不作确定金额")[growth.headroom["grade"] == "C"]
        .all()
    )
    said = next(f.message for f in growth.findings if f.kind == "headroom_grade")
    assert "年销售收入" in said
    assert growth.screen["to_add"].ne("").all()
    assert len(run.plan.touches)
    books = [path for path in run.paths if path.parent.parent.name == "行动方案"]
    assert books


def test_a_ledger_that_names_no_manager_is_listed_by_branch_to_hand_out(tmp_path):
    loans = [
        {"customer_id": f"K{n}", "balance": 1e5, "loan_amount": 4e5, "branch": branch}
        for n, branch in enumerate(["城关支行", "城关支行", "石桥支行"])
    ]
    window = campaign_window(AS_OF, SETTINGS.campaign, load_calendar())
    growth = find_growth(make_book(loans=loans), window, SETTINGS, RATES, prior_season())
    assert growth.staff["manager_id"].tolist() == ["待分派城关支行", "待分派石桥支行"]
    known = growth.opportunities[growth.opportunities["source"].eq("referral")]
    assert known.set_index("customer_id")["manager_id"].to_dict() == {
        "K0": "待分派城关支行", "K1": "待分派城关支行", "K2": "待分派石桥支行",
    }  # fmt: skip
    assert any(f.kind == "no_managers" for f in growth.findings)
