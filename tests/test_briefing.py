"""Briefings: one self-contained page a branch, right in its figures and safe in its words."""

from __future__ import annotations

import dataclasses
import re
import time
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.render.briefing import (
    BANK,
    BRANCH,
    bank_pages,
    fill,
    pages,
    render_page,
    write_briefings,
)
from campaign.render.briefing.bank import bank_page
from campaign.render.briefing.branch import branch_page
from campaign.render.briefing.decisions import decisions
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.rows import customer_name, place_words, refinance_row
from campaign.render.briefing.stamp import css_text
from campaign.render.drawing import Box, Drawing, Line, Text
from campaign.render.masking import Masker
from campaign.vocabulary import OUTING, OUTLOOK
from tests.builders_render import make_campaign_plan

PAGE_CLASSES = [
    value
    for module in (pages, bank_pages)
    for value in vars(module).values()
    if isinstance(value, type) and value.__module__ == module.__name__
]
CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@cache
def whole_plan():
    return make_campaign_plan()


def facts_of(**changes) -> Facts:
    return Facts(dataclasses.replace(whole_plan(), **changes), Masker())


def page_of(facts: Facts, number: int = 0) -> pages.BranchPage:
    return branch_page(facts, facts.branches[number])


def with_rows(facts: Facts, table: str, **columns) -> Facts:
    """Return facts whose table of the plan has these columns changed in its first row."""
    frame = getattr(facts.plan, table).copy()
    for name, value in columns.items():
        frame.loc[frame.index[0], name] = value
    return Facts(dataclasses.replace(facts.plan, **{table: frame}), facts.masker)


class Seen:
    """Stands before a page and writes down each field that a template asks for."""

    def __init__(self, value, asked: set[tuple[type, str]]):
        self._value, self._asked = value, asked

    def __getattr__(self, name):
        self._asked.add((type(self._value), name))
        return seen(getattr(self._value, name), self._asked)


