"""The weekly review: workbooks out, filled in, back, and the figures counted again by hand."""

import csv
import dataclasses
import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from campaign.cli import main
from campaign.errors import StoreError
from campaign.progress import records
from campaign.progress.activity_log import broken_log_entry
from campaign.progress.branch_review import review_of_branch
from campaign.progress.peers import PARTS
from campaign.progress.promises import measure_promises
from campaign.progress.referral_tree import referral_tree
from campaign.progress.returns import take_back
from campaign.progress.review import review
from campaign.progress.store import opened, writing
from campaign.progress.week import (
    customer_funnel,
    days_ahead,
    find_silent,
    look_ahead,
    pace_by_branch,
)
from campaign.render import review_fields, story_fields
from campaign.render.page_templates import page_templates
from campaign.render.review_files import write_review
from campaign.render.review_page import review_page, review_stamp
from campaign.render.review_rows import coming_rows, late_sentence
from campaign.render.story_pages import cases_page, newcomers_page
from campaign.render.talk_page import held_back_by
from campaign.settings import Settings
from campaign.tell_season import review_lines
from campaign.vocabulary import (
    ISSUED,
    OUTCOMES,
    PACE,
    PROMISES,
    REFERRED,
    SKILL_CHECKS,
    VOTE_SCORES,
    WINS,
    PromiseMetric,
    VisitOutcome,
)
from tests.builders_render import make_campaign_plan
from tests.builders_returns import fill, issue

DAY = date(2026, 12, 11)
TUESDAY = date(2026, 12, 8)
OFTEN = ("有意向", "未联系上", "已放款", "继续跟进", "已申请", "无需求")


@pytest.fixture(scope="module")
def plan():
    return make_campaign_plan(managers=4, customers=20)


@pytest.fixture(scope="module")
def filled(plan):
    """Return what each manager but the last fills in: touches due up to the day, most of them."""
    due = plan.touches[plan.touches["date"] <= pd.Timestamp(DAY)]
    results = {}
    for number, touch in enumerate(due.to_dict("records")):
        outcome = OFTEN[number % len(OFTEN)]
        if touch["manager_id"] != "1004" and number % 5:
            results[touch["candidate_id"]] = {
                "outcome": outcome,
                "done_date": touch["date"].date(),
                "wanted_amount": 10 + number % 7 if outcome not in ("未联系上", "无需求") else None,
                "next_follow_up": date(2026, 12, 14) if outcome == "继续跟进" else None,
                "referrals": number % 3,
                "what_worked": f"打 139 0013 90{number % 100:02d} 约的" if number % 4 else None,
            }
    return results


@pytest.fixture(scope="module")
def folder(plan, filled, tmp_path_factory):
    """Return a campaign folder that the workbooks of three of four managers came back to."""
    folder = tmp_path_factory.mktemp("season")
    db, workbooks = issue(plan, folder)
    back = folder / "交回"
    back.mkdir()
    files = [fill(workbooks[m], back / f"{m}.xlsx", filled) for m in ("1001", "1002", "1003")]
    with opened(db) as connection:
        take_back(connection, files, at="2026-12-10T17:00:00", actor="branch")
    return folder


@pytest.fixture(scope="module")
def week(folder):
    with opened(folder / "campaign.db") as connection:
        return review(connection, DAY)


def counted_again(plan, filled, manager):
    """Count a manager's pace straight from what was written, without any of our tables."""
    touches = [t for t in plan.touches.to_dict("records") if t["manager_id"] == manager]
    mine = [(t, filled[t["candidate_id"]]) for t in touches if t["candidate_id"] in filled]
    new = [r for t, r in mine if t["purposes"] != "renewal"]
    lent = [r["wanted_amount"] * 10_000 for r in new if r["outcome"] == "已放款"]
    is_open = [r["wanted_amount"] for r in new if r["outcome"] in ("有意向", "已申请", "继续跟进")]
    return {
        "planned": sum(t["date"].date() <= DAY for t in touches),
        "done": len(mine),
        "visits_done": sum(t["channel"] == "visit" for t, _ in mine),
        "met": sum(r["outcome"] != "未联系上" for _, r in mine),
        "interested": sum(r["outcome"] in ("有意向", "已申请", "已放款") for r in new),
        "applied": sum(r["outcome"] in ("已申请", "已放款") for r in new),
        "disbursed": len(lent),
        "amount": sum(lent),
        "open_amount": sum(is_open) * 10_000,
        "referrals": sum(r["referrals"] for _, r in mine),
    }


