"""`campaign scenario`: other settings beside the plan, what must be true, and what a folder keeps."""

import dataclasses
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from importlib.resources import files

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from campaign import trials
from campaign.book.recipe import Recipe
from campaign.cli import main
from campaign.errors import SettingsError, StoreError
from campaign.learn.conversion import prior_rates, with_uplift
from campaign.plan.scenario import Lever, least_reaching
from campaign.progress.kept_plans import record_plan
from campaign.progress.kept_request import keep_request, kept_request
from campaign.progress.store import opened
from campaign.request import CampaignRequest, asked_again, to_keep
from campaign.resources import resource_folder
from campaign.settings import Settings, parse_assignments
from campaign.tell_trials import reach_lines, scenario_lines
from campaign.web.wishes import VETO, add, mark_applied, remove, wish_of
from campaign.workflow import run_campaign
from tests.builders_render import make_campaign_plan

FIRST_LOOK = resource_folder("sample_books") / "first_look.xlsx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the campaign folder of a copy of the small sample book."""
    home = tmp_path_factory.mktemp("scenario")
    book = home / "first_look.xlsx"
    shutil.copy(FIRST_LOOK, book)
    run_campaign(CampaignRequest((book,), target=1_500_000.0, unit="元"), home / "方案")
    return home / "方案"


@pytest.fixture(scope="module")
def ground():
    return trials.ground_of(CampaignRequest((FIRST_LOOK,)))


@pytest.fixture(scope="module")
def tried(ground):
    """Return the plan as it stands, one without visits, and one that accepts a challenge."""
    manager = ground.book.managers["manager_id"].iloc[0]
    texts = ("capacity.visits_per_day=0", f"quotas.challenges={manager} 5% 产假两周")
    requests = [trials.with_settings(ground.request, [text]) for text in texts]
    return trials.try_scenarios(ground, requests)


@pytest.fixture
def run():
    return lambda *args: CliRunner().invoke(main, ["scenario", *map(str, args)])


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is typed.


@pytest.mark.parametrize(
    ("text", "section", "name", "value"),
    [
        ("capacity.visits_per_day=5", "capacity", "visits_per_day", 5.0),
        ("campaign.target=2亿", "campaign", "target", 2e8),
        ("capacity.rate_quota_bank = 2000万", "capacity", "rate_quota_bank", 2e7),
        ("headroom.yellow_share=60%", "headroom", "yellow_share", 0.6),
        ("headroom.yellow_share=０．６", "headroom", "yellow_share", 0.6),
        ("output.masked=关", "output", "masked", False),
        ("campaign.end_month_day=04-30", "campaign", "end_month_day", "04-30"),
        ("conversion.top_up_full.A=0.3", "conversion", "top_up_full", {"A": 0.3}),
    ],
)
def test_a_setting_is_read_by_its_own_type(text, section, name, value):
    assert parse_assignments(Settings(), [text]) == {section: {name: value}}


def test_several_may_stand_in_one_text():
    texts = ["capacity.visits_per_day=5；capacity.calls_per_day=9", "conversion.top_up_full.A=30%"]
    given = parse_assignments(Settings(), [*texts, "conversion.top_up_full.B=20%"])
    changed = Settings().with_values(given)
    assert (changed.capacity.visits_per_day, changed.capacity.calls_per_day) == (5, 9)
    assert changed.conversion.top_up_full == {"all": 0.15, "A": 0.3, "B": 0.2, "C": 0.08}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("visits_per_day=5", "应写成 节.名称=值"),
        ("capacity.visits_per_day", "应写成 节.名称=值"),
        ("capacity.visits_per_day=", "应写成 节.名称=值"),
        ("capacity.visits_per_day=五", "应为数字（次/天）"),
        ("capacity.visits_per_day=99", "超出允许范围"),
        ("campaign.target=三亿", "应为数字（元）"),
        ("capacity.visit_per_day=5", "是否要写 visits_per_day？"),
        ("capacities.visits_per_day=5", "是否要写 capacity？"),
        ("digest.x=5", "没有 .digest. 这一节"),
        ("conversion.top_up_full=0.3", "应为一张小表"),
        ("capacity.visits_per_day=5;capacity.visits_per_day=6", "给了两次"),
        ("conversion.top_up_full.A=0.3;conversion.top_up_full.A=0.4", "给了两次"),
    ],
)
def test_what_is_no_setting_is_refused_in_one_sentence(text, said):
    with pytest.raises(SettingsError, match=said):
        Settings().with_values(parse_assignments(Settings(), [text]))