def seen(value, asked):
    if dataclasses.is_dataclass(value):
        return Seen(value, asked)
    if isinstance(value, tuple):
        return tuple(seen(one, asked) for one in value)
    return value


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes, and what is open at the end."""

    VOID = {"meta", "br", "col", "rect", "line", "path", "circle"}

    def __init__(self, html: str):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_a_page_a_branch_and_an_index_are_written(tmp_path):
    paths = write_briefings(make_campaign_plan(), tmp_path)
    assert [path.name for path in paths] == [
        "index.html",
        "城东支行.html",
        "开发区支行.html",
        "滨江支行.html",
    ]
    assert sorted(paths) == sorted(tmp_path.iterdir())


def test_the_index_links_to_each_branch_and_to_each_manager(tmp_path):
    paths = write_briefings(make_campaign_plan(), tmp_path)
    links = [a["href"] for t, a in Tags(paths[0].read_text("utf-8")).tags if t == "a"]
    assert len(links) == 3 + 6
    for link in links:
        name, _, anchor = unquote(link).partition("#")
        text = (tmp_path / name).read_text("utf-8")
        assert not anchor or f'id="{anchor}"' in text


def test_a_branch_called_index_does_not_overwrite_the_index(tmp_path):
    plan = make_campaign_plan(managers=2)
    tables = {name: getattr(plan, name).assign(branch="index") for name in ("managers", "branches")}
    paths = write_briefings(dataclasses.replace(plan, **tables), tmp_path)
    assert [path.name for path in paths] == ["index.html", "index_2.html"]


def test_every_field_of_a_page_says_what_it_means():
    fields = [(c, f) for c in PAGE_CLASSES for f in dataclasses.fields(c)]
    assert [f"{c.__name__}.{f.name}" for c, f in fields if not f.metadata.get("meaning")] == []
    assert [c.__name__ for c in PAGE_CLASSES if not c.__dataclass_params__.frozen] == []


def test_templates_use_exactly_the_documented_fields():
    asked: set[tuple[type, str]] = set()
    facts = with_senior_visits(facts_of())
    for number in range(3):
        fill(BRANCH, Seen(page_of(facts, number), asked))
    fill(BANK, Seen(bank_page(facts, links(facts)), asked))
    documented = {
        (c, f.name)
        for c in (*PAGE_CLASSES, Drawing, Box, Line, Text)
        for f in dataclasses.fields(c)
    }
    assert asked - documented == set()
    assert documented - asked == set()


def test_pages_are_whole_and_ask_for_nothing():
    facts = facts_of()
    for html in (render_page(page_of(facts)), render_page(bank_page(facts, links(facts)))):
        page = Tags(html)
        assert page.open == []
        assert [t for t, _ in page.tags if t in {"script", "link", "img", "iframe", "form"}] == []
        assert CSP in [a.get("content") for t, a in page.tags if t == "meta"]
        assert "//" not in html
        assert [k for _, a in page.tags for k in a if k.startswith("on")] == []


@pytest.mark.parametrize("kind", ["branch", "bank"])
def test_every_page_names_day_version_notices_and_provisional_days(kind):
    facts = facts_of()
    page = page_of(facts) if kind == "branch" else bank_page(facts, links(facts))
    html = render_page(page)
    for words in (
        "2026-11-15",
        "方案第 1 版",
        "内部资料",
        "已脱敏",
        "测算参考，以审批为准",
        "暂定",
    ):
        assert words in html
    title = "城东支行" if kind == "branch" else "全行开门红简报"
    for words in (title, "2026-11-15", "已脱敏", "日历含暂定"):
        assert css_text(words) in page.stamp.footer


def test_the_meeting_shows_target_expected_gap_and_bridge():
    page = page_of(facts_of())
    row = facts_of().branches[0]
    net = row["closing"] - row["opening"]
    assert [figure.label for figure in page.figures] == ["净增目标", "预计净增", "缺口", "达成把握"]
    assert page.figures[0].value == f"{row['target'] / 1e4:,.2f} 万元"
    assert page.figures[1].value == f"{net / 1e4:,.2f} 万元"
    assert page.figures[2].value == f"{row['gap'] / 1e4:,.2f} 万元"
    values = [text.words for text in page.bridge.texts if text.kind == "value"]
    assert values[0] == f"{row['opening'] / 1e4:,.2f}"
    assert values[-1] == f"{(row['opening'] + row['target']) / 1e4:,.2f}"


def test_the_chance_stands_beside_its_range():
    row = {"level": "branch", "subject": "城东支行", "p10": 1e5, "p90": 9e5, "chance": 0.86}
    outlook = OUTLOOK.conform(pd.DataFrame([row]))
    page = page_of(facts_of(outlook=outlook))
    assert page.figures[3].value == "较有把握"
    assert page.figures[3].note == "约 86%；十季有八季在 10.00 至 90.00 万元"


def test_a_chance_that_nobody_estimated_is_no_number():
    assert page_of(facts_of(outlook=None)).figures[3].value == "—"


def test_what_passes_the_target_is_called_so():
    facts = with_rows(facts_of(), "branches", target=100_000.0, gap=-50_000.0)
    page = page_of(facts)
    assert (page.figures[2].label, page.figures[2].value) == ("超出目标", "5.00 万元")
    assert page.decisions[0] == "超出目标 5.00 万元：是否按冲刺数下达？"


@pytest.mark.parametrize(
    ("visits", "question"),
    [
        (40, "缺口 5.00 万元，走访还空 60 次：加外拓，还是补名单？"),
        (96, "缺口 5.00 万元：认领到人，还是加人加时间？"),
    ],
)
def test_a_gap_asks_for_names_while_days_are_free_and_for_people_when_they_are_full(
    visits, question
):
    rows = {"gap": 50_000.0, "visits": visits, "visit_capacity": 100}
    assert page_of(with_rows(facts_of(), "branches", **rows)).decisions[0] == question


def test_a_branch_without_a_target_says_so():
    page = page_of(with_rows(facts_of(), "branches", target=float("nan"), gap=float("nan")))
    assert page.figures[0].value == "未设"
    assert "期末目标" not in page.bridge.summary
    assert not any("缺口" in decision for decision in page.decisions)


def test_certain_and_hoped_for_add_up_to_the_bridge():
    facts = facts_of()
    row = facts.branches[0]
    growth = sum(row[name] for name in ("top_up", "refinance", "industry", "team", "referral"))
    lines = page_of(facts).certainty
    shown = [float(line.total.replace(",", "")) for line in lines]
    bridge = [row["renewed"], row["draw"], growth, row["closing"] - row["opening"] + row["run_off"]]
    assert shown == [round(amount / 1e4, 2) for amount in bridge]
    for line in lines:
        parts = {
            name: float(getattr(line, name).replace(",", ""))
            for name in ("natural", "uplift", "firm", "loose", "total")
        }
        assert parts["natural"] + parts["uplift"] == pytest.approx(parts["total"], abs=0.011)
        assert parts["firm"] + parts["loose"] == pytest.approx(parts["total"], abs=0.011)
    assert [line.is_sum for line in lines] == [False, False, False, True]


def test_the_head_finds_his_own_visits_soonest_first():
    facts = with_senior_visits(facts_of(), 5)
    page = page_of(facts)
    assert len(page.senior_visits) == 3
    assert page.senior_note == "另有 2 次，见各人《行动方案》。"
    assert any(decision.startswith("联合走访 5 次，最早 12-") for decision in page.decisions)


def test_the_head_reads_what_he_is_asked_to_settle():
    facts = with_senior_visits(facts_of())
    customer = facts.senior_visits["城东支行"][0]["customer_id"]
    ask = (
        "请行长在 2026-12-05 至 2027-02-03 间同访，当场定三件事：年利率 5.00%（常规）；10 天内办结"
    )
    loan = facts.plan.growth.refinance.head(1).assign(customer_id=customer, senior_ask=ask)
    growth = dataclasses.replace(facts.plan.growth, refinance=loan)
    page = page_of(Facts(dataclasses.replace(facts.plan, growth=growth), facts.masker))
    assert page.senior_visits[0].ask == "当场定三件事：年利率 5.00%；10 天内办结"


def with_senior_visits(facts: Facts, count: int = 1) -> Facts:
    """Return facts in which the first touches of 城东支行 ask for a senior."""
    plan = facts.plan
    candidates = plan.problem.candidates.copy()
    mine = candidates.index[candidates["manager_id"] == "1001"][:count]
    candidates.loc[mine, "resources"] = "rate_quota:300000;senior:1"
    problem = dataclasses.replace(plan.problem, candidates=candidates)
    return Facts(dataclasses.replace(plan, problem=problem), facts.masker)


def test_who_goes_out_together_is_named_with_day_and_place():
    outings = page_of(facts_of(), 2).outings
    assert {outing.people for outing in outings} == {"周强、陈立新"}
    assert outings[0].day == "12-01 周二"
    assert "户" in outings[0].areas


def test_the_first_week_counts_what_is_planned_over_what_is_possible():
    facts = facts_of()
    touches = facts.plan.touches
    mine = touches[(touches["manager_id"] == "1001") & (touches["week"] == -9)]
    row = page_of(facts).first_week[0]
    assert row.manager == "陈立新"
    assert row.visits == f"{(mine['channel'] == 'visit').sum()}/16"


def test_an_outing_is_called_so_and_shows_no_made_up_number():
    facts = facts_of()
    row = {"customer_id": f"{OUTING}-1001-01", "area": "城东市场"}
    assert customer_name(facts, row) == "片区外拓"
    assert place_words(facts, row) == "城东市场"
    assert place_words(facts, {**row, "customer_id": "C01"}) == "C01 城东市场"


def test_a_saving_that_is_a_loss_says_to_wait_for_the_maturity():
    row = facts_of().lists.manager_refinances["1001"][0]
    shown = [refinance_row(facts_of(), {**row, "net_saving": saving}).saving for saving in (-5, 5)]
    assert shown[0] == "到期日再衔接"
    assert shown[1].startswith("净省 5.00 元")


def test_what_is_left_out_for_next_to_nothing_is_no_decision():
    facts = facts_of()
    branch = str(facts.branches[0]["branch"])
    asked = []
    for amount in (9_999.0, 10_000.0):
        facts.lists.left_out_sums[branch] = {"size": 3, "sum": amount}
        found = decisions(facts, facts.branches[0], facts.managers[branch])
        asked.append(any("未排入" in question for question in found))
    assert asked == [False, True]


def test_the_meeting_and_the_bank_say_what_the_data_are_worth():
    facts = facts_of()
    for html in (render_page(page_of(facts)), render_page(bank_page(facts, links(facts)))):
        assert re.search(
            r"新增金额按资料等级：A 级（资料较全）\d+%、B 级.*、C 级（仅政策上限）\d+%", html
        )


def test_every_sheet_carries_whose_it_is_and_the_day_across_the_paper():
    html = render_page(page_of(facts_of()))
    marks = re.findall(r'class="watermark" aria-hidden="true"><span>(.*?)</span>', html)
    assert marks[0] == marks[-1] == "城东支行 · 2026-11-15"
    assert marks[1] == "陈立新 · 1001 · 2026-11-15"
    assert len(marks) == html.count('<section class="sheet')


def test_more_managers_than_page_one_holds_are_named():
    plan = make_campaign_plan(managers=12)
    tables = {name: getattr(plan, name).assign(branch="城东支行") for name in ("managers",)}
    page = page_of(Facts(dataclasses.replace(plan, **tables), Masker()))
    assert len(page.first_week) == 10
    assert page.first_week_note.startswith("另有 2 人（")
    assert len(page.managers) == 12


def test_trades_in_season_have_a_window_inside_the_campaign_and_a_reason():
    page = page_of(facts_of())
    assert 1 <= len(page.trades) <= 3
    for trade in page.trades:
        assert re.fullmatch(r"\d\d-\d\d 至 \d\d-\d\d", trade.window)
        assert trade.reason
        assert trade.name[:9] in page.season.summary


def test_an_amount_that_only_policy_caps_support_is_never_shown_as_firm():
    facts = facts_of()
    opportunities = facts.plan.growth.opportunities
    loose = set(opportunities.loc[opportunities["grade"] == "C", "customer_id"])
    shown = [
        (row.place.split()[0], row.amount) for m in page_of(facts).managers for row in m.customers
    ]
    assert any(number in loose for number, _ in shown)
    assert all(
        amount.startswith("≤") and "C级" in amount for number, amount in shown if number in loose
    )


def test_a_loan_that_needs_consent_is_listed_apart_and_in_no_managers_pitch():
    facts = facts_of()
    page = page_of(facts)
    table = facts.plan.growth.refinance
    needed = table[(table["branch"] == "城东支行") & (table["status"] == "needs_consent")]
    assert len(page.consents) == len(needed) > 0
    assert page.consents_note.startswith(f"共 {len(needed)} 笔。授权未含营销的信息不得用于营销")
    planned = table[(table["branch"] == "城东支行") & (table["status"] == "planned")]
    assert sum(len(m.refinances) for m in page.managers) == len(planned)


def test_what_needs_consent_names_no_lender():
    """What a credit report says of other banks must not reach a marketing paper."""
    plan = whole_plan()
    refinance = plan.growth.refinance.assign(lender="不可外传银行", status="needs_consent")
    growth = dataclasses.replace(plan.growth, refinance=refinance)
    facts = facts_of(growth=growth)
    for number in range(3):
        assert "不可外传银行" not in render_page(page_of(facts, number))


def test_net_shrinkage_is_said_in_words():
    facts = with_rows(facts_of(), "branches", closing=1e7, opening=1.2e7, target=1e6, gap=3e6)
    assert page_of(facts).figures[2].note == "续贷和新增补不上到期还款"


def test_a_manager_sees_quota_customers_maturities_and_referrals():
    facts = facts_of()
    sheet = page_of(facts).managers[0]
    row = facts.plan.managers.iloc[0]
    assert (sheet.name, sheet.number, sheet.anchor) == ("陈立新", "1001", "m1")
    values = [figure.value for figure in sheet.figures]
    assert values[:3] == [
        f"{row[name] / 1e4:,.2f} 万元"
        for name in ("amount_floor", "amount_target", "amount_stretch")
    ]
    assert len(sheet.customers) == 10
    assert "全部 29 户" in sheet.customers_note
    assert len(sheet.maturities) == 5
    assert len(sheet.referrals) == 3


def test_customers_come_most_valuable_first():
    facts = facts_of()
    touches = facts.plan.touches
    worth = touches[touches["manager_id"] == "1001"].groupby("customer_id")["value"].sum()
    best = worth.sort_values(ascending=False, kind="stable")
    places = [row.place.split()[0] for row in page_of(facts).managers[0].customers]
    assert [worth[number] for number in places] == list(best.iloc[:10])


def test_a_yellow_customer_says_what_to_look_at_and_an_unchecked_one_what_nobody_knows():
    checks = [row.check for m in page_of(facts_of()).managers for row in m.customers]
    assert any("看（黄灯）：近两月征信查询 7 次" in check for check in checks)
    assert any("未查：对外担保、涉诉" in check for check in checks)


def test_the_bank_page_ranks_branches_by_share_of_the_target():
    facts = with_rows(facts_of(), "branches", target=1_000.0)
    page = bank_page(facts, links(facts))
    shares = [float(row.share.rstrip("%").replace(",", "")) for row in page.branches]
    assert shares == sorted(shares, reverse=True)
    assert [row.rank for row in page.branches] == ["1", "2", "3"]


def test_the_bank_page_explains_the_bound_and_beats_the_rules_of_thumb():
    page = bank_page(facts_of(), links(facts_of()))
    assert "任何排法都不会超过这个上限" in page.quality
    assert "最多差 0.19%" in page.quality
    assert [row.label for row in page.rules_of_thumb[:2]] == ["上限", "本方案"]
    assert [row.share for row in page.rules_of_thumb[:2]] == ["100.0%", "99.8%"]
    assert len(page.rules_of_thumb) == 6


def test_the_bank_page_lists_example_settings_findings_and_what_was_not_checked():
    facts = facts_of()
    page = bank_page(facts, links(facts))
    names = [row.name for row in page.settings]
    assert "capacity.visits_per_day" in names
    assert "headroom.days_a_year" not in names
    assert [row.severity for row in page.findings] == ["错误", "提示", "说明"]
    assert ("营运资金", "120") in [(row.check, row.customers) for row in page.unchecked]


def test_names_are_masked_unless_the_setting_says_otherwise():
    plan = make_campaign_plan()
    person = plan.book.customers["customer_name"].iloc[2]
    masked = render_page(page_of(Facts(plan, Masker(True))))
    plain = render_page(page_of(Facts(plan, Masker(False))))
    assert "张国强" in plan.book.customers["customer_name"].str.cat()
    assert "张国强" not in masked
    assert "张国强" in plain
    assert person
    assert "未脱敏" in plain


def test_no_telephone_or_identity_number_is_whole(tmp_path):
    canary = "电话13812345678，证件430181199001011234，卡6222021234567890123"
    plan = make_campaign_plan(text=canary)
    for path in write_briefings(plan, tmp_path):
        text = re.sub(r'href="[^"]*"', "", path.read_text("utf-8"))
        for secret in ("13812345678", "430181199001011234", "6222021234567890123"):
            assert secret not in text


def test_the_order_of_rows_and_a_second_run_change_no_byte(tmp_path):
    plan = make_campaign_plan()
    names = ("touches", "quotas", "left_out", "managers", "branches", "season")
    shuffled = {n: getattr(plan, n).sample(frac=1, random_state=5) for n in names}
    parts = ("screen", "headroom", "refinance", "run_off", "opportunities")
    grown = {n: getattr(plan.growth, n).sample(frac=1, random_state=6) for n in parts}
    other = dataclasses.replace(plan, growth=dataclasses.replace(plan.growth, **grown), **shuffled)
    first = [path.read_bytes() for path in write_briefings(plan, tmp_path / "a")]
    assert first == [path.read_bytes() for path in write_briefings(plan, tmp_path / "b")]
    assert first == [path.read_bytes() for path in write_briefings(other, tmp_path / "c")]


def test_an_empty_plan_still_makes_pages(tmp_path):
    plan = make_campaign_plan(managers=1)
    empty = {name: getattr(plan, name).iloc[:0] for name in ("touches", "quotas", "left_out")}
    parts = ("screen", "headroom", "refinance", "run_off", "opportunities")
    grown = {name: getattr(plan.growth, name).iloc[:0] for name in parts}
    plan = dataclasses.replace(plan, growth=dataclasses.replace(plan.growth, **grown), **empty)
    html = write_briefings(plan, tmp_path)[1].read_text("utf-8")
    for words in ("没有排入走访或电话的客户", "活动期内没有到期本金", "没有需要上级同去的走访"):
        assert words in html


@given(st.text(max_size=60))
def test_no_name_can_leave_its_place_in_the_style(text):
    assert re.fullmatch(r"(\\[0-9a-f]+ )*", css_text(text))


def test_a_branch_page_takes_at_most_thirty_milliseconds():
    facts = facts_of()
    render_page(page_of(facts))
    times = []
    for _ in range(3):
        started = time.process_time()
        render_page(page_of(facts))
        times.append(time.process_time() - started)
    assert min(times) < 0.03


def test_the_branch_page_looks_as_agreed(golden):
    html = render_page(page_of(with_senior_visits(facts_of())))
    golden("briefing/branch.html", re.sub(r"(?s)<style>.*?</style>", "<style></style>", html))


def links(facts: Facts) -> dict[str, str]:
    return {str(row["branch"]): f"{number}.html" for number, row in enumerate(facts.branches)}