@pytest.mark.parametrize("manager", ["1001", "1002", "1003", "1004"])
def test_the_pace_equals_a_count_by_hand(week, plan, filled, manager):
    row = week.pace.set_index("manager_id").loc[manager]
    expected = counted_again(plan, filled, manager)
    assert {name: row[name] for name in expected} == expected
    assert (expected["done"] > 0) == (manager != "1004")


def test_what_runs_off_must_be_lent_anew_to_reach_the_target(week, plan):
    first = plan.managers.set_index("manager_id").loc["1001"]
    wanted = first["amount_target"] + first["run_off"] - first["renewed"]
    assert week.pace.set_index("manager_id").loc["1001", "target"] == pytest.approx(wanted)


def test_branches_are_the_sum_of_their_managers(week):
    for row in week.branches.to_dict("records"):
        mine = week.pace[week.pace["branch"] == row["branch"]]
        for name in ("planned", "done", "amount", "open_amount", "target_due"):
            assert row[name] == pytest.approx(mine[name].sum())
    assert week.branches["managers"].sum() == 4


def test_who_sent_nothing_is_named(week):
    assert week.silent["manager_id"].tolist() == ["1004"]
    assert pd.isna(week.silent["last_return"][0])


def test_what_came_later_does_not_count(folder):
    with opened(folder / "campaign.db") as connection:
        before = review(connection, date(2026, 12, 9))
    assert before.pace["done"].sum() == 0
    assert len(before.silent) == 4


def test_a_day_before_the_plan_is_refused(folder):
    refused = pytest.raises(StoreError, match="还没有方案")
    with refused, opened(folder / "campaign.db") as connection:
        review(connection, date(2026, 11, 1))


def test_the_funnel_narrows_and_ends_at_those_lent_to(week, plan, filled):
    counts = dict(week.funnel)
    renewed = set(plan.touches.loc[plan.touches["purposes"] == "renewal", "candidate_id"])
    outcomes = Counter(r["outcome"] for key, r in filled.items() if key not in renewed)
    assert counts["done"] == len(filled)
    assert counts["disbursed"] == outcomes["已放款"] == week.pace["disbursed"].sum()
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


def test_a_customer_touched_twice_is_one_in_the_funnel():
    results = pd.DataFrame(
        {"candidate_id": ["a", "b"], "customer_id": "k", "outcome": ["not_met", "applied"]}
    )
    issued = pd.DataFrame({"candidate_id": ["a", "b"], "purposes": "top_up"})
    assert customer_funnel(results, issued) == (
        ("done", 1),
        ("met", 1),
        ("interested", 1),
        ("applied", 1),
        ("approved", 0),
        ("disbursed", 0),
    )


def test_who_is_only_renewed_is_on_no_way_to_new_money():
    results = pd.DataFrame({"candidate_id": ["a"], "customer_id": "k", "outcome": ["disbursed"]})
    issued = pd.DataFrame({"candidate_id": ["a"], "purposes": "renewal"})
    assert [count for _, count in customer_funnel(results, issued)] == [1, 1, 0, 0, 0, 0]


def test_what_the_week_brought_is_what_came_in_it(folder, week):
    with opened(folder / "campaign.db") as connection:
        later = review(connection, DAY + timedelta(days=7))
    assert week.moved.done == week.pace["done"].sum() > 0
    assert week.moved.amount == week.pace["amount"].sum()
    assert (later.moved.done, later.moved.amount) == (0, 0)


