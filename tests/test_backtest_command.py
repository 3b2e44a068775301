"""`campaign backtest`: last year's plan against this year's ledger, worked by hand."""

import dataclasses
import re
from datetime import date

import pandas as pd
import pytest
from click.testing import CliRunner

from campaign import backtests
from campaign.cli import main
from campaign.errors import BookUnreadable, CampaignError
from campaign.render import backtest_fields
from campaign.render.backtest_page import backtest_page, write_backtest
from campaign.render.drawing import WIDTH
from campaign.render.page_templates import page_templates
from campaign.render.paired_bars import paired_bars
from campaign.request import CampaignRequest
from campaign.settings import Settings
from campaign.vocabulary import BACKTEST_CALIBRATION

HEAD = (
    "客户编号,客户名称,借据号,贷款余额（元）,借据金额（元）,授信额度（元）,额度是否循环,"
    "起始日期,到期日期,五级分类,客户经理,支行"
)
OLD = """
K1,甲公司,J1,200000,200000,500000,是,2025-06-01,2027-05-31,正常,王强,城关支行
K2,乙公司,J2,300000,300000,600000,是,2025-06-01,2027-05-31,正常,王强,城关支行
K3,丙公司,J3,100000,100000,400000,是,2025-06-01,2027-05-31,正常,王强,城关支行
"""
NEW = """
K1,甲公司,J1,200000,200000,500000,是,2025-06-01,2027-05-31,正常,王强,城关支行
K1,甲公司,J9,150000,150000,500000,是,2026-01-10,2027-01-09,正常,王强,城关支行
K2,乙公司,J2,300000,300000,600000,是,2025-06-01,2027-05-31,正常,王强,城关支行
K4,丁公司,J8,80000,80000,,否,2026-02-20,2027-02-19,正常,王强,城关支行
"""


def ledger(folder, name, rows):
    path = folder / f"{name}.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    return (
        ledger(folder, "台账20241115", OLD),
        ledger(folder, "台账20251115", OLD),
        ledger(folder, "台账20261115", NEW),
    )


@pytest.fixture(scope="module")
def scored(books):
    return backtests.score_old_plan(CampaignRequest((books[1],)), books[2])


@pytest.fixture
def run():
    return lambda *args: CliRunner().invoke(main, ["backtest", *map(str, args)])


def test_expected_and_actual_worked_by_hand(scored):
    # 额度未用各 30 万，用 0.55；概率 0.25 + (0.40 − 0.25) × 0.3 = 0.295
    assert scored.result.predicted == pytest.approx(3 * 300_000 * 0.55 * 0.295)
    assert scored.result.actual == 150_000
    assert (scored.result.arrived, scored.result.arrived_balance) == (1, 80_000)


def test_the_plan_knows_nothing_of_the_new_ledger(scored):
    assert scored.plan.window.as_of == date(2025, 11, 15)
    assert scored.plan.window.end == date(2026, 3, 31)
    assert scored.plan.rates["observations"].sum() == 0
    assert "只用先验" in " ".join(backtest_page(scored).notes)


def test_older_pairs_may_teach_the_old_plan(books):
    request = CampaignRequest((books[1],), history=(books[0],))
    scored = backtests.score_old_plan(request, books[2])
    assert scored.plan.rates["observations"].sum() > 0
    assert "更早的台账学得" in " ".join(backtest_page(scored).notes)


def test_the_ledger_it_is_scored_on_must_not_teach(books):
    request = CampaignRequest((books[1],), history=(books[2],))
    with pytest.raises(CampaignError, match="2026-11-15）不早于被回测的 2025-11-15"):
        backtests.score_old_plan(request, books[2])


def test_ledgers_the_wrong_way_round_are_refused(run, books):
    done = run(books[2], books[1])
    assert done.exit_code == 1
    assert "请核对两份台账的数据日期与先后" in done.stderr


def test_a_ledger_without_a_day_asks_for_a_name_with_one(tmp_path, books):
    nameless = ledger(tmp_path, "台账", OLD)
    with pytest.raises(BookUnreadable, match="请把日期写进文件名，如 台账20251115.xlsx"):
        backtests.score_old_plan(CampaignRequest((nameless,)), books[2])


def test_caveats_count_those_who_left_and_the_few(scored):
    said = " ".join(scored.caveats)
    assert "前期有余额的 3 户中，1 户" in said
    assert "实际增长的只有 1 户" in said
    assert "样本不足 30 户" in said
    assert "没有已结清借据" in said


def test_what_was_lent_beyond_the_estimate_is_said(tmp_path, books):
    lent = NEW.replace("J9,150000,150000", "J9,180000,180000")
    scored = backtests.score_old_plan(
        CampaignRequest((books[1],)), ledger(tmp_path, "台账20261115", lent)
    )
    # 30 万 × 0.55 = 16.5 万是当时的可能金额，放了 18 万
    said = next(words for words in scored.caveats if "超过当时测算" in words)
    assert said.startswith(
        "1 户实际增长超过当时测算的可能金额，多出 1.50 万元，占全部实际增长的 8%"
    )


def test_priors_alone_are_not_shown_as_an_estimate(scored):
    page = backtest_page(scored)
    shown = {figure.label: figure.value for figure in page.figures}
    assert (scored.halves, page.halves) == (None, ())
    assert (shown["预计增长"], shown["实际/预计"], shown["实际增长"]) == ("—", "—", "15.00 万元")