def test_what_differs_from_the_defaults_makes_the_same_settings_again():
    values = {"capacity": {"visits_per_day": 5.0}, "conversion": {"top_up_full": {"A": 0.3}}}
    changed = Settings().with_values(values)
    assert Settings().changed() == {}
    assert set(changed.changed()) == {"capacity", "conversion"}
    assert Settings().with_values(changed.changed()) == changed


# One lever.


@given(
    st.integers(1, 40),
    st.floats(0, 1),
    st.floats(0, 0.1),
)
def test_the_least_value_equals_that_of_trying_all(count, start, slope):
    lever = Lever("capacity", "visits_per_day", 4.0, 4.0 + 0.5 * count, 0.5)

    def chance(value):
        return min(start + slope * (value - 4.0), 1.0)

    tried = [4.0 + 0.5 * place for place in range(count + 1)]
    enough = [value for value in tried if chance(value) >= 0.5]
    found = least_reaching(lever, chance)
    assert found.value == (enough[0] if enough else None)
    assert found.chance == chance(enough[0] if enough else tried[-1])


def test_few_plans_are_made_for_it():
    tried = []
    lever = Lever("capacity", "visits_per_day", 4.0, 20.0, 0.5)
    least_reaching(lever, lambda value: tried.append(value) or value / 20)
    assert len(tried) <= 2 + 5


def test_a_lever_already_at_its_end_is_tried_once():
    lever = Lever("capacity", "visits_per_day", 20.0, 20.0, 0.5)
    assert least_reaching(lever, lambda _: 0.2).value is None
    assert least_reaching(lever, lambda _: 0.7).value == 20.0


def test_touches_may_add_more_but_natural_rates_stay():
    rates = prior_rates(Settings())
    more = with_uplift(rates, 2.0)
    assert more["natural_probability"].equals(rates["natural_probability"])
    row = more.set_index(["source", "segment"]).loc[("draw", "")]
    assert row["full_probability"] == pytest.approx(0.25 + 2 * 0.15)
    assert "按 2 倍试算" in row["basis"]
    assert with_uplift(rates, 3.0)["full_probability"].max() <= 1
    assert with_uplift(rates, 1.0) is rates


# Side by side.


def test_the_plan_as_it_stands_equals_the_folder(folder):
    request = trials.remembered(folder)
    row = trials.try_scenarios(trials.ground_of(request), []).table.iloc[0]
    kept = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert row["gap"] == kept["bridge"]["gap"]
    assert row["chance"] == pytest.approx(kept["forecast"]["chance"], abs=1e-4)
    assert row["visits"] == sum(m["quota"]["visits"] for m in kept["managers"])


def test_what_the_pages_fixed_beside_a_folder_counts(folder, run):
    kept = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    touches = pd.read_csv(folder / "tables" / "touches.csv", dtype="str")
    wishes = [wish_of(customer, VETO, "", "") for customer in touches["customer_id"].unique()]
    for wish in wishes:
        add(folder.parent, wish)
    mark_applied(folder.parent)
    said = run(folder, "--set", "capacity.calls_per_day=0").output
    for wish in wishes:
        remove(folder.parent, wish.customer_id)
    mark_applied(folder.parent)
    visits = sum(m["quota"]["visits"] for m in kept["managers"])
    (line,) = [line for line in said.splitlines() if line.startswith("走访")]
    assert "页面上指定的走访与不走访照样算在内" in said
    assert int(line.split()[1].replace(",", "")) < visits