def test_settings_of_the_plan_are_used(folder, week):
    strict = Settings().with_values({"returns": {"due_days": 1}})
    with opened(folder / "campaign.db") as connection:
        assert len(review(connection, DAY, strict).silent) == 4
    assert week.plan.settings == Settings()


def pace(**columns):
    return PACE.conform(pd.DataFrame({"manager_name": "甲", "branch": "城关", **columns}))


@pytest.mark.parametrize(
    ("last", "late"), [("2026-12-08", False), ("2026-12-02", False), ("2026-12-01", True)]
)
def test_a_workbook_is_in_time_for_seven_days(last, late):
    last_returns = pd.Series([pd.Timestamp(last)], ["m1"], dtype="datetime64[s]")
    silent = find_silent(pace(manager_id=["m1"], planned=[3]), last_returns, TUESDAY, 7)
    assert len(silent) == late


def test_a_manager_with_nothing_due_is_not_silent():
    nothing = pd.Series([], dtype="datetime64[s]")
    assert find_silent(pace(manager_id=["m1"], planned=[0]), nothing, TUESDAY, 7).empty


def coming_week():
    """A campaign on 8 December: seven touches issued, three of them done."""
    touches = [
        ("a", "k1", "2026-12-07", "visit"),
        ("b", "k2", "2026-12-08", "visit"),
        ("c", "k3", "2026-12-09", "visit"),
        ("d", "k4", "2026-12-15", "call"),
        ("e", "k5", "2026-12-16", "visit"),
        ("f", "k6", "2026-12-01", "visit"),
        ("g", "k6", "2026-12-02", "call"),
        ("h", "k7", "2026-12-01", "visit"),
    ]
    issued = pd.DataFrame(touches, columns=["candidate_id", "customer_id", "date", "channel"])
    told = [
        ("a", "k1", "2026-12-07", "follow_up", "2026-12-14"),
        ("f", "k6", "2026-12-01", "follow_up", "2026-12-03"),  # kept by the call of the third
        ("g", "k6", "2026-12-03", "interested", None),
        ("h", "k7", "2026-12-01", "interested", "2026-12-05"),  # overdue
        ("x", "k8", "2026-12-01", "refused", "2026-12-14"),
    ]
    columns = ["candidate_id", "customer_id", "done_date", "outcome", "next_follow_up"]
    results = pd.DataFrame(told, columns=columns)
    return (
        ISSUED.conform(issued.assign(manager_id="m1", purposes="top_up", value=100.0)),
        OUTCOMES.conform(results.assign(manager_id="m1")),
    )


def test_the_week_ahead_holds_what_is_planned_overdue_and_promised():
    row = look_ahead(*coming_week(), pace(manager_id=["m1"]), TUESDAY).iloc[0]
    assert (row["visits"], row["calls"], row["overdue"], row["follow_ups"]) == (1, 1, 1, 2)


def test_each_day_of_the_week_ahead_says_what_it_holds():
    days = days_ahead(*coming_week(), TUESDAY)
    rows = days[["date", "visits", "calls", "follow_ups", "value"]].to_numpy().tolist()
    assert rows == [
        [pd.Timestamp("2026-12-09"), 1, 0, 0, 100],
        [pd.Timestamp("2026-12-14"), 0, 0, 1, 0],
        [pd.Timestamp("2026-12-15"), 0, 1, 0, 100],
    ]
    assert [row.day for row in coming_rows(days)] == [
        "2026-12-09 周三", "2026-12-14 周一", "2026-12-15 周二", "合计",
    ]  # fmt: skip
    ahead = look_ahead(*coming_week(), pace(manager_id=["m1"]), TUESDAY)
    assert late_sentence(ahead, days) == "还有 1 次触达过了计划日、1 户过了约定的回访日，请先补上。"


