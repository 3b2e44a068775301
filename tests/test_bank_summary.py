"""The bank summary: figures agree with the plan, assumptions are marked, nothing runs."""

import dataclasses
import re
import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest

from campaign.findings import Finding
from campaign.render.bank_summary import write_bank_summary
from campaign.render.contacts import ContactCards
from campaign.render.masking import Masker
from campaign.render.settings_used import settings_used
from campaign.settings import each_setting
from campaign.vocabulary import (
    CANDIDATES,
    CAPACITY,
    MARKETS,
    REFERRAL,
    RESERVE,
    RESPONSE,
    SCREEN_RULES,
    TARGETS,
    Severity,
)
from tests.builders_render import make_campaign_plan
from tests.workbooks import PAYLOADS, formulas, links_and_live_parts, rows_under, texts

SHEETS = [
    "总览",
    "支行",
    "客户经理",
    "增长来源",
    "行业季节",
    "到期与流失",
    "片区市场",
    "转介",
    "储备池",
    "未排入",
    "未排入客户",
    "数据问题",
    "初筛规则",
    "参数",
    "说明",
    "_图",
]


@pytest.fixture(scope="module")
def plan():
    return make_campaign_plan()


@pytest.fixture(scope="module")
def path(plan, tmp_path_factory):
    return write_bank_summary(plan, tmp_path_factory.mktemp("out") / "全行汇总.xlsx")


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def wan(yuan: float) -> object:
    return pytest.approx(yuan / 10_000, abs=1e-6)


def test_sheets_stand_in_order_and_the_figures_of_the_picture_are_hidden(book):
    assert book.sheetnames == SHEETS
    assert book["_图"].sheet_state == "veryHidden"


def test_the_bridge_adds_up(plan, book):
    rows = {
        row["余额怎样变化"]: row["金额（万元）"] for row in rows_under(book["总览"], "余额怎样变化")
    }
    steps = [
        "到期与还款",
        "预计续贷",
        "存量提款",
        "存量增贷",
        "他行置换",
        "行业需求",
        "团队营销",
        "转介拜访",
    ]
    assert rows["期初余额"] + sum(rows[step] for step in steps) == pytest.approx(
        rows["预计期末余额"]
    )
    assert rows["到期与还款"] == wan(-plan.bridge.run_off)
    assert rows["缺口"] == wan(plan.bridge.target - plan.bridge.net_growth)


def test_the_picture_climbs_from_opening_to_closing(plan, book):
    bars = [[cell.value for cell in row] for row in book["_图"].iter_rows()]
    assert bars[0][2] == wan(plan.bridge.opening)
    assert bars[-2][2] == wan(plan.bridge.closing)
    last = bars[-3]
    assert last[1] + last[3] == wan(plan.bridge.closing)
    assert len(book["总览"]._charts) == 1


def test_the_plan_stands_beside_its_bound_and_the_rules_of_thumb(book):
    rows = rows_under(book["总览"], "方案与经验法比较")
    shown = {row["方案与经验法比较"]: row["占上界"] for row in rows}
    assert list(shown) == ["本方案", "理论上界", "平均分配", "按余额分配", "ABC 分类", "先大后小"]
    assert shown["本方案"] == pytest.approx(3_210_000 / 3_216_000)


def test_the_chance_is_said_in_words(book):
    shown = texts(book)
    assert "过半把握（约 62%）" in shown
    assert any("日历暂定" in text and "方案第 1 版" in text for text in shown)


def test_branches_are_ranked_and_summed(plan, book):
    rows = rows_under(book["支行"], "支行")
    shares = [row["达成比"] for row in rows[:-1]]
    assert shares == sorted(shares, reverse=True)
    assert rows[-1]["支行"] == "全行"
    assert rows[-1]["期初余额"] == wan(plan.branches["opening"].sum())
    assert rows[-1]["预计净增"] == wan(plan.bridge.net_growth)


def test_managers_show_quota_and_the_three_marks(plan, book):
    rows = rows_under(book["客户经理"], "客户经理工号")
    assert len(rows) == len(plan.managers)
    new = next(row for row in rows if row["客户经理工号"] == "1004")
    assert (new["新任"], new["结对"]) == ("新任", "陈立新")
    assert new["保底"] < new["目标"] < new["冲刺"]