def test_a_target_set_goes_before_one_that_was_fixed(ground):
    fixed = dataclasses.replace(ground, request=dataclasses.replace(ground.request, target=1e6))
    tried = [trials.with_settings(fixed.request, ["campaign.target=300万"])]
    found = trials.try_scenarios(fixed, tried)
    assert found.table["target"].tolist() == [1e6, 3e6]
    assert found.table["net_growth"].nunique() == 1
    assert scenario_lines(found)[0] == "情景：净增目标 100.00 万元 → 300.00 万元"


def test_no_visits_bring_less(tried):
    table = tried.table[:2]
    assert table["visits"].tolist()[1] == 0 < table["visits"].tolist()[0]
    assert table["net_growth"].is_monotonic_decreasing


def test_an_accepted_challenge_shows_what_each_bears(tried):
    nothing, effects = tried.effects
    assert nothing.empty
    first, *_, bank = effects.to_dict("records")
    assert first["visits"] < first["visits_before"]
    assert first["target"] < first["target_before"]
    assert bank["target"] == bank["target_before"]
    assert bank["expected"] < bank["expected_before"]
    said = scenario_lines(tried)
    manager = first["subject"]
    assert f"情景2：认可的任务申诉 无 → {manager} 5% 产假两周" in said
    assert any(
        line.startswith(f"情景2：{first['name']}（{first['subject']}） 走访") for line in said
    )


def test_rows_add_up_to_the_growth(tried):
    row = tried.table.iloc[0]
    parts = ["renewed", "draw", "top_up", "refinance", "industry", "team", "referral"]
    assert row["net_growth"] == pytest.approx(row[parts].sum() - row["run_off"], abs=0.01)
    assert row["gap"] == pytest.approx(row["target"] - row["net_growth"], abs=0.01)


def test_each_lever_says_what_must_be_true(ground):
    reaches = trials.what_must_be_true(ground, 1_300_000.0)
    assert [reach.lever.name for reach in reaches] == ["visits_per_day", "uplift_factor"]
    for reach in reaches:
        assert (reach.chance >= 0.5) == (reach.value is not None)
    said = reach_lines(1_300_000.0, trials.BASE, reaches)
    assert said[0] == "净增 130.00 万元要过半把握，在原方案的基础上只动一项："
    assert "单靠这一项做不到" in said[1]
    assert f"要从 1 加到 {reaches[1].value:g} 倍" in said[2]


def test_a_sum_already_likely_needs_nothing(ground):
    reaches = trials.what_must_be_true(ground, -2_000_000.0)
    assert all(reach.value == reach.lever.now for reach in reaches)
    assert "照现在的 4 次/天" in reach_lines(-2_000_000.0, trials.BASE, reaches)[1]


# What a folder keeps.


def test_a_request_is_kept_and_asked_again(tmp_path):
    (tmp_path / "holidays_2027.csv").write_text("x", encoding="utf-8")
    (tmp_path / "行业卡.xlsx").write_bytes(b"x")
    request = CampaignRequest(
        (FIRST_LOOK,),
        history=(FIRST_LOOK,),
        settings=Settings().with_values({"capacity": {"visits_per_day": 5}}),
        holidays=(tmp_path / "holidays_2027.csv",),
        cards=(tmp_path / "行业卡.xlsx",),
        as_of=date(2026, 11, 15),
        end=date(2027, 3, 31),
        target=2e8,
        recipe=Recipe({"loans": {"客户号": "customer_id"}}, {"loans": {"余额": "万元"}}),
        password="不可落盘",
        unit="万元",
    )
    db = record_plan(make_campaign_plan(managers=1, customers=2), tmp_path / "campaign.db")
    keep_request(db, 1, to_keep(request))
    assert asked_again(kept_request(db), "不可落盘") == request
    assert "不可落盘".encode() not in db.read_bytes()


def test_the_same_request_twice_changes_no_byte(tmp_path):
    db = record_plan(make_campaign_plan(managers=1, customers=2), tmp_path / "campaign.db")
    keep_request(db, 1, to_keep(CampaignRequest((FIRST_LOOK,))))
    before = db.read_bytes()
    keep_request(db, 1, to_keep(CampaignRequest((FIRST_LOOK,))))
    assert db.read_bytes() == before