def test_the_slowest_branch_comes_first():
    table = pace(manager_id=["a", "b"], planned=[10.0, 10.0], done=[9.0, 2.0], target_due=[1.0, 0])
    table["branch"] = ["东", "西"]
    branches = pace_by_branch(table, pd.DataFrame({"branch": ["西"]}))
    assert branches["branch"].tolist() == ["西", "东"]
    assert branches["activity_ratio"].tolist() == [0.2, 0.9]
    assert branches["silent"].tolist() == [1, 0]


# Promises.

VISITS_DONE = OUTCOMES.conform(
    pd.DataFrame(
        {
            "candidate_id": ["a", "b", "c"],
            "manager_id": "m1",
            "channel": "visit",
            "done_date": ["2026-12-01", "2026-12-05", "2026-12-09"],
            "outcome": "interested",
        }
    )
)


@pytest.mark.parametrize(
    ("amount", "due_on", "day", "state"),
    [
        (2, "2026-12-05", TUESDAY, "kept"),
        (3, "2026-12-05", TUESDAY, "overdue"),
        (3, "2026-12-08", TUESDAY, "open"),
        (3, "2026-12-09", TUESDAY, "kept"),
    ],
)
def test_a_promise_is_closed_by_results_alone(amount, due_on, day, state):
    promise = {"promise_id": 1, "manager_id": "m1", "made_on": "2026-12-01", "due_on": due_on}
    table = PROMISES.conform(pd.DataFrame([{**promise, "metric": "visits", "amount": amount}]))
    assert measure_promises(table, VISITS_DONE, day)["state"].tolist() == [state]


def test_an_empty_promise_is_refused(folder, tmp_path):
    made = {"made_on": TUESDAY, "due_on": TUESDAY}
    with opened(tmp_path / "campaign.db") as connection, writing(connection):
        with pytest.raises(StoreError, match="要有数量"):
            records.add_promise(connection, "m1", PromiseMetric.VISITS, 0, **made)
        records.add_promise(connection, "m1", PromiseMetric.VISITS, 5, **made)
        assert records.promises(connection)["amount"].tolist() == [5]


def test_a_broken_promise_is_a_reason_to_talk(plan, tmp_path):
    db, _ = issue(plan, tmp_path)
    with opened(db) as connection:
        with writing(connection):
            records.add_promise(
                connection,
                "1001",
                PromiseMetric.DISBURSED,
                2,
                made_on=date(2026, 12, 1),
                due_on=date(2026, 12, 7),
            )
        named = review(connection, DAY).interviews.set_index("manager_id")
    assert "承诺到期未兑现 1 项" in named.loc["1001", "reason"]


# The page and the commands.


class Asked:
    """Stands before a page and writes down each field that the template asks for."""

    def __init__(self, value, asked):
        self._value, self._asked = value, asked

    def __getattr__(self, name):
        self._asked.add((type(self._value).__name__, name))
        return watched(getattr(self._value, name), self._asked)


def watched(value, asked):
    if dataclasses.is_dataclass(value):
        return Asked(value, asked)
    if isinstance(value, tuple):
        return tuple(watched(one, asked) for one in value)
    return value


def with_promise(week):
    row = {"promise_id": 1, "manager_id": "1001", "metric": "visits", "amount": 3, "state": "open"}
    return dataclasses.replace(week, promises=PROMISES.conform(pd.DataFrame([row])))


def with_everything(week):
    """Return the review with a row of what this week happens to have none of."""
    vote = {"branch": "城关支行", "voter": "甲", "votes": 2, "hits": 1, "error": 0.5, "weight": 1.2}
    scores = VOTE_SCORES.conform(pd.DataFrame([vote]))
    check = {"manager_id": "1004", "check_on": pd.Timestamp(DAY)}
    checks = SKILL_CHECKS.conform(pd.DataFrame([check]))
    return dataclasses.replace(
        with_promise(week),
        stories=dataclasses.replace(week.stories, checks=checks),
        lessons=dataclasses.replace(week.lessons, votes=scores),
    )


def story_page(fill):
    return lambda week: fill(week, review_stamp(week, "案例"))


