"""The briefing of one branch: the December meeting on one page, then managers, then lists."""

from __future__ import annotations

import re

from campaign.render.briefing.cuts import Row
from campaign.render.briefing.decisions import decisions
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.lists import MATURITIES_A_BRANCH
from campaign.render.briefing.manager import is_new, manager_sheet
from campaign.render.briefing.pages import (
    BranchPage,
    CertainRow,
    ConsentRow,
    Figure,
    FirstWeekRow,
    LeftOutRow,
    Outing,
    SeniorVisit,
)
from campaign.render.briefing.rows import (
    chance_figure,
    companion_words,
    customer_name,
    day_words,
    grades_note,
    manager_name,
    maturity_row,
    net_note,
    of_capacity,
    possible_amount,
)
from campaign.render.briefing.stamp import stamp
from campaign.render.briefing.trades import season_picture, trade_row, trades_in_season
from campaign.render.charts import waterfall
from campaign.render.drawing import Drawing, fitted
from campaign.render.formats import (
    count_text,
    is_unknown,
    label_of,
    wan_text,
    week_label,
)
from campaign.vocabulary import GROWTH_SOURCES, Channel, Grade, Source

MANAGERS_ON_PAGE_ONE = 10
OUTINGS_ON_PAGE_ONE = 5
SENIOR_VISITS_ON_PAGE_ONE = 3
TRADES_ON_PAGE_ONE = 3
CHANGES = (
    ("到期还款", "run_off", -1.0),
    (Source.RENEWAL.label, "renewed", 1.0),
    *((source.label, source.value, 1.0) for source in (Source.DRAW, *GROWTH_SOURCES)),
)


def branch_page(facts: Facts, row: Row) -> BranchPage:
    """Return the page of one branch, from its row of BRANCH_PLANS."""
    branch = str(row["branch"])
    managers = facts.managers.get(branch, [])
    outings = facts.first_week.outings.get(branch, [])
    seniors = [_senior_visit(facts, s) for s in facts.senior_visits.get(branch, [])]
    trades = trades_in_season(facts, facts.trades.get(branch, []), TRADES_ON_PAGE_ONE)
    return BranchPage(
        stamp=stamp(facts, branch),
        title=facts.told(branch),
        lead=_lead(row),
        figures=_figures(facts, row),
        bridge=bridge_picture(row),
        certainty=_certainty(facts, row),
        run_off_note=_run_off_note(row),
        grades=_grades(facts, branch),
        first_week_name=week_label(*facts.weeks[0]),
        first_week=tuple(_first_week(facts, m) for m in managers[:MANAGERS_ON_PAGE_ONE]),
        first_week_note=_folded(facts, managers[MANAGERS_ON_PAGE_ONE:]),
        outings=tuple(_outing(facts, o) for o in outings[:OUTINGS_ON_PAGE_ONE]),
        outings_note=_outings_note(outings),
        senior_visits=tuple(seniors[:SENIOR_VISITS_ON_PAGE_ONE]),
        senior_note=_senior_note(seniors),
        trades=tuple(trade_row(facts, t) for t in trades),
        season=season_picture(facts, trades),
        decisions=decisions(facts, row, managers),
        managers=tuple(manager_sheet(facts, m, n) for n, m in enumerate(managers, start=1)),
        maturities=tuple(
            maturity_row(facts, m) for m in facts.lists.branch_maturities.get(branch, [])
        ),
        maturities_note=_maturities_note(facts, branch),
        consents=tuple(_consent(facts, r) for r in facts.lists.branch_consents.get(branch, [])),
        consents_note=_consents_note(facts, branch),
        left_out=tuple(_left_out(facts, r) for r in facts.lists.left_out_groups.get(branch, [])),
        left_out_note=_left_out_note(facts, branch),
    )


def bridge_picture(row: Row) -> Drawing:
    """Return the waterfall from opening to closing balance; without a target no gap is drawn."""
    changes = [(label, sign * float(row[name])) for label, name, sign in CHANGES]
    return waterfall(row["opening"], changes, closing_wanted(row), height=145.0)


