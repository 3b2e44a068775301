"""A manager's workbook: what stands on it, what may be filled in, and that nothing runs."""

import dataclasses
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from campaign.growth.prospects import ABOVE_TICKET
from campaign.render import action_plan, files
from campaign.render.action_overview import live_formulas
from campaign.render.action_packs import manager_packs
from campaign.render.action_reward import TOLD_ROW, reward_formulas
from campaign.render.guidance import load_guidance
from campaign.vocabulary import (
    FILLED_FIELDS,
    INDUSTRY_CARDS,
    KEY_NAMES,
    OUTING,
    REFERRAL,
    REFERRAL_FIELDS,
    RESERVE,
    STAFF,
    VisitOutcome,
    WorkbookSheet,
)
from tests.builders_render import make_campaign_plan
from tests.workbooks import (
    PAYLOADS,
    formulas,
    links_and_live_parts,
    rows_under,
    texts,
)


@pytest.fixture(scope="module")
def plan():
    return make_campaign_plan()


@pytest.fixture(scope="module")
def paths(plan, tmp_path_factory):
    return action_plan.write_action_plans(plan, tmp_path_factory.mktemp("行动方案"))


@pytest.fixture(scope="module")
def book(paths):
    """Return the workbook of 周强, a new manager with a partner."""
    return openpyxl.load_workbook(next(p for p in paths if p.stem == "1004_周强"))


# Of a first plan: 变动 stands only in a workbook issued anew.
FIRST = [sheet for sheet in WorkbookSheet if sheet is not WorkbookSheet.CHANGES]
SHEETS = [sheet.label for sheet in FIRST if sheet is not WorkbookSheet.KEYS]


def packs_of(plan):
    return list(manager_packs(plan, load_guidance()))


def write_first(plan, folder: Path) -> Path:
    return action_plan.write_action_plans(plan, folder)[0]


def test_each_manager_has_a_workbook_under_his_branch(paths):
    shown = [f"{path.parent.name}/{path.name}" for path in paths]
    assert shown == [
        "城东支行/1001_陈立新.xlsx",
        "城东支行/1002_王丽丽.xlsx",
        "开发区支行/1005_欧阳小敏.xlsx",
        "开发区支行/1006_何建国.xlsx",
        "滨江支行/1003_王丽丽.xlsx",
        "滨江支行/1004_周强.xlsx",
    ]


def test_sheets_stand_in_order_and_the_keys_are_out_of_sight(book):
    assert book.sheetnames == [sheet.label for sheet in FIRST]
    states = {sheet.title: sheet.sheet_state for sheet in book.worksheets}
    assert states.pop("_方案") == "veryHidden"
    assert set(states.values()) == {"visible"}


def test_the_keys_say_whose_workbook_of_which_plan_it_is(book):
    keys = {row[0].value: row[1].value for row in book["_方案"].iter_rows()}
    assert list(keys) == list(KEY_NAMES)
    assert keys == {
        "tool": "spring-campaign",
        "campaign": "2026-12-01..2027-03-31",
        "version": "1",
        "manager_id": "1004",
        "as_of": "2026-11-15",
        "book_digest": "test",
        "since": "2026-11-15",
    }


@pytest.mark.parametrize(("label", "channel"), [("走访日程", "visit"), ("电话", "call")])
def test_each_row_carries_its_key_in_a_hidden_column(plan, book, label, channel):
    sheet = book[label]
    mine = plan.touches[
        (plan.touches["manager_id"] == "1004") & (plan.touches["channel"] == channel)
    ]
    keys = [sheet.cell(row, 1).value for row in range(4, 4 + len(mine))]
    assert sheet.column_dimensions["A"].hidden
    assert sorted(keys) == sorted(mine["candidate_id"])


def test_only_the_cells_to_fill_in_are_unlocked(book):
    for sheet in book.worksheets:
        assert sheet.protection.sheet, sheet.title
        assert sheet.protection.password is None
        if sheet.title == WorkbookSheet.REWARD.label:
            continue
        open_labels = {
            label_above(sheet, cell)
            for row in sheet.iter_rows()
            for cell in row
            if not cell.protection.locked
        }
        assert open_labels == {field.label for field in fields_of(sheet.title)}, sheet.title