@pytest.mark.parametrize(
    ("pages", "fields"),
    [
        ({"week.html": review_page}, review_fields),
        (
            {
                "newcomers.html": story_page(newcomers_page),
                "cases.html": story_page(cases_page),
            },
            story_fields,
        ),
    ],
)
def test_every_field_of_the_pages_is_shown_and_none_else(week, pages, fields):
    asked = set()
    for template, fill_page in pages.items():
        page = Asked(fill_page(with_everything(week)), asked)
        page_templates("review").get_template(template).render(page=page)
    documented = {
        (kind.__name__, field.name)
        for kind in vars(fields).values()
        if isinstance(kind, type) and kind.__module__ == fields.__name__
        for field in dataclasses.fields(kind)
    }
    ours = {kind for kind, _ in documented}
    assert {one for one in asked if one[0] in ours} == documented


def test_the_page_says_who_and_why(week):
    page = review_page(week)
    assert page.silent[0].name == "周强 1004"
    assert page.unheard.startswith("1 位从未交回工作簿")
    named = {row.detail.split()[-1]: row.reason for row in page.interviews}
    assert named
    assert "1004" not in named
    assert named == dict(week.interviews[["manager_id", "reason"]].to_numpy().tolist())
    assert week.interviews["gap_ratio"].tolist() == sorted(week.interviews["gap_ratio"])


@pytest.mark.parametrize(
    ("parts", "named"),
    [((0, 0, 9e4, -10), "—"), ((-3e4, 0, -5e4, 2e4), "转化"), ((float("nan"),) * 4, "—")],
)
def test_a_factor_is_named_only_where_it_takes_something_away(parts, named):
    assert held_back_by(dict(zip(PARTS, parts, strict=True))) == named


def test_nobody_is_both_talked_to_and_invited_to_tell(week):
    page = review_page(week)
    lent = set(week.pace.loc[week.pace["disbursed"] > 0, "manager_id"])
    best = week.pace[week.pace["manager_id"].isin(lent - set(week.interviews["manager_id"]))]
    assert all(name in page.tellers for name in best["manager_name"])
    assert "周强" not in page.tellers