def closing_wanted(row: Row) -> float | None:
    """Return the closing balance that the target asks for; None where no target was set."""
    if is_unknown(row["target"]) or row["target"] <= 0:
        return None
    return float(row["opening"] + row["target"])


def _net(row: Row) -> float:
    return float(round(row["closing"] - row["opening"], 2))


def _lead(row: Row) -> str:
    people = f"{count_text(row['managers'])} 名客户经理"
    if row["new_managers"] > 0:
        people += f"（新任 {count_text(row['new_managers'])} 名）"
    work = f"走访 {count_text(row['visits'])} 次、电话 {count_text(row['calls'])} 次"
    return f"{people}，{work}；余额 {wan_text(row['opening'])} 万元做到 {wan_text(row['closing'])} 万元。"


def _figures(facts: Facts, row: Row) -> tuple[Figure, ...]:
    wanted = closing_wanted(row)
    net = _net(row)
    expected = Figure("预计净增", f"{wan_text(net)} 万元", "扣除到期还款之后")
    if wanted is None:
        return (Figure("净增目标", "未设", "台账与设置中都没有"), expected, _chance(facts, row))
    share = net_note(net, row["target"])
    gap = Figure("缺口", f"{wan_text(row['gap'])} 万元", share)
    if row["gap"] <= 0:
        gap = Figure("超出目标", f"{wan_text(-row['gap'])} 万元", share)
    target = Figure("净增目标", f"{wan_text(row['target'])} 万元", "期末余额减期初余额")
    return (target, expected, gap, _chance(facts, row))


def _chance(facts: Facts, row: Row) -> Figure:
    outlook = facts.outlook.get(str(row["branch"]))
    if outlook is None:
        return Figure("达成把握", "—", "未作测算")
    return chance_figure(outlook["chance"], outlook["p10"], outlook["p90"])


def _grades(facts: Facts, branch: str) -> str:
    sums: dict[str, float] = {}
    for part in facts.parts.get(branch, []):
        if part["source"] == Source.RENEWAL.value:
            continue
        sums[part["grade"]] = sums.get(part["grade"], 0.0) + float(part["expected"])
    return grades_note(sums)


def _certainty(facts: Facts, row: Row) -> tuple[CertainRow, ...]:
    """Split what the bridge brings; renewals without an opportunity come by themselves."""
    parts = facts.parts.get(str(row["branch"]), [])
    renewal, draw = Source.RENEWAL, Source.DRAW
    growth = [source.value for source in GROWTH_SOURCES]
    lines = (
        _split(parts, [renewal.value], row["renewed"]),
        _split(parts, [draw.value], row["draw"]),
        _split(parts, growth, sum(row[name] for name in growth)),
    )
    labels = (renewal.label, draw.label, "五项新增")
    rows = [_certain(label, line) for label, line in zip(labels, lines, strict=True)]
    whole = tuple(sum(amounts) for amounts in zip(*lines, strict=True))
    return (*rows, _certain("合计", whole, is_sum=True))


def _split(parts: list[Row], sources: list[str], total: float) -> tuple[float, ...]:
    """Return natural, uplift, total, firm and loose of some sources, in yuan."""
    mine = [part for part in parts if part["source"] in sources]
    uplift = sum(part["uplift"] for part in mine)
    loose = sum(part["expected"] for part in mine if part["grade"] == Grade.C.value)
    return (total - uplift, uplift, total, total - loose, loose)


def _certain(label: str, line: tuple[float, ...], *, is_sum: bool = False) -> CertainRow:
    natural, uplift, total, firm, loose = (wan_text(round(amount, 2)) for amount in line)
    return CertainRow(label, natural, uplift, total, firm, loose, is_sum)


def _run_off_note(row: Row) -> str:
    return f"确定要走的：活动期内到期与还款 {wan_text(row['run_off'])} 万元，先补上它才有净增。"