def fields_of(title: str):
    return {"走访日程": FILLED_FIELDS, "电话": FILLED_FIELDS, "新联系人": REFERRAL_FIELDS}.get(
        title, ()
    )


def label_above(sheet, cell) -> str:
    column = [sheet.cell(row, cell.column).value for row in range(cell.row, 0, -1)]
    return next(value for value in column if value is not None)


def test_every_row_of_the_lists_can_be_filled_in(plan, book):
    for label, channel in (("走访日程", "visit"), ("电话", "call")):
        count = sum((plan.touches["manager_id"] == "1004") & (plan.touches["channel"] == channel))
        unlocked = [c for row in book[label].iter_rows() for c in row if not c.protection.locked]
        assert len(unlocked) == count * len(FILLED_FIELDS)


def test_results_come_from_a_drop_down_and_figures_are_checked(book):
    rules = {rule.type: rule for rule in book["走访日程"].data_validations.dataValidation}
    assert rules["list"].formula1 == f'"{",".join(outcome.label for outcome in VisitOutcome)}"'
    assert set(rules) == {"list", "date", "decimal", "whole"}
    assert all(rule.showErrorMessage for rule in rules.values())
    covered = {str(rule.sqref) for rule in book["走访日程"].data_validations.dataValidation}
    assert len(covered) == 5


def test_filters_and_sorting_stay_possible_under_protection(book):
    protection = book["走访日程"].protection
    assert protection.autoFilter is False
    assert protection.sort is False
    assert book["走访日程"].auto_filter.ref == "A3:X22"  # the key sorts along


def test_the_only_formulas_count_what_is_filled_in(plan, paths):
    for path, pack in zip(paths, packs_of(plan), strict=True):
        allowed = {
            ("总览", openpyxl.utils.cell.get_column_letter(column + 1) + str(row + 1)): formula
            for (row, column), (formula, _) in live_formulas(pack).items()
        }
        rewards = reward_formulas(plan.settings.incentives).values()
        allowed |= {
            (WorkbookSheet.REWARD.label, f"B{row}"): formula
            for row, formula in enumerate(rewards, start=TOLD_ROW + 1)
        }
        assert formulas(path) == allowed
        assert len(allowed) == 2 + len(rewards)
        assert links_and_live_parts(path) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_data_never_runs_and_stays_as_it_is(payload, tmp_path):
    plan = make_campaign_plan(managers=1, customers=6, masked=False, text=payload)
    path = write_first(plan, tmp_path)
    book = openpyxl.load_workbook(path)
    assert len(formulas(book)) == 2 + len(reward_formulas(plan.settings.incentives))
    assert links_and_live_parts(path) == []
    assert texts(book).count(payload) >= 20
    assert [p.relative_to(tmp_path).parts[-1][:5] for p in tmp_path.rglob("*.xlsx")] == ["1001_"]


def test_a_header_takes_no_code_from_data(tmp_path):
    plan = make_campaign_plan(managers=1, customers=2, text='&P&"Arial"&R')
    sheet = openpyxl.load_workbook(write_first(plan, tmp_path))["走访日程"]
    assert "&P" not in sheet.oddHeader.left.text.replace("&&", "")
    assert (
        len(sheet.HeaderFooter.oddHeader._to_string() if False else sheet.oddHeader.left.text) < 255
    )


def test_the_same_plan_gives_the_same_bytes(plan, paths, tmp_path):
    again = action_plan.write_action_plans(plan, tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]


def test_the_order_of_rows_does_not_matter(plan, paths, tmp_path):
    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.sample(frac=1, random_state=7).reset_index(drop=True)

    growth = {
        name: shuffled(getattr(plan.growth, name))
        for name in ("screen", "headroom", "refinance", "run_off", "opportunities", "staff")
    }
    tables = ("touches", "quotas", "left_out", "managers", "branches", "rates", "season")
    other = dataclasses.replace(
        plan,
        growth=dataclasses.replace(plan.growth, **growth),
        **{name: shuffled(getattr(plan, name)) for name in tables},
    )
    again = action_plan.write_action_plans(other, tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]


