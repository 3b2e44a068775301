"""The output contract of design: every file, its columns, and figures that agree with each other."""

import json

import openpyxl
import pandas as pd
import pytest

from campaign.plan.verify import broken_rules
from campaign.resources import resource_folder
from campaign.vocabulary import GROWTH_SOURCES
from campaign.workflow import CampaignRequest, run_campaign
from tests.relaxed import best_day_by_day
from tests.workbooks import cells

COLUMNS = {
    "candidates": "candidate_id customer_id manager_id touch channel value earliest latest effort resources",
    "capacity": "owner resource period_start period_end amount",
    "touches": "candidate_id date week manager_id customer_id channel purposes value area companion",
    "quotas": "manager_id week visits calls referrals contacts amount",
    "left_out": "customer_id source reason value cut_off",
    "headroom": "customer_id exposure limit undrawn binding_cap headroom grade source_rows",
    "refinance": "customer_id lender balance amount net_saving window_start window_end status reason source_rows",
    "opportunities": "opportunity_id customer_id manager_id branch source amount probability expected "
    "window_start window_end grade reason source_rows",
    "screen": "customer_id signal",
    "run_off": "loan_note_id run_off renewed source_rows",
    "managers": "manager_id branch visits calls amount_floor amount_target amount_stretch",
    "branches": "branch opening closing target gap",
    "findings": "kind severity count message cells",
}
PLAN_KEYS = (
    "as_of start end festival target currency bridge forecast plan_quality branches managers "
    "findings settings_digest book_digest version seed"
)
BRIDGE = "opening run_off renewed draw top_up refinance industry team referral closing gap"
SIGNS = {"opening": 1, "run_off": -1, "closing": 0, "gap": 0}


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Return the campaign of the small sample book, planned and written."""
    book = resource_folder("sample_books") / "first_look.xlsx"
    return run_campaign(CampaignRequest((book,)), tmp_path_factory.mktemp("first_look"))


@pytest.fixture(scope="session")
def folder(run):
    return run.out


@pytest.fixture(scope="session")
def plan(folder):
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


def table(folder, name):
    return pd.read_csv(
        folder / "tables" / f"{name}.csv", encoding="utf-8-sig", dtype={"customer_id": str}
    )


def fen(yuan):
    return round(yuan * 100)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_table_has_its_columns(folder, name):
    assert set(COLUMNS[name].split()) <= set(table(folder, name).columns)


def test_tables_open_in_excel_as_utf8(folder):
    for path in (folder / "tables").glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name


def test_plan_json_has_its_keys(plan):
    assert set(PLAN_KEYS.split()) <= set(plan)
    assert set(BRIDGE.split()) == set(plan["bridge"])
    assert set(plan["plan_quality"]["rules_of_thumb"]) == {
        "equal",
        "proportional",
        "abc",
        "largest_first",
    }


def test_a_workbook_a_manager_and_a_briefing_a_branch(folder, plan):
    workbooks = {
        path.parent.name + "/" + path.stem for path in (folder / "行动方案").rglob("*.xlsx")
    }
    wanted = {f"{m['branch']}/{m['manager_id']}_{m['manager_name']}" for m in plan["managers"]}
    assert workbooks == wanted
    pages = {path.stem for path in (folder / "简报").glob("*.html")}
    assert pages == {branch["branch"] for branch in plan["branches"]} | {"index"}
    assert (folder / "全行汇总.xlsx").is_file()
    assert (folder / "campaign.db").is_file()


def words_of(path):
    """Return what a person reads in a workbook or page, its headers and footers too."""
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    book = openpyxl.load_workbook(path)
    footers = [sheet.oddFooter.left.text or "" for sheet in book]
    return " ".join([str(cell.value) for _, cell in cells(book)] + footers)


def test_every_output_names_day_version_data_grade_and_provisional_days(folder, plan):
    outputs = [p for p in folder.rglob("*") if p.suffix in (".html", ".xlsx")]
    assert len(outputs) == 1 + len(plan["managers"]) + len(plan["branches"]) + 1
    for path in outputs:
        said = words_of(path)
        for words in ("2026-11-15", "方案第 1 版", "资料等级：A", "暂定", "以审批为准"):
            assert words in said, (path.name, words)
    assert plan["calendar_provisional"] is True
    assert sum(plan["data_grades"].values()) == pytest.approx(1.0, abs=1e-3)


def test_every_printed_sheet_says_at_its_foot_what_it_rests_on(folder):
    for path in folder.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            if sheet.sheet_state == "visible":
                foot = sheet.oddFooter.left.text
                assert "数据日期 2026-11-15 · 方案第 1 版 · 日历含暂定" in foot, sheet.title


def test_the_bridge_adds_up_to_the_fen(plan):
    bridge = plan["bridge"]
    steps = sum(SIGNS.get(name, 1) * fen(value) for name, value in bridge.items())
    assert steps == fen(bridge["closing"])
    growth = fen(bridge["closing"]) - fen(bridge["opening"])
    assert fen(bridge["gap"]) == fen(plan["target"]) - growth


def test_the_bridge_is_the_sum_of_the_opportunities(folder, plan):
    opportunities = table(folder, "opportunities")
    by_source = opportunities.groupby("source")["expected"].sum()
    for source in GROWTH_SOURCES:
        assert fen(plan["bridge"][source.value]) == fen(by_source.get(source.value, 0.0)), source
    run_off = table(folder, "run_off")
    assert fen(plan["bridge"]["run_off"]) == fen(run_off["run_off"].sum())
    assert fen(plan["bridge"]["renewed"]) == fen(run_off["renewed"].sum())


def test_branches_add_up_to_the_bank(plan):
    for name in BRIDGE.split():
        if name != "gap":
            total = sum(fen(branch[name]) for branch in plan["branches"])
            assert total == fen(plan["bridge"][name]), name


def test_opening_is_the_balance_of_the_book(folder, plan):
    assert fen(plan["bridge"]["opening"]) == fen(table(folder, "headroom")["balance"].sum())


def test_quotas_are_the_touches_counted(folder, plan):
    touches, quotas = table(folder, "touches"), table(folder, "quotas")
    assert quotas["visits"].sum() == (touches["channel"] == "visit").sum()
    assert quotas["calls"].sum() == (touches["channel"] == "call").sum()
    for manager in plan["managers"]:
        own = touches[touches["manager_id"] == manager["manager_id"]]
        assert manager["quota"]["visits"] == (own["channel"] == "visit").sum()
        quota = manager["quota"]
        assert quota["amount_floor"] <= quota["amount_target"] <= quota["amount_stretch"]


def test_touches_are_candidates_inside_their_windows(folder, plan):
    both = table(folder, "touches").merge(
        table(folder, "candidates"), on="candidate_id", suffixes=("", "_c")
    )
    assert len(both) == len(table(folder, "touches"))
    assert both["date"].between(both["earliest"], both["latest"]).all()
    assert both["value"].to_numpy() == pytest.approx(both["value_c"].to_numpy())
    assert plan["plan_quality"]["value"] == pytest.approx(both["value"].sum(), abs=0.01)


def test_no_phone_or_name_is_printed_whole(folder):
    text = "".join(path.read_text(encoding="utf-8") for path in (folder / "简报").glob("*.html"))
    import re

    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text)


def test_the_bound_follows_from_candidates_and_capacity_alone(folder, plan):
    candidates, capacity, touches = (
        table(folder, name) for name in ("candidates", "capacity", "touches")
    )
    best = best_day_by_day(candidates, capacity)
    quality = plan["plan_quality"]
    assert touches["value"].sum() == pytest.approx(quality["value"], abs=0.05)
    assert quality["value"] >= 0.995 * best
    assert quality["upper_bound"] >= best - 0.05
    assert quality["gap"] == pytest.approx(1 - quality["value"] / quality["upper_bound"], abs=1e-6)
    assert quality["value"] >= max(quality["rules_of_thumb"].values())


def test_the_plan_of_the_sample_book_keeps_every_rule(run, folder):
    assert broken_rules(run.plan.problem, run.plan.touches) == []
    written = table(folder, "touches")["candidate_id"]
    assert sorted(written) == sorted(run.plan.touches["candidate_id"])


def test_applications_stand_in_plan_json_and_in_the_quotas(folder, plan):
    asked = table(folder, "quotas").groupby("manager_id")["applications"].sum()
    assert asked.sum() > 0
    for manager in plan["managers"]:
        assert manager["quota"]["applications"] == asked[manager["manager_id"]]