def test_the_page_is_self_contained_and_escapes_names(week, tmp_path):
    hostile = week.pace.assign(manager_name="<script>alert(1)</script>")
    html = write_review(dataclasses.replace(week, pace=hostile), tmp_path)[0].read_text("utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "src=" not in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_the_command_names_who_broke_through(week):
    win = {"manager_id": "1004", "manager_name": "周强", "branch": "滨江支行", "is_new": True,
           "win": "first_loan", "day": pd.Timestamp(DAY), "amount": 110_000.0}  # fmt: skip
    news = WINS.conform(pd.DataFrame([win]))
    stories = dataclasses.replace(week.stories, breakthroughs=news)
    paths = [Path("复盘") / f"{name}.html" for name in ("2026-12-11", "2026-12-11_约谈")]
    lines = review_lines(dataclasses.replace(week, stories=stories), paths)
    assert lines[-3:] == [
        "已写出 2 个文件到 复盘，先看：",
        "  2026-12-11.html",
        "  2026-12-11_约谈.html",
    ]
    assert "请来讲    周强（滨江支行）：2026-12-11 第一笔放款 11.00 万元" in lines


def test_each_branch_has_a_page_of_its_managers_alone(week, tmp_path):
    pages = {path.name: path for path in write_review(week, tmp_path)}
    for branch in week.branches["branch"]:
        html = pages[f"2026-12-11_{branch}.html"].read_text("utf-8")
        told = {row["manager_id"]: row["branch"] for row in week.pace.to_dict("records")}
        assert {one for one, of in told.items() if f"{of} {one}" in html} == {
            one for one, of in told.items() if of == branch
        }


def test_branches_sum_to_the_bank(week):
    parts = [review_of_branch(week, branch) for branch in week.branches["branch"]]
    assert sum(part.moved.amount for part in parts) == week.moved.amount > 0
    for place, (_, count) in enumerate(week.funnel):
        assert sum(part.funnel[place][1] for part in parts) == count
    assert sum(part.weeks["done"].sum() for part in parts) == week.pace["done"].sum()


def test_sources_and_weeks_hold_every_touch(week, plan, filled):
    assert week.weeks["done"].sum() == len(filled)
    assert week.weeks["left"].sum() == len(plan.touches) - len(filled)
    assert week.weeks["planned"].sum() == week.pace["planned"].sum()
    assert week.sources["amount"].sum() == week.pace["amount"].sum()
    served = plan.touches["purposes"].str.split(";").explode().value_counts()
    left = week.sources.set_index("source")[["done", "left"]].sum(axis="columns")
    assert left.to_dict() == {name: served[name] for name in left.index}


def test_the_cases_to_share_show_no_phone(week, tmp_path):
    html = [path.read_text("utf-8") for path in write_review(week, tmp_path) if "案例" in path.name]
    assert "139****" in html[0]
    assert "139 0013" not in html[0]


def test_the_new_managers_page_names_each_of_them(week, plan):
    page = newcomers_page(week, review_stamp(week, "新任客户经理"))
    new = plan.managers[plan.managers["is_new"].fillna(False)]
    assert [one.detail.split()[-1] for one in page.people] == sorted(new["manager_id"])
    assert all(one.checks == () for one in page.people)  # the first is on 12-14


def test_the_same_review_gives_the_same_bytes(week, tmp_path):
    first = [path.read_bytes() for path in write_review(week, tmp_path / "a")]
    second = [path.read_bytes() for path in write_review(week, tmp_path / "b")]
    assert first == second


def test_the_table_holds_the_pace(week, tmp_path):
    paths = {path.name: path for path in write_review(week, tmp_path)}
    path = paths["2026-12-11_进度.csv"]
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert list(rows[0]) == PACE.columns
    assert sum(float(row["done"]) for row in rows) == week.pace["done"].sum()


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_the_commands_take_back_review_and_undo(plan, filled, tmp_path):
    _, workbooks = issue(plan, tmp_path)
    back = tmp_path / "交回"
    back.mkdir()
    fill(workbooks["1001"], back / "1001.xlsx", filled)
    seen = run("take-back", tmp_path, back, "--preview")
    taken = run("take-back", tmp_path, back)
    assert (seen.exit_code, taken.exit_code) == (0, 0)
    assert seen.stdout == "预览（没有写入）：\n" + taken.stdout
    looked = run("review", tmp_path, "--as-of", "2099-01-01")
    assert looked.exit_code == 0
    assert (tmp_path / "复盘" / "2099-01-01.html").is_file()
    assert "没有交回" in looked.stdout
    assert run("take-back", tmp_path, "--undo").stdout == "已撤销最近一次收回：1001.xlsx\n"
    assert run("take-back", tmp_path, "--undo").exit_code == 1


PROMISE = ("--metric", "放款", "--amount", "2", "--due", "2026-12-24", "--made-on", "2026-12-11")


def test_a_promise_is_kept_and_checked_at_the_next_review(plan, tmp_path):
    db, _ = issue(plan, tmp_path)
    done = run("promise", tmp_path, "--manager", "1001", *PROMISE)
    assert done.stdout.endswith("（1001）到 2026-12-24 放款 2。\n")
    with opened(db) as connection:
        [row] = review(connection, date(2026, 12, 25)).promises.to_dict("records")
        assert broken_log_entry(connection) is None
        [last] = connection.execute("SELECT action FROM log ORDER BY entry DESC LIMIT 1")
    assert (row["manager_id"], row["metric"], row["amount"], row["state"]) == (
        "1001", "disbursed", 2, "overdue",
    )  # fmt: skip
    assert last == ("promise",)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--manager", "9999", *PROMISE), "工号 9999 不在第 1 版方案里"),
        (("--manager", "1001", *PROMISE[:-1], "2026-12-31"), "到期日不能早于约谈日"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_in_a_sentence(plan, tmp_path, given, words):
    db, _ = issue(plan, tmp_path)
    before = db.read_bytes()
    done = run("promise", tmp_path, *given)
    assert done.exit_code == 1
    assert words in done.stderr
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("take-back", "."), 2, "请给出要收回的文件"),
        (("take-back", ".", "--undo"), 1, "没有 campaign.db"),
        (("review", "."), 1, "没有 campaign.db"),
    ],
)
def test_a_folder_without_a_campaign_is_said(tmp_path, monkeypatch, args, code, words):
    monkeypatch.chdir(tmp_path)
    done = run(*args)
    assert done.exit_code == code
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_words_of_the_outcomes_are_those_of_the_drop_down():
    assert {VisitOutcome.of_label(word) for word in OFTEN} <= set(VisitOutcome)