@pytest.mark.parametrize("copies", [False, True])
def test_two_processes_write_what_one_writes(tmp_path, monkeypatch, copies):
    if copies and sys.platform != "linux":
        pytest.skip("copies are made on Linux alone")
    monkeypatch.setattr(action_plan, "may_copy", lambda: copies)
    plan = make_campaign_plan(managers=action_plan.WORTH_A_PROCESS, customers=4)
    one = action_plan.write_action_plans(plan, tmp_path / "1", processes=1)
    two = action_plan.write_action_plans(plan, tmp_path / "2", processes=2)
    assert [p.relative_to(tmp_path / "1") for p in one] == [
        p.relative_to(tmp_path / "2") for p in two
    ]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_workbooks_wait_to_be_cut_while_many_are_to_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(action_plan, "CHUNK", 1)
    monkeypatch.setattr(action_plan, "MOST_WAITING", 2)
    cut = []

    def slow(facts, jobs):
        time.sleep(0.05)
        return [path for _, path in jobs]

    def jobs():
        for number in range(9):
            cut.append(number)
            yield None, tmp_path / str(number)

    monkeypatch.setattr(action_plan, "_write_jobs", slow)
    workbooks = action_plan.Workbooks(None, jobs, ThreadPoolExecutor(1))
    workbooks.hand_over()
    first = len(cut)
    assert [path.name for path in workbooks.written()] == list("012345678")
    assert first < 9 == len(cut)