def test_another_plan_takes_the_request_with_it(tmp_path):
    plan = make_campaign_plan(managers=1, customers=2)
    db = record_plan(plan, tmp_path / "campaign.db")
    keep_request(db, 1, to_keep(CampaignRequest((FIRST_LOOK,))))
    record_plan(dataclasses.replace(plan, seed=7), db)
    with pytest.raises(StoreError, match="没有记下方案是由哪些台账做出的"):
        kept_request(db)


def test_a_store_of_the_first_version_gets_the_new_tables(tmp_path):
    db = tmp_path / "campaign.db"
    schema = (files("campaign.progress") / "schema.sql").read_text(encoding="utf-8")
    first, _, _ = schema.partition("-- Migration 2:")
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.executescript(f"{first} PRAGMA user_version = 1;")
    with opened(db) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert {"requests", "request_files"} <= {name for (name,) in tables}


@pytest.mark.parametrize("trouble", ["moved", "changed"])
def test_books_that_moved_or_changed_stop_it(run, tmp_path, trouble):
    book = tmp_path / "first_look.xlsx"
    shutil.copy(FIRST_LOOK, book)
    run_campaign(CampaignRequest((book,)), tmp_path / "方案")
    said = {"moved": "已不在原处", "changed": "的内容与做方案时不同"}[trouble]
    if trouble == "moved":
        book.rename(tmp_path / "别处.xlsx")
    else:
        book.write_bytes(book.read_bytes() + b" ")
    done = run(tmp_path / "方案", "--set", "capacity.visits_per_day=5")
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


# The command.


def test_a_folder_is_left_as_it_was(run, folder):
    before = everything(folder.parent)
    done = run(folder, "--set", "capacity.visits_per_day=2", "--set", "campaign.target=2亿")
    assert done.exit_code == 0, done.stderr
    assert "情景：净增目标 150.00 万元 → 2.00 亿元；每日走访 4 次/天 → 2 次/天" in done.stdout
    assert everything(folder.parent) == before


def test_a_new_entry_of_a_table_stands_as_not_filled_in_before(run, folder):
    done = run(folder, "--set", "team.market_size.东门水产批发城=12")
    assert done.exit_code == 0, done.stderr
    assert (
        "片区或市场的经营户数（不填的只按台账和名单算）·东门水产批发城 未填 → 12 户" in done.stdout
    )


def test_versus_makes_further_columns(run, folder):
    done = run(
        folder,
        *("--set", "capacity.visits_per_day=2"),
        *("--versus", "campaign.target=100万;capacity.calls_per_day=6"),
    )
    assert done.exit_code == 0, done.stderr
    header = next(line for line in done.stdout.splitlines() if line.startswith("金额：万元"))
    assert header.split()[1:] == ["原方案", "情景1", "增减", "情景2", "增减"]
    target = next(line for line in done.stdout.splitlines() if line.startswith("净增目标"))
    assert target.split()[1:] == ["150.00", "150.00", "0", "100.00", "-50.00"]


def test_books_serve_as_well_as_a_folder(run):
    done = run(FIRST_LOOK, "--target", "100万", "--reach", "-200万")
    assert done.exit_code == 0, done.stderr
    assert "100.00" in done.stdout
    assert "净增 -200.00 万元要过半把握，在原方案的基础上" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "请用 --set"),
        (["--set", "capacity.visits_per_day=5", "--target", "1亿"], "要改的请用 --set"),
        (["--set", "capacity.visits_per_day=5", "另一个"], "不存在"),
    ],
)
def test_a_wrong_call_is_answered_before_the_work(run, folder, words, said):
    done = run(folder, *words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_folder_and_a_book_do_not_mix(run, folder):
    done = run(folder, FIRST_LOOK, "--reach", "1亿")
    assert done.exit_code == 2
    assert "不能混用" in done.stderr


def test_a_folder_without_a_campaign_is_said(run, tmp_path):
    done = run(tmp_path, "--reach", "1亿")
    assert done.exit_code == 1
    assert "没有 campaign.db" in done.stderr