def test_sources_tell_what_touches_add(plan, book):
    rows = {row["增长来源"]: row for row in rows_under(book["增长来源"], "不触达也会来")}
    found = plan.growth.opportunities
    top_up = found[found["source"] == "top_up"]
    natural = (top_up["amount"] * top_up["natural_probability"]).sum()
    assert rows["存量增贷"]["不触达也会来"] == wan(natural)
    assert rows["存量增贷"]["走访电话增加"] == wan(top_up["expected"].sum() - natural)
    assert rows["存量提款"]["可能金额"] == "待核实"


def test_rates_say_what_they_rest_on(book):
    rows = rows_under(book["增长来源"], "触达上限概率")
    assert {row["性质"] for row in rows} == {"先验"}
    assert {row["客群"] for row in rows} >= {
        "全部",
        "走访自采",
        "A 资料较全",
        "意愿 3-5 分",
        "存量客户",
    }


def test_what_each_touch_adds_stands_with_its_interval_and_basis(plan, tmp_path):
    rows = [
        (False, 1, "visit", 0.45, 0.3, 0.65, 0.6, 1328, "先验与本行数据合并：触达过的客户 1328 户"),
        (True, 1, "call", 0.14, 0.07, 0.26, 0.16, 1328, "先验：示例假设"),
    ]
    table = RESPONSE.conform(pd.DataFrame(rows, columns=RESPONSE.columns))
    path = write_bank_summary(dataclasses.replace(plan, response=table), tmp_path / "汇总.xlsx")
    shown = list(rows_under(openpyxl.load_workbook(path)["增长来源"], "客户"))
    assert [(row["客户"], row["方式"], row["性质"]) for row in shown[:2]] == [
        ("存量客户", "走访", "先验与本行数据合并"),
        ("潜在客户", "电话", "先验"),
    ]
    first = shown[0]
    assert (first["占全部可达效果"], first["九成把握下限"], first["先验"]) == (0.45, 0.3, 0.6)


def test_trades_stand_with_their_season(book):
    rows = rows_under(book["行业季节"], "需求最旺")
    first = next(row for row in rows if row["细分行业"] == "年货干果炒货批发")
    assert first["需求最旺"] == "节前第6周"
    curve = rows_under(book["行业季节"], "活动周")
    assert curve[3]["年货干果炒货批发"] == max(row["年货干果炒货批发"] for row in curve)
    assert len(book["行业季节"]._charts) == 1


def test_maturities_by_week_agree_with_the_run_off(plan, book):
    rows = rows_under(book["到期与流失"], "到期周")
    due = plan.growth.run_off["maturing"].sum()
    assert sum(row["到期本金"] for row in rows) == wan(due)
    largest = rows_under(book["到期与流失"], "客户经理")
    amounts = [row["到期本金"] for row in largest]
    assert amounts == sorted(amounts, reverse=True)


def test_left_out_is_summed_by_reason(plan, book):
    rows = rows_under(book["未排入"], "入选线")
    assert len(rows) == 1
    assert rows[0]["户数"] == len(plan.left_out)
    assert rows[0]["预计增益"] == wan(plan.left_out["value"].sum())
    cases = rows_under(book["未排入客户"], "客户编号")
    assert cases[0]["预计增益"] == wan(plan.left_out["value"].max())


def test_findings_stand_worst_first_with_cells(book):
    rows = rows_under(book["数据问题"], "程度")
    assert [row["程度"] for row in rows] == ["错误", "提示", "说明"]
    assert rows[1]["单元格"] == "借据!F12"


def test_a_number_in_a_finding_is_masked(plan, tmp_path):
    finding = Finding("twice", Severity.WARNING, "电话 13800138000 挂在 7 户名下。", 7)
    other = dataclasses.replace(plan, book=dataclasses.replace(plan.book, findings=(finding,)))
    book = openpyxl.load_workbook(write_bank_summary(other, tmp_path / "全行汇总.xlsx"))
    assert "电话 138****8000 挂在 7 户名下。" in texts(book)