def test_one_process_is_enough_where_others_cannot_start(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise BrokenProcessPool("no processes here")

    monkeypatch.setattr(action_plan, "ProcessPoolExecutor", refuse)
    plan = make_campaign_plan(managers=action_plan.WORTH_A_PROCESS, customers=2)
    assert all(p.exists() for p in action_plan.write_action_plans(plan, tmp_path))


def test_a_writing_process_starts_without_pandas():
    code = "import sys, campaign.render.action_plan; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_workbook_held_open_is_kept_beside_the_old_one(tmp_path, monkeypatch):
    plan = make_campaign_plan(managers=1, customers=2)
    path = write_first(plan, tmp_path)
    real = Path.replace

    def replace(self, target):
        if target == path:
            raise PermissionError(13, "held open")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    assert write_first(plan, tmp_path).name == "1001_陈立新（2）.xlsx"


def test_no_whole_phone_number_and_no_whole_name_is_shown(plan, paths):
    people = plan.book.customers["customer_type"].isin(["person", "farmer", "owner"])
    names = set(plan.book.customers.loc[people, "customer_name"])
    for path in paths:
        shown = texts(path)
        assert not [t for t in shown if re.search(r"1[3-9]\d{9}", t)]
        assert not names & set(shown)
        assert "139****0000" in " ".join(shown)


def test_without_masking_the_numbers_stand_and_the_sheet_says_so(tmp_path):
    path = write_first(make_campaign_plan(managers=1, customers=4, masked=False), tmp_path)
    shown = texts(path)
    assert "13900000000" in shown
    assert any("未脱敏" in text for text in shown)


def test_the_overview_names_days_version_calendar_and_data_grade(book):
    shown = " ".join(str(c.value) for row in book["总览"].iter_rows() for c in row if c.value)
    for words in (
        "数据日期 2026-11-15",
        "方案第 1 版",
        "日历暂定",
        "已脱敏",
        "C 仅政策上限",
        "以审批为准",
    ):
        assert words in shown


def test_the_pool_counts_names_and_neither_outings_nor_strangers(plan):
    found = plan.growth.opportunities
    names = found[found["is_prospect"]].drop_duplicates("customer_id")
    more = names.head(2).assign(
        customer_id=[f"{OUTING}-1001-01", "UNKNOWN"], opportunity_id=["o1", "o2"]
    )
    growth = dataclasses.replace(plan.growth, opportunities=pd.concat([found, more]))
    before, after = packs_of(plan), packs_of(dataclasses.replace(plan, growth=growth))
    assert [pack.pool for pack in after] == [pack.pool for pack in before]
    assert sum(count for pack in before for _, count in pack.pool) == len(names)


def test_the_overview_adds_up_the_weeks(plan, book):
    mine = plan.quotas[plan.quotas["manager_id"] == "1004"]
    total = next(row for row in rows_under(book["总览"], "活动周") if row["活动周"] == "合计")
    assert (total["走访"], total["电话"]) == (mine["visits"].sum(), mine["calls"].sum())
    assert total["预计金额"] == pytest.approx(mine["amount"].sum() / 10_000)
    assert (total["申请"] or 0) == mine["applications"].sum()
    assert len(book["总览"]._charts) == 1


def test_the_overview_says_how_long_the_names_last(plan, tmp_path):
    known = {"manager_id": "1001", "remaining": 4_000_000, "needed": 552, "stock": 112}
    known |= {"gained_a_week": 8.88, "shortfall": 289, "weeks_left": 4.75}
    reserve = RESERVE.conform(pd.DataFrame([known]))
    path = write_first(dataclasses.replace(plan, reserve=reserve), tmp_path)
    assert (
        "名单够不够：须由新客户完成 400.00 万元，约需名单 552 户；现有 112 户，每周新增 8.9 户，"
        "约够用 4.8 周，还缺 289 户。"
    ) in texts(path)


def test_visits_stand_by_day_with_amounts_in_wan(plan, book):
    rows = rows_under(book["走访日程"], "为何去")
    days = [row["日期"] for row in rows]
    assert days == sorted(days)
    assert rows[0]["可能金额"] == 38.0  # 12 + 6 + 20, grade A
    assert (rows[0]["客户"], rows[0]["电话"], rows[0]["同行"]) == (
        "刘*干果店",
        "139****0000",
        "陈立新",
    )


def test_a_visit_gives_at_most_two_reasons_that_matter_most(book):
    row = next(r for r in rows_under(book["走访日程"], "为何去") if r["客户"] == "刘*干果店")
    # renewal 20 x 0.2 before top-up 12 x 0.2; the industry reason (6) is the third and left out
    assert row["目的"] == "增贷 行业 续贷"
    assert row["为何去"].startswith("到期前 30 天上门")
    assert "偿债能力上限最低" in row["为何去"]
    assert "备货" not in row["为何去"]


def test_what_to_look_at_again_comes_from_the_screen(book):
    rows = rows_under(book["走访日程"], "为何去")
    again = {row["现场再看"] for row in rows}
    assert "黄灯：近两月征信查询 7 次；补查：对外担保、涉诉" in again
    assert "经营、库存、负债" in again


def test_points_of_change_come_before_what_nobody_checked(plan, tmp_path):
    points = "押品重新评估；看流水；补问年销售收入；补问净资产；补问信用等级"
    headroom = plan.growth.headroom.assign(look_again=points, signal="yellow")
    growth = dataclasses.replace(plan.growth, headroom=headroom)
    book = openpyxl.load_workbook(write_first(dataclasses.replace(plan, growth=growth), tmp_path))
    again = {row["现场再看"] for row in rows_under(book["增贷"], "增贷空间")}
    assert again == {"黄灯：押品重新评估；补问年销售收入、净资产等 3 项"}


def test_an_amount_of_grade_c_is_never_firm(plan, book):
    grades = plan.growth.headroom.set_index("customer_id")["grade"]
    rows = rows_under(book["增贷"], "增贷空间")
    assert {row["增贷空间"] for row in rows if row["资料等级"] == "仅政策上限"} == {"待核实"}
    assert all(isinstance(r["增贷空间"], float | int) for r in rows if r["资料等级"] == "资料较全")
    assert set(grades) == {"A", "B", "C"}


def test_the_derivation_shows_every_known_cap_and_the_one_that_binds(book):
    row = rows_under(book["测算卡"], "约束项")[0]
    caps = [row[name] for name in ("偿债能力", "销售比例", "净资产", "担保方式", "单次增幅")]
    assert caps == [30.0, 32.5, 35.0, 37.5, 40.0]
    assert (row["约束项"], row["增贷空间"], row["来源行"]) == (
        "偿债能力",
        30.0,
        "借据!20;客户信息!20",
    )
    assert "抵押物" not in row
    assert row["未能检查"] == "营运资金；抵押物"


def test_the_cap_that_binds_stands_in_a_frame_and_no_other(book):
    heads = {cell.value: cell.column_letter for cell in book["测算卡"][3]}
    first = {name: book["测算卡"][f"{letter}4"] for name, letter in heads.items()}
    framed = [name for name, cell in first.items() if cell.border.left.style]
    assert framed == [first["约束项"].value]


def test_the_saving_of_a_refinance_is_shown_step_by_step(plan, book):
    row = rows_under(book["置换测算"], "转换成本")[0]
    table = plan.growth.refinance
    mine = table[(table["manager_id"] == "1004") & (table["status"] == "planned")].iloc[0]
    assert row["毛节省利息"] - row["转换成本"] == pytest.approx(row["净节省"])
    assert row["净节省"] == pytest.approx(mine["net_saving"] / 10_000, abs=1e-6)
    assert row["利差"] == pytest.approx(mine["other_rate"] - mine["our_rate"])
    assert row["来源行"] == mine["source_rows"]
    assert rows_under(book["置换"], "他行名称")[0]["序"] == row["序"]


def test_a_very_long_text_is_cut_and_its_row_stays_within_excels_height(tmp_path):
    path = write_first(make_campaign_plan(managers=1, customers=3, text="长" * 40_000), tmp_path)
    book = openpyxl.load_workbook(path)
    assert max(len(text) for text in texts(book)) < 32_767
    heights = [d.height or 0 for sheet in book for d in sheet.row_dimensions.values()]
    assert max(heights) <= 409


def test_before_consent_neither_lender_nor_amount_is_shown(plan, book):
    waiting = plan.growth.refinance
    waiting = waiting[(waiting["manager_id"] == "1004") & (waiting["status"] == "needs_consent")]
    rows = rows_under(book["置换"], "先做什么")
    assert len(rows) == len(waiting)
    assert all(set(row) == {"序", "客户", "电话", "先做什么"} for row in rows)
    listed = {row["状态"] for row in rows_under(book["置换"], "他行名称")}
    assert listed == {"本期办理", "以后再谈"}


def test_a_loan_to_move_says_how_and_what_the_superior_must_settle(plan, tmp_path):
    moved = plan.growth.refinance.assign(
        senior_ask="请行长同访，电话13800138000", wave="节前批", release="无须解押", bundle="收款码"
    )
    growth = dataclasses.replace(plan.growth, refinance=moved)
    book = openpyxl.load_workbook(write_first(dataclasses.replace(plan, growth=growth), tmp_path))
    told = {row["状态"]: row["怎么办"] for row in rows_under(book["置换"], "他行名称")}
    assert told["本期办理"] == "请行长同访，电话138****8000；节前批；无须解押；可一并办 收款码"
    assert "节前批" not in told.get("以后再谈", "")


@pytest.mark.parametrize(("label", "head"), [("增贷", "增贷空间"), ("续贷保有", "到期日")])
def test_a_list_names_the_row_where_a_result_is_filled_in(book, label, head):
    visits = {f"走访 {row['序']}": row["客户"] for row in rows_under(book["走访日程"], "为何去")}
    named = [row for row in rows_under(book[label], head) if row["填写处"].startswith("走访")]
    assert named
    assert [visits[row["填写处"]] for row in named] == [row["客户"] for row in named]
    days = {row["序"]: row["日期"] for row in rows_under(book["走访日程"], "为何去")}
    assert [days[int(row["填写处"].split()[1])] for row in named] == [r["计划日"] for r in named]


def test_a_customer_without_a_touch_is_listed_as_not_planned(plan, tmp_path):
    first, second = referrers(plan)[:2]
    touches = plan.touches[plan.touches["customer_id"] != first]
    path = write_first(dataclasses.replace(plan, touches=touches), tmp_path)
    rows = rows_under(openpyxl.load_workbook(path)["转介"], "预计人数")
    places = {row["客户编号"]: row["填写处"] for row in rows}
    assert places[first] == "未排"
    assert places[second].startswith("走访 ")


def referrers(plan) -> list[str]:
    """Return the customers of the first manager who may bring names."""
    found = plan.growth.opportunities
    mine = found[(found["manager_id"] == "1001") & (found["source"] == "referral")]
    return mine.loc[~mine["is_prospect"], "customer_id"].tolist()


def test_a_list_says_what_to_say_and_how_to_ask_for_names(book):
    for label, words in (
        ("增贷", "最终以审批为准"),
        ("置换", "总成本"),
        ("续贷保有", "无还本续贷"),
    ):
        said, asked = book[label]["A2"].value.split("\n")[1:]
        assert said.startswith("怎么说：")
        assert words in said
        assert asked.startswith("问转介：")


def test_a_seasonal_customer_has_the_first_question_of_his_trade(book):
    rows = rows_under(book["行业商机"], "先问")
    asked = {row["先问"] for row in rows if row["细分行业"] == "年货干果炒货批发"}
    assert asked == {"今年准备压多少货、向谁付款、已付多少定金？"}


def test_a_new_manager_reads_what_he_is_locked_on_and_an_experienced_one_whom_he_takes(
    plan, tmp_path
):
    facts = {"focus": "烟酒零售（烟酒店）", "most_ticket": 150_000.0, "tenure_months": 3.0}
    people = plan.managers[["manager_id", "is_new", "partner"]]
    people = people.assign(is_new=people["manager_id"].isin(["1004", "1005"]), partner=None)
    people.loc[people["is_new"], "partner"] = "1001"
    staff = STAFF.conform(people[people["is_new"]].assign(**facts))
    managers = plan.managers.assign(partner=people["partner"], is_new=people["is_new"])
    growth = dataclasses.replace(plan.growth, staff=staff)
    changed = dataclasses.replace(plan, growth=growth, managers=managers)
    packs = {pack.manager_id: pack for pack in packs_of(changed)}
    assert packs["1004"].lock == (
        "锁定客群 烟酒零售（烟酒店）；先做单笔 15.00 万元以内的（任职 3 个月，逐月放宽到 30.00 万元）；"
        "每天电话 10—20 个"
    )
    assert (packs["1001"].lock, packs["1001"].partner) == ("", "周强、欧阳小敏")
    assert packs["1004"].partner == "陈立新"
    paths = action_plan.write_action_plans(changed, tmp_path)
    path = next(path for path in paths if path.stem.startswith("1004"))
    said = texts(openpyxl.load_workbook(path))
    assert any(packs["1004"].lock in words for words in said)


def test_the_card_of_each_trade_is_whole_and_stands_behind_the_leads(book):
    labels = book.sheetnames
    assert labels[labels.index("行业商机") + 1] == "行业卡"
    rows = {row["细分行业"]: row for row in rows_under(book["行业卡"], "三个问题")}
    card = rows["年货干果炒货批发"]
    assert card["为何此时"].startswith("节前 6—8 周集中向产地和加工厂付现压货")
    assert card["三个问题"].count("\n") == 2
    assert (card["常见金额"], card["常见期限"][:7]) == ("20—100 万元", "6—12 个月")
    assert "仓库实物与保质期" in card["核实什么"].split("\n")
    assert "压货过量、节后滞销降价" in card["常见风险"].split("\n")
    assert "仓库租赁合同" in card["资料"].split("\n")


def test_a_bank_s_own_card_goes_before_the_one_that_ships(plan, tmp_path):
    own = INDUSTRY_CARDS.conform(
        pd.DataFrame([{"sub_industry": "年货干果炒货批发", "what_goes_wrong": "炒货受潮"}])
    )
    path = write_first(dataclasses.replace(plan, own_cards=(own,)), tmp_path)
    rows = rows_under(openpyxl.load_workbook(path)["行业卡"], "三个问题")
    card = next(row for row in rows if row["细分行业"] == "年货干果炒货批发")
    assert (card["常见风险"], card["常见金额"]) == ("炒货受潮", "")


def test_trades_of_the_special_reward_are_marked(plan, tmp_path):
    found = plan.growth.opportunities
    nuts = found["sub_industry"].eq("年货干果炒货批发") & found["source"].eq("industry")
    growth = dataclasses.replace(plan.growth, opportunities=found.assign(rewarded=nuts))
    book = openpyxl.load_workbook(write_first(dataclasses.replace(plan, growth=growth), tmp_path))
    marked = {(row["细分行业"], row["奖励"]) for row in rows_under(book["行业商机"], "先问")}
    assert ("年货干果炒货批发", "奖") in marked
    assert {mark for trade, mark in marked if trade != "年货干果炒货批发"} == {""}
    cards = [row["细分行业"] for row in rows_under(book["行业卡"], "三个问题")]
    assert [name for name in cards if "专项奖励" in name] == ["年货干果炒货批发\n专项奖励"]


def test_a_loan_above_a_new_manager_s_ticket_says_to_go_together(plan, tmp_path):
    found = plan.growth.opportunities
    told = found["reason"].where(
        ~found["is_prospect"].astype(bool), "名单来源：客户转介，金额为对方所提，" + ABOVE_TICKET
    )
    growth = dataclasses.replace(plan.growth, opportunities=found.assign(reason=told))
    book = openpyxl.load_workbook(write_first(dataclasses.replace(plan, growth=growth), tmp_path))
    calls = [row["情况"] for row in rows_under(book["电话"], "次序")]
    assert any(words.endswith(ABOVE_TICKET) for words in calls)


def test_who_brought_whom_stands_beside_whom_to_ask(plan, tmp_path):
    first = referrers(plan)[0]
    known = {"customer_id": first, "names": 1.5, "descendants": 2, "brought_balance": 3e5}
    referral = REFERRAL.conform(pd.DataFrame([known]))
    growth = dataclasses.replace(plan.growth, referral=referral)
    path = write_first(dataclasses.replace(plan, growth=growth), tmp_path)
    rows = rows_under(openpyxl.load_workbook(path)["转介"], "预计人数")
    row = next(row for row in rows if row["客户编号"] == first)
    assert (row["预计人数"], row["已带来户数"], row["带来余额"]) == (1.5, 2, 30.0)
    assert {row["预计人数"] for row in rows if row["客户编号"] != first} == {"—"}


def test_the_referral_step_is_due_on_every_visit(book):
    rows = rows_under(book["走访日程"], "为何去")
    assert {row["转介"] for row in rows} == {"重点", "例行"}
    marked = {row["转介"] for row in rows if "转介" in row["目的"].split(" ")}
    assert marked == {"重点"}


def test_calls_begin_with_referred_and_own_contacts(book):
    rows = [row for row in rows_under(book["电话"], "次序") if row["日期"].day == 8]
    assert [row["次序"] for row in rows] == [1, 2, 3, 4]
    assert [row["话术"] for row in rows] == ["转介名单", "走访自采名单", "走访自采名单", "外部名单"]


def test_maturities_stand_in_order(book):
    rows = rows_under(book["续贷保有"], "到期日")
    days = [row["到期日"] for row in rows]
    assert days == sorted(days)
    assert rows[0]["到期本金"] == 20.0


def test_new_contacts_can_be_written_by_hand(book):
    rows = rows_under(book["新联系人"], "序")
    labels = [field.label for field in REFERRAL_FIELDS]
    assert len(rows) >= 12
    assert [name for name in rows[0] if name != "序"] == labels


def test_an_empty_list_says_why(tmp_path):
    plan = make_campaign_plan(managers=1, customers=0)
    book = openpyxl.load_workbook(write_first(plan, tmp_path))
    for label, words in (
        ("走访日程", "本期没有排走访"),
        ("电话", "本期没有排电话"),
        ("增贷", "没有可增贷"),
        ("置换", "没有可办理的置换"),
        ("行业商机", "没有本期进入旺季的行业"),
        ("续贷保有", "没有到期本金"),
    ):
        assert any(words in str(c.value) for row in book[label].iter_rows() for c in row), label


def test_a_list_that_is_cut_says_how_many_there_are(tmp_path):
    plan = make_campaign_plan(managers=1, customers=40)
    short = dataclasses.replace(
        plan, settings=plan.settings.with_values({"output": {"list_rows": 10}})
    )
    sheet = openpyxl.load_workbook(write_first(short, tmp_path))["增贷"]
    assert len(rows_under(sheet, "增贷空间")) == 10
    assert re.search(r"共 \d+ 户，此处列前 10 户", sheet["A2"].value)


def test_every_sheet_prints_on_a4_one_page_wide(book):
    for sheet in book.worksheets[:-1]:
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert setup.fitToWidth in (None, 1)  # 1 where nothing stands
        assert sheet.print_area
        assert "内部资料 · 已脱敏" in sheet.oddHeader.right.text
        assert (
            "&P" in sheet.oddFooter.right.text.replace("&[Page]", "&P")
            or "页" in sheet.oddFooter.right.text
        )
    assert book["走访日程"].print_title_rows == "$3:$3"
    assert book["走访日程"].freeze_panes == "H4"


def test_every_list_repeats_its_heads_in_print(book):
    titles = {sheet.title: sheet.print_title_rows for sheet in book.worksheets}
    lists = (
        "走访日程",
        "增贷",
        "测算卡",
        "置换",
        "置换测算",
        "行业商机",
        "新联系人",
        "电话",
        "续贷保有",
    )
    assert {titles[label] for label in lists} == {"$3:$3"}
    head = next(row[0].row for row in book["转介"].iter_rows() if row[7].value == "预计人数")
    assert titles["转介"] == f"${head}:${head}"


def test_every_printed_page_says_whose_copy_it_is(book):
    heads = {sheet.oddHeader.center.text.strip() for sheet in book.worksheets[:-1]}
    assert heads == {"周强 1004 · 2026-11-15"}


def test_a_print_holds_three_weeks_and_says_what_it_leaves_out(plan, tmp_path):
    spaced = plan.touches["date"] + pd.to_timedelta(plan.touches.index % 2 * 28, unit="D")
    late = dataclasses.replace(plan, touches=plan.touches.assign(date=spaced))
    sheet = openpyxl.load_workbook(write_first(late, tmp_path))["走访日程"]
    rows = rows_under(sheet, "为何去")
    monday = rows[0]["日期"] - timedelta(days=rows[0]["日期"].weekday())
    early = sum(row["日期"] < monday + timedelta(days=21) for row in rows)
    assert 0 < early < len(rows)
    assert sheet.print_area == f"'走访日程'!$B$1:$U${3 + early}"
    assert f"打印只含前 3 周，其余 {len(rows) - early} 行" in sheet["B2"].value


# The first and the last head of each list, which every page of its sheet repeats.
HEADS = {
    "走访日程": ("序", "备注"),
    "增贷": ("序", "说明"),
    "测算卡": ("序", "来源行"),
    "置换": ("序", "怎么办"),
    "置换测算": ("序", "来源行"),
    "行业商机": ("序", "来源行"),
    "新联系人": ("序", "意向金额"),
    "电话": ("活动周", "备注"),
    "续贷保有": ("序", "来源行"),
}


@pytest.fixture(scope="module")
def printed(paths, tmp_path_factory):
    """Return the pages of every workbook as the office prints them: sheet and words."""
    office = shutil.which("soffice") or shutil.which("libreoffice") or pytest.skip("no office")
    pdftotext = shutil.which("pdftotext") or pytest.skip("no pdftotext")
    out = tmp_path_factory.mktemp("pdf")
    command = [office, f"-env:UserInstallation=file://{out}/profile", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(out), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    found = {}
    for path in paths:
        command = [pdftotext, "-layout", str(out / f"{path.stem}.pdf"), "-"]
        text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        sheet, pages = "总览", []
        for words in text.split("\f")[:-1]:
            began = next(
                (name for name in SHEETS if re.search(rf"^ *{name}\s+\S+支行 ", words, re.M)), sheet
            )
            sheet = began
            pages.append((sheet, words))
        found[path.stem] = pages
    return found


@pytest.mark.office
def test_the_office_prints_every_workbook_whole(paths, printed):
    assert len(printed) == len(paths)
    for pages in printed.values():
        assert [sheet for sheet in SHEETS if sheet not in {name for name, _ in pages}] == []
        assert all(re.search(r"第 \d+ 页，共 \d+ 页", words) for _, words in pages)
        assert all(len(words.split()) > 20 for _, words in pages)  # none is blank
        assert not any("###" in words for _, words in pages)


@pytest.mark.office
def test_each_printed_page_of_a_list_has_its_first_and_its_last_column(printed):
    for sheet, (first, last) in HEADS.items():
        pages = [words for book in printed.values() for name, words in book if name == sheet]
        assert pages, sheet
        assert [p for p in pages if not re.search(rf"(^|\s){first}\s.*{last}", p, re.S)] == []


@pytest.mark.office
def test_a_workbook_is_short_enough_to_be_printed(printed):
    for pages in printed.values():
        assert len(pages) <= 18
        assert sum(name == "填报说明" for name, _ in pages) <= 3