def test_halves_stand_in_for_the_priors(scored):
    other = dataclasses.replace(scored.result, predicted=120_000.0)
    page = backtest_page(dataclasses.replace(scored, halves=other))
    shown = {figure.label: figure.value for figure in page.figures}
    assert (shown["预计增长"], shown["实际/预计"]) == ("12.00 万元", "125%")
    assert "合计预计 12.00 万元，实际是预计的 125%" in page.lead
    assert page.halves[-1].ratio == "125%"


def twenty(tmp_path):
    """Return two ledgers of twenty customers, of whom one drew 10万."""
    rows = "".join(
        f"K{i},{i}号公司,J{i},{i}0000,{i}0000,500000,是,2025-06-01,2027-05-31,正常,王强,城关支行\n"
        for i in range(10, 30)
    )
    grew = rows.replace(",J12,120000,120000", ",J12,220000,220000")
    return ledger(tmp_path, "台账20251115", "\n" + rows), ledger(
        tmp_path, "台账20261115", "\n" + grew
    )


def test_a_plan_that_visits_all_is_judged_by_its_best_three_tenths(tmp_path):
    old, new = twenty(tmp_path)
    scored = backtests.score_old_plan(CampaignRequest((old,)), new)
    assert scored.result.capture["customers"].tolist() == [6] * 4
    assert scored.caveats[0].startswith("旧方案触达了 100% 的客户，比不出先后")


def test_a_plan_that_visits_some_is_judged_by_whom_it_touched(tmp_path):
    old, new = twenty(tmp_path)
    few = {"capacity": {"visits_per_day": 0.1, "calls_per_day": 0.1}}
    request = CampaignRequest((old,), settings=Settings().with_values(few))
    scored = backtests.score_old_plan(request, new)
    touches = scored.plan.touches["customer_id"]
    touched = touches[touches.str.startswith("K")].nunique()
    assert 0 < touched < 18
    assert scored.result.capture["customers"].tolist() == [touched] * 4
    assert not any("比不出先后" in words for words in scored.caveats)


def test_the_command_says_it_in_tables(run, books):
    done = run(books[1], books[2])
    assert done.exit_code == 0, done.stderr
    assert "照它预计 14.60 万元（实际是预计的 103%）：这个差距说的是先验" in done.stdout
    assert "客户太少，分不成两半互相检验" in done.stdout
    for words in ("按预计增益分十组", "实际转化 95% 区间", "余额最大优先", "平均分配", "读数之前"):
        assert words in done.stdout
    assert "已写出" not in done.stdout


def test_the_tables_and_the_page_are_written(run, books, tmp_path):
    done = run(books[1], books[2], "--out", tmp_path / "回测")
    assert done.exit_code == 0, done.stderr
    names = {path.name for path in (tmp_path / "回测").iterdir()}
    stems = ("backtest_deciles", "backtest_calibration", "backtest_capture")
    assert names == {"回测.html", *(f"{stem}.csv" for stem in stems)}
    file = tmp_path / "回测" / "backtest_calibration.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(file, encoding="utf-8-sig")
    assert list(table.columns) == BACKTEST_CALIBRATION.columns
    assert table["actual"].iloc[0] == 150_000


def test_the_page_stands_alone(scored, tmp_path):
    text = write_backtest(scored, tmp_path)[0].read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert not re.search(r"<script|<link|src=|https?://(?!www\.w3\.org)", text)
    assert "甲公司" not in text


def test_the_same_ledgers_give_the_same_bytes(books, tmp_path):
    request = CampaignRequest((books[1],))
    files = [
        [path.read_bytes() for path in write_backtest(again, tmp_path / str(number))]
        for number, again in enumerate(
            backtests.score_old_plan(request, books[2]) for _ in range(2)
        )
    ]
    assert files[0] == files[1]


class Asked:
    """Stands before a page and writes down each field that the template asks for."""

    def __init__(self, value, asked):
        self._value, self._asked = value, asked

    def __getattr__(self, name):
        self._asked.add((type(self._value).__name__, name))
        value = getattr(self._value, name)
        if isinstance(value, tuple):
            return tuple(
                Asked(one, self._asked) if dataclasses.is_dataclass(one) else one for one in value
            )
        return Asked(value, self._asked) if dataclasses.is_dataclass(value) else value


def test_every_field_of_the_page_is_shown_and_none_else(scored):
    asked = set()
    page_templates("backtest").get_template("scores.html").render(
        page=Asked(backtest_page(scored), asked)
    )
    documented = {
        (kind.__name__, field.name)
        for kind in (
            backtest_fields.ScoreRow,
            backtest_fields.CaptureRow,
            backtest_fields.BacktestPage,
        )
        for field in dataclasses.fields(kind)
    }
    ours = {kind for kind, _ in documented}
    assert {one for one in asked if one[0] in ours} == documented


def test_bars_share_one_scale_and_stay_inside():
    picture = paired_bars(
        [("第 1 组", 400_000, 200_000), ("第 2 组", 0, 100_000)], ("预计", "实际")
    )
    bars = [box for box in picture.boxes if box.height == 8]
    widths = [box.width for box in bars]
    assert widths[0] == pytest.approx(2 * widths[1]) == pytest.approx(4 * widths[2])
    assert max(box.x + box.width for box in bars) < WIDTH
    assert "40.00 / 20.00" in picture.summary


def test_bars_of_nothing_are_no_bars():
    picture = paired_bars([("第 1 组", 0, 0)], ("预计", "实际"))
    assert [box for box in picture.boxes if box.height == 8] == []
