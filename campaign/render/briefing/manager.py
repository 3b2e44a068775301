"""The page of one manager in his branch's briefing."""

from __future__ import annotations

from campaign.render.briefing.cuts import Row, words
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.lists import MATURITIES_A_MANAGER
from campaign.render.briefing.pages import CustomerRow, Figure, ManagerSheet, ReferralRow
from campaign.render.briefing.rows import (
    companion_words,
    customer_name,
    day_words,
    main_reasons,
    manager_name,
    maturity_row,
    place_words,
    possible_amount,
    purposes_words,
    refinance_row,
    span_words,
    whole_parts,
)
from campaign.render.charts import WeekLoad, load_chart
from campaign.render.drawing import Drawing, fitted
from campaign.render.formats import as_day, count_text, is_unknown, label_of, short_day, wan_text
from campaign.vocabulary import HEADROOM, Channel, Signal, Source

UNCHECKED_SHOWN = 2
# What to ask for each source, before any survey.
QUESTIONS = {
    Source.RENEWAL.value: "还款来源是否落实，要不要续用",
    Source.DRAW.value: "为何没有用款，何时用",
    Source.TOP_UP.value: "钱做什么用，何时回笼",
    Source.REFINANCE.value: "他行利率、到期日、提前还款费用",
    Source.INDUSTRY.value: "备货多少，账期多长，何时要款",
    Source.TEAM.value: "经营几年，有无贷款，是否需要",
    Source.REFERRAL.value: "同行、亲友、上下游谁要用钱",
}


def manager_sheet(facts: Facts, row: Row, number: int) -> ManagerSheet:
    """Return the sheet of one manager.

    Args:
        facts: The plan and what was picked from it.
        row: His row of MANAGER_PLANS.
        number: Place in the branch, for the link to the sheet.
    """
    key = str(row["manager_id"])
    customers = facts.customers.get(key, [])
    return ManagerSheet(
        name=facts.people[key] or key,
        number=key,
        anchor=f"m{number}",
        lead=_lead(facts, row),
        figures=_figures(row),
        load=_load(facts, key),
        customers=tuple(_customer(facts, rank, c) for rank, c in enumerate(customers, start=1)),
        customers_note=_customers_note(facts, key, len(customers)),
        maturities=tuple(
            maturity_row(facts, m) for m in facts.lists.manager_maturities.get(key, [])
        ),
        maturities_note=_maturities_note(facts, key),
        refinances=tuple(
            refinance_row(facts, r) for r in facts.lists.manager_refinances.get(key, [])
        ),
        referrals=tuple(_referral(facts, r) for r in facts.referrals.get(key, [])),
    )


def is_new(row: Row) -> bool:
    """Return whether a manager is known to be in his first year."""
    return not is_unknown(row["is_new"]) and bool(row["is_new"])


def _lead(facts: Facts, row: Row) -> str:
    parts = [f"管户 {count_text(row['customers'])} 户，余额 {wan_text(row['balance'])} 万元"]
    if words(row["area"]):
        parts.append(f"主攻{facts.told(row['area'])}")
    if words(row["partner"]):
        parts.append(f"与{manager_name(facts, row['partner'])}结对")
    parts += facts.locks.get(str(row["manager_id"]), [])
    parts.append(f"可用工作日 {count_text(row['working_days'])} 天")
    return ("新任客户经理，" if is_new(row) else "") + "；".join(parts) + "。"


def _figures(row: Row) -> tuple[Figure, ...]:
    gone = f"到期还款 {wan_text(row['run_off'])}，预计续回 {wan_text(row['renewed'])}"
    per_week = f"能力 {count_text(row['visit_capacity'])} 次"
    calls = f"能力 {count_text(row['call_capacity'])} 次"
    return (
        Figure("保底净增", f"{wan_text(row['amount_floor'])} 万元", "差年景也应做到"),
        Figure("目标净增", f"{wan_text(row['amount_target'])} 万元", gone),
        Figure("冲刺净增", f"{wan_text(row['amount_stretch'])} 万元", "好年景可以做到"),
        Figure("走访", f"{count_text(row['visits'])} 次", per_week),
        Figure("电话", f"{count_text(row['calls'])} 次", calls),
        Figure(
            "转介 / 新增联系人",
            f"{count_text(row['referrals'])} / {count_text(row['contacts'])} 人",
            "每次走访都问转介",
        ),
    )