def test_the_chains_of_names_are_masked_as_everything_else(week, tmp_path):
    given = [
        {"manager_id": "1001", "customer_name": name, "phone": phone, "referrer_id": giver,
         "referrer_name": by, "relation": kin}
        for name, phone, giver, by, kin in (
            ("李秀兰", "13812345678", "K1001000", "张国强", "爱人"),
            ("王志强", "13987654321", None, "李秀兰", "表弟"),
        )
    ]  # fmt: skip
    tree = referral_tree(REFERRED.conform(pd.DataFrame(given)))
    paths = {
        path.name: path for path in write_review(dataclasses.replace(week, tree=tree), tmp_path)
    }
    text = paths["2026-12-11_转介链.csv"].read_text("utf-8-sig")
    rows = {row["customer_name"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["王*强"]["path"] == "张*强 → 爱人李*兰 → 表弟王*强"
    assert rows["王*强"]["relations"] == "客户 → 爱人 → 表弟"
    assert rows["李*兰"]["phone"] == "138****5678"


def test_the_pool_stands_on_the_page_by_stage_until_it_runs_dry(week):
    [row] = [one for one in review_page(week).pool if one.name == "城东支行"]
    pool = week.pool.merge(week.pace[["manager_id", "branch"]], on="manager_id")
    mine = pool[pool["branch"] == "城东支行"]
    assert row.left == f"{mine['open_touches'].sum():,.0f}"
    stages = mine[["follow_ups", "interested", "applied"]].sum()
    assert row.stages == tuple(f"{count:,.0f}" for count in stages)
    assert row.weeks == f"{mine['open_touches'].sum() / mine['weekly_use'].sum():.1f}"
    branch = review_page(review_of_branch(week, "城东支行"), "城东支行")
    assert [one.name.split()[1] for one in branch.pool] == mine["manager_id"].tolist()


def test_what_each_manager_would_be_paid_stands_on_the_page_of_his_branch(week):
    page = review_page(review_of_branch(week, "城东支行"), "城东支行")
    payouts = week.payouts.set_index("manager_id")
    found = {row.name.split()[1]: row for row in page.paid}
    assert set(found) <= set(payouts.index)
    for manager, row in found.items():
        assert row.payout == f"{payouts.loc[manager, 'payout']:,.0f}"
        assert len(row.parts) == len(page.paid_parts)
        parts = sum(float(part.replace(",", "")) for part in row.parts)
        assert parts == pytest.approx(payouts.loc[manager, "payout"], abs=3)
    bank = review_page(week).paid
    assert sum(float(row.payout.replace(",", "")) for row in bank) == pytest.approx(
        payouts["payout"].sum(), abs=len(bank)
    )


def test_what_is_left_of_the_budget_for_rewards_is_said(week):
    assert "预算" not in review_page(week).rewards
    settings = week.plan.settings.with_values({"incentives": {"budget": 20_000.0}})
    given = dataclasses.replace(week, plan=dataclasses.replace(week.plan, settings=settings))
    left = (20_000 - week.payouts["payout"].sum()) / 10_000
    assert f"预算 2.00 万元，还剩 {left:,.2f} 万元" in review_page(given).rewards