def test_the_rules_of_the_screen_stand_with_their_limits_and_counts(plan, tmp_path):
    rule = dict.fromkeys(SCREEN_RULES.columns) | {
        "rule": "当前逾期",
        "signal": "red",
        "limit": "1 天",
    }
    rules = SCREEN_RULES.conform(pd.DataFrame([rule | {"fired": 2, "passed": 5, "unchecked": 1}]))
    growth = dataclasses.replace(plan.growth, screen_rules=rules)
    path = write_bank_summary(dataclasses.replace(plan, growth=growth), tmp_path / "汇总.xlsx")
    (row,) = rows_under(openpyxl.load_workbook(path)["初筛规则"], "标准")
    assert (row["规则"], row["触发即"], row["标准"]) == ("当前逾期", "红", "1 天")
    assert (row["触发户数"], row["通过户数"], row["未查户数"]) == (2, 5, 1)


def test_every_setting_is_listed_and_assumptions_are_marked(plan, book):
    rows = rows_under(book["参数"], "性质")
    settings = list(each_setting(plan.settings))
    assert len(rows) == len(settings)
    marked = {row["名称"] for row in rows if row["性质"] == "示例假设"}
    assert marked == {
        f"{section}.{name}" for section, name, known, _ in settings if known.is_example
    }
    assert next(row for row in rows if row["名称"] == "output.masked")["取值"] == "是"


def test_the_target_in_force_is_shown_with_where_it_came_from(plan):
    targets = TARGETS.conform(pd.DataFrame([{"subject": "全行", "target": plan.bridge.target}]))
    given = dataclasses.replace(plan, book=dataclasses.replace(plan.book, targets=targets))
    shown = [
        {name: (value, source) for name, _, value, source in settings_used(one)}["campaign.target"]
        for one in (given, plan)
    ]
    assert shown == [
        (plan.bridge.target, "取自台账目标表"),
        (plan.bridge.target, "生成方案时所给"),
    ]


def test_the_quota_of_special_rates_is_held_against_what_is_planned(plan, tmp_path):
    first = plan.touches.iloc[0]
    branch = plan.managers.set_index("manager_id").loc[first["manager_id"], "branch"]
    day = first["date"]
    week = {"resource": "rate_quota", "period_start": day, "period_end": day}
    quota = [
        {"owner": branch, "amount": 500_000.0, **week},
        {"owner": "别的支行", "amount": 500_000.0, **week},
        {"owner": "bank", "amount": 900_000.0, **week},
    ]
    asked = {"candidate_id": first["candidate_id"], "resources": "rate_quota:300000;senior:1"}
    problem = dataclasses.replace(
        plan.problem,
        capacity=CAPACITY.conform(pd.DataFrame(quota)),
        candidates=CANDIDATES.conform(pd.DataFrame([asked])),
    )
    path = write_bank_summary(dataclasses.replace(plan, problem=problem), tmp_path / "汇总.xlsx")
    shown = rows_under(openpyxl.load_workbook(path)["增长来源"], "已排用")
    names = ("优惠利率额度", "笔数", "额度", "已排用", "剩余")
    found = [tuple(row[name] for name in names) for row in shown[:2]]
    assert found == [(branch, 1, 50, 30, 20), ("全行", 1, 90, 30, 60)]


def test_top_referrers_stand_with_whom_they_brought_over_several_hops(plan, tmp_path):
    people = plan.book.loans["customer_id"].dropna().unique()[:4]
    rows = [
        {"customer_id": people[0], "rank": 1.0, "brought": 2, "descendants": 3, "brought_balance": 6e5},
        {"customer_id": people[1], "referrer_id": people[0], "rank": 2.0, "brought": 1,
         "descendants": 1, "brought_balance": 2e5},
        {"customer_id": people[2], "referrer_id": people[0], "brought": 0},
        {"customer_id": people[3], "referrer_id": people[1], "brought": 0},
    ]  # fmt: skip
    referral = REFERRAL.conform(pd.DataFrame(rows))
    growth = dataclasses.replace(plan.growth, referral=referral)
    path = write_bank_summary(dataclasses.replace(plan, growth=growth), tmp_path / "汇总.xlsx")
    shown = rows_under(openpyxl.load_workbook(path)["转介"], "名次")
    assert [row["名次"] for row in shown] == [1, 2]
    assert (shown[0]["直接带来"], shown[0]["连同再转介"], shown[0]["带来余额"]) == (2, 3, wan(6e5))
    names = ContactCards(plan.book, Masker(masked=True)).of(pd.Series(people))["name"]
    assert shown[0]["带来了谁（→ 再带来）"] == (
        f"{names[people[1]]}（→ {names[people[3]]}）、{names[people[2]]}"
    )