def _load(facts: Facts, key: str) -> Drawing:
    quotas = facts.quotas.get(key, {})
    loads: dict[str, list[WeekLoad]] = {"visits": [], "calls": []}
    for week, _ in facts.weeks:
        for resource, found in loads.items():
            planned = float(quotas.get(week, {}).get(resource, 0.0))
            found.append(WeekLoad(planned, facts.capacity.get((key, resource, week))))
    return load_chart(
        [(week, short_day(monday)) for week, monday in facts.weeks],
        [("走访", loads["visits"]), ("电话", loads["calls"])],
    )


def _customer(facts: Facts, rank: int, row: Row) -> CustomerRow:
    return CustomerRow(
        rank=str(rank),
        customer=fitted(customer_name(facts, row), 22),
        place=fitted(place_words(facts, row), 13),
        when=f"{day_words(row['date'])} {label_of(Channel, row['channel'])}",
        companion=fitted(companion_words(facts, row["companion"]), 9),
        purpose=purposes_words(row["purposes"], row["source"]),
        amount=possible_amount(row["amount"], row["grade"]),
        limit=_limit(row),
        why=main_reasons(facts, row["reason"], 34),
        window=span_words(row["window_start"], row["window_end"]),
        check=_check(facts, row),
    )


def _limit(row: Row) -> str:
    """Name the cap that binds a top-up; other sources are limited by their own reason."""
    cap = words(row["binding_cap"])
    if row["source"] not in (Source.TOP_UP.value, Source.INDUSTRY.value) or not cap:
        return ""
    return f"{HEADROOM.field(cap).label} {wan_text(row['headroom'])}"


def _check(facts: Facts, row: Row) -> str:
    """Say what to ask, what to look at on site, and what nobody checked."""
    question = QUESTIONS.get(words(row["source"]))
    parts = [f"问：{question}"] if question else []
    fired = words(row["asks"]) or words(row["reasons"])
    if row["signal"] == Signal.YELLOW.value and fired:
        parts.append(f"看（黄灯）：{fired.split('；')[0]}")
    if words(row["not_checked"]):
        parts.append(f"未查：{_first_unchecked(words(row['not_checked']).split('；'))}")
    return whole_parts([facts.told(part) for part in parts], 40)


def _first_unchecked(items: list[str]) -> str:
    more = f"等 {len(items)} 项" if len(items) > UNCHECKED_SHOWN else ""
    return "、".join(items[:UNCHECKED_SHOWN]) + more


def _referral(facts: Facts, row: Row) -> ReferralRow:
    return ReferralRow(
        customer=customer_name(facts, row),
        day=short_day(as_day(row["date"])),
        reason=main_reasons(facts, row["reason"], 42),
    )


def _customers_note(facts: Facts, key: str, listed: int) -> str:
    total = facts.customers_touched.get(key, 0)
    if total > listed:
        return f"按预计增益排序，前 {listed} 户；全部 {count_text(total)} 户见本人《行动方案》。"
    return f"共 {listed} 户，按预计增益排序。"


def _maturities_note(facts: Facts, key: str) -> str:
    sums = facts.lists.maturity_sums["manager_id"].get(key)
    if not sums:
        return "活动期内没有到期本金"
    text = f"共 {count_text(sums['size'])} 笔 {wan_text(sums['sum'])} 万元"
    if sums["size"] > MATURITIES_A_MANAGER:
        return f"{text}，列最大 {MATURITIES_A_MANAGER} 笔"
    return text