def _first_week(facts: Facts, manager: Row) -> FirstWeekRow:
    key = str(manager["manager_id"])
    week = facts.weeks[0][0]
    counts = facts.first_week.counts.get(key, {})
    planned = {c: float(counts.get(c.value, 0)) for c in Channel}
    areas = [
        f"{fitted(facts.told(a['area']), 9)} {a['size']}"
        for a in facts.first_week.areas.get(key, [])
    ]
    return FirstWeekRow(
        manager=(facts.people[key] or key) + ("（新）" if is_new(manager) else ""),
        visits=of_capacity(planned[Channel.VISIT], facts.capacity.get((key, "visits", week))),
        calls=of_capacity(planned[Channel.CALL], facts.capacity.get((key, "calls", week))),
        areas="、".join(areas) or "—",
    )


def _folded(facts: Facts, managers: list[Row]) -> str:
    if not managers:
        return ""
    names = "、".join(manager_name(facts, m["manager_id"]) for m in managers[:8])
    return f"另有 {len(managers)} 人（{names}{'等' if len(managers) > 8 else ''}）见各人页。"


def _outing(facts: Facts, row: Row) -> Outing:
    companion = companion_words(facts, row["companion"])
    return Outing(
        day=day_words(row["date"]),
        people=f"{manager_name(facts, row['manager_id'])}、{companion}",
        areas=fitted(facts.told(row["areas"]), 20),
    )


def _senior_visit(facts: Facts, row: Row) -> SeniorVisit:
    return SeniorVisit(
        day=day_words(row["date"]),
        customer=fitted(customer_name(facts, row), 14),
        manager=manager_name(facts, row["manager_id"]),
        purpose=label_of(Source, row["source"]),
        amount=possible_amount(row["amount"], row["grade"]),
        ask=to_settle(facts.told(row["senior_ask"])),
    )


def to_settle(ask: str) -> str:
    """Return what a senior is asked to settle: without who and when, which stand beside it.

    >>> to_settle("请行长在 12-05 至 02-03 间同访，当场定三件事：置换 100万元；10 天内办结（无须解押）")
    '当场定三件事：置换 100万元；10 天内办结'
    """
    return re.sub("（[^）]*）", "", ask.partition("同访，")[2] or ask)


def _outings_note(outings: list[Row]) -> str:
    more = len(outings) - OUTINGS_ON_PAGE_ONE
    return f"第一周还有 {more} 次同行，见各人《行动方案》。" if more > 0 else ""


def _senior_note(visits: list[SeniorVisit]) -> str:
    more = len(visits) - SENIOR_VISITS_ON_PAGE_ONE
    return f"另有 {more} 次，见各人《行动方案》。" if more > 0 else ""


def _maturities_note(facts: Facts, branch: str) -> str:
    sums = facts.lists.maturity_sums["branch"].get(branch)
    if not sums:
        return "活动期内没有到期本金。"
    text = f"共 {count_text(sums['size'])} 笔，本金 {wan_text(sums['sum'])} 万元"
    if sums["size"] > MATURITIES_A_BRANCH:
        return f"{text}；列出最大的 {MATURITIES_A_BRANCH} 笔，按到期日排列。"
    return f"{text}，按到期日排列。"


def _consent(facts: Facts, row: Row) -> ConsentRow:
    return ConsentRow(
        customer=customer_name(facts, row),
        manager=manager_name(facts, row["manager_id"]),
        missing=facts.told(row["reason"]),
    )


def _consents_note(facts: Facts, branch: str) -> str:
    count = facts.lists.consent_counts.get(branch, 0)
    if not count:
        return "没有缺授权的他行贷款。"
    return (
        f"共 {count_text(count)} 笔。授权未含营销的信息不得用于营销，"
        "所以这里不列他行名称和金额；先取得客户授权，或由客户自己说明。"
    )


def _left_out(facts: Facts, row: Row) -> LeftOutRow:
    return LeftOutRow(
        source=label_of(Source, row["source"]),
        reason=facts.told(row["reason"]),
        count=count_text(row["size"]),
        value=wan_text(row["sum"]),
    )


def _left_out_note(facts: Facts, branch: str) -> str:
    sums = facts.lists.left_out_sums.get(branch)
    if not sums:
        return "没有未排入的客户。"
    text = f"共 {count_text(sums['size'])} 户"
    return f"{text}，预计增益 {wan_text(sums['sum'])} 万元。" if sums["sum"] > 0 else f"{text}。"