def test_places_and_pools_are_listed_the_most_pressing_first(plan, tmp_path):
    markets = [{"branch": "甲", "area": f"市场{n}", "uplift": 1e4 * n} for n in (1, 3, 2)]
    reserve = [{"manager_id": f"100{n}", "shortfall": n} for n in (1, 3, 2)]
    growth = dataclasses.replace(plan.growth, markets=MARKETS.conform(pd.DataFrame(markets)))
    pools = RESERVE.conform(pd.DataFrame(reserve))
    other = dataclasses.replace(plan, growth=growth, reserve=pools)
    book = openpyxl.load_workbook(write_bank_summary(other, tmp_path / "全行汇总.xlsx"))
    assert [r["片区"] for r in rows_under(book["片区市场"], "片区")] == ["市场3", "市场2", "市场1"]
    assert [r["还缺"] for r in rows_under(book["储备池"], "还缺")] == [3, 2, 1]


def test_no_formula_and_no_link(path, book):
    assert formulas(book) == {}
    assert links_and_live_parts(path) == []


@pytest.mark.parametrize("payload", PAYLOADS[::4])
def test_text_from_data_never_runs_and_stays_as_it_is(payload, tmp_path):
    plan = make_campaign_plan(managers=2, customers=6, masked=False, text=payload)
    path = write_bank_summary(plan, tmp_path / "全行汇总.xlsx")
    book = openpyxl.load_workbook(path)
    assert formulas(book) == {}
    assert links_and_live_parts(path) == []
    assert texts(book).count(payload) >= 10


def test_the_same_plan_gives_the_same_bytes(plan, path, tmp_path):
    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.sample(frac=1, random_state=3).reset_index(drop=True)

    names = ("headroom", "refinance", "run_off", "opportunities", "staff")
    growth = {name: shuffled(getattr(plan.growth, name)) for name in names}
    other = dataclasses.replace(
        plan,
        growth=dataclasses.replace(plan.growth, **growth),
        left_out=shuffled(plan.left_out),
        managers=shuffled(plan.managers),
        branches=shuffled(plan.branches),
        season=shuffled(plan.season),
    )
    again = write_bank_summary(other, tmp_path / "全行汇总.xlsx")
    assert again.read_bytes() == path.read_bytes()


def test_people_are_masked(plan, book):
    people = plan.book.customers["customer_type"].isin(["person", "farmer", "owner"])
    names = set(plan.book.customers.loc[people, "customer_name"])
    shown = texts(book)
    assert not names & set(shown)
    assert not [text for text in shown if re.search(r"1[3-9]\d{9}", text)]


def test_a_plan_without_cases_is_still_a_summary(tmp_path):
    plan = make_campaign_plan(managers=1, customers=0)
    book = openpyxl.load_workbook(write_bank_summary(plan, tmp_path / "全行汇总.xlsx"))
    assert "没有未排入的机会。" in texts(book)


@pytest.mark.office
def test_the_office_prints_every_sheet_whole(path, office, tmp_path):
    pdftotext = shutil.which("pdftotext") or pytest.skip("no pdftotext")
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pdf = str(tmp_path / "全行汇总.pdf")
    text = subprocess.run([pdftotext, "-layout", pdf, "-"], check=True, capture_output=True).stdout
    pages = text.decode().split("\f")[:-1]
    assert "###" not in text.decode()
    assert all("内部资料 · 已脱敏" in page for page in pages)
    assert any("冲刺" in page and "结对" in page for page in pages)
