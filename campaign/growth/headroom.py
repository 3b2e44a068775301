"""存量增贷: how much more each customer could borrow, cap by cap; 测算参考，以审批为准."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.caps import (
    CAPS,
    ON_CREDIT,
    SECURED_LABELS,
    TOTAL_CAPS,
    caps_of,
    debt_facts,
)
from campaign.growth.household import capacity_of, households_of, turns_of
from campaign.growth.portfolio import Portfolio, portfolio_of
from campaign.growth.wording import both, listed
from campaign.settings import HeadroomRules
from campaign.vocabulary import HEADROOM, LOANS, Grade, Signal

LABELS = {name: HEADROOM.field(name).label for name in CAPS}
DAYS_A_YEAR = 360
DAY_FIELDS = {
    "inventory_days": "default_inventory_days",
    "receivable_days": "default_receivable_days",
    "payable_days": "default_payable_days",
}
CAPACITY_CAPS = ["cap_working_capital", "cap_repayment", "cap_sales", "cap_net_assets"]
ENOUGH_CAPACITY_CAPS = 2
OTHER_DEBT = HEADROOM.field("other_debt").label
SECURITY = LOANS.field("guarantee_type").label
DISCLAIMER = "测算参考，以审批为准"


def working_capital_need(
    annual_sales: float, profit_margin: float, sales_growth: float, cycle_days: float
) -> float:
    """Return the working capital (营运资金量) that a year's sales need, in yuan.

    A cycle of no days or fewer needs none: suppliers and customers finance the trade.

    Formula:
        annual_sales x (1 - profit_margin) x (1 + sales_growth) x cycle_days / 360

    Source:
        流动资金贷款需求量的测算参考, annex formula; docs/method.md#headroom.

    Example:
        Sales of 12 million, a tenth kept, a tenth more expected, 90 days a cycle:

        >>> round(working_capital_need(12_000_000, 0.10, 0.10, 90))
        2970000
    """
    turns = max(cycle_days, 0) / DAYS_A_YEAR
    return max(annual_sales * (1 - profit_margin) * (1 + sales_growth) * turns, 0.0)


def working_capital(people: pd.DataFrame, rules: HeadroomRules) -> pd.DataFrame:
    """Return need and own funds by customer, with the micro substitutes, and what is known.

    Unknown margins, days and own funds are estimated by settings and marked; unknown sales
    are not. Cycle days are those of stock and receivables less those of payables.

    Returns:
        need, own_funds (yuan), firm (True where nothing was estimated).
    """
    days = {
        name: people[name].fillna(getattr(rules, setting)) for name, setting in DAY_FIELDS.items()
    }
    cycle = days["inventory_days"] + days["receivable_days"] - days["payable_days"]
    sales, before = people["annual_sales"], people["prior_annual_sales"]
    growth = (sales / before.where(before > 0) - 1).fillna(0).clip(-1, rules.sales_growth_most)
    margin = people["profit_margin"].fillna(rules.default_profit_margin)
    turns = cycle.clip(lower=0) / rules.days_a_year
    need = (sales * (1 - margin) * (1 + growth) * turns).clip(lower=0)
    asked = ["profit_margin", "own_funds", *DAY_FIELDS]
    return pd.DataFrame(
        {
            "need": need,
            "own_funds": people["own_funds"].fillna(need * rules.own_funds_share),
            "firm": people[["annual_sales", *asked]].notna().all(axis=1),
        }
    )


def estimate_headroom(
    book: LoanBook,
    screen: pd.DataFrame,
    rules: HeadroomRules,
    *,
    portfolio: Portfolio | None = None,
    movable_debt: np.ndarray | None = None,
    unchecked_lowers: int | None = None,
) -> pd.DataFrame:
    """Estimate how much more each customer could borrow (增贷空间).

    The smallest cap binds. A red customer has none; a yellow one `rules.yellow_share` of
    it. Poorer data means a larger haircut. Debt that could move to us from another bank
    does not count against the caps on total debt; `new_money` is the part that holds
    without such a move.

    Formula:
        headroom = floor(max(0, smallest cap) x share of the signal x haircut of the grade)

    Source:
        domain rules A1, A4-A7, G1-G2; docs/method.md#headroom.

    Args:
        book: The loan book.
        screen: Table SCREEN of the same book.
        rules: Ratios and caps.
        portfolio: The customers of the book where they are at hand already.
        movable_debt: Yuan at other banks that a customer could move to us, by row of the
            portfolio.
        unchecked_lowers: Unchecked screen rules that lower the grade by one; None: never.

    Returns:
        Table HEADROOM: every cap as a column of its own, binding_cap, headroom.
    """
    portfolio = portfolio or portfolio_of(book)
    people = portfolio.customers
    facts = debt_facts(portfolio, rules)
    capital = working_capital(capacity_of(portfolio), rules)
    need = (capital["need"] - capital["own_funds"]).to_numpy()
    caps = caps_of(portfolio, facts, need, rules)
    movable = np.zeros(len(people)) if movable_debt is None else movable_debt
    movable = np.minimum(movable, facts["other_debt"])
    table = people[["customer_id", "manager_id", "branch"]].copy()
    for name in ("exposure", "limit", "balance", "undrawn", "other_debt"):
        table[name] = facts[name]
    table["movable_debt"] = movable
    table["working_capital_need"] = capital["need"]
    table["signal"] = screen["signal"].to_numpy()
    lowered = screen["unchecked"].ge(unchecked_lowers or np.inf).to_numpy()
    table["grade"] = _grades(caps, facts, capital["firm"], lowered)
    household = households_of(portfolio)
    table["household"] = people["customer_id"].to_numpy()[household]
    caps = _fill(table, caps, household, rules)
    table[CAPS] = caps.clip(lower=0)
    table["binding_cap"] = caps.idxmin(axis=1)
    over = (facts["line"] + table["headroom"]).gt(rules.inclusive_limit)
    table["over_inclusive"] = over & facts["line"].le(rules.inclusive_limit)
    table["not_checked"] = _not_checked(caps, facts)
    table["reason"] = _reasons(table)
    table["source_rows"] = both(people["source_rows"], people["other_rows"])
    return HEADROOM.check(HEADROOM.conform(table))


def _fill(
    table: pd.DataFrame, caps: pd.DataFrame, household: np.ndarray, rules: HeadroomRules
) -> pd.DataFrame:
    """Put headroom and new money into the table and return the caps that they rest on.

    The members of a household take turns in the order of their numbers: what one may get,
    before it is rounded down, is gone from the room of the next. Were it what is left after
    rounding, a yuan of income could move a whole step from one member to another.
    """
    share, turns = _shares(table, rules), turns_of(household)
    taken, caps = np.zeros(len(table)), caps.copy()
    table["headroom"] = table["new_money"] = 0.0
    for turn in range(turns.max(initial=0) + 1):
        now = turns == turn
        rest = caps[now]
        rest[TOTAL_CAPS] = rest[TOTAL_CAPS].sub(taken[household[now]], axis=0)
        table.loc[now, "new_money"] = _rounded(rest.min(axis=1) * share[now], rules)
        rest[TOTAL_CAPS] = rest[TOTAL_CAPS].add(table.loc[now, "movable_debt"], axis=0)
        got = rest.min(axis=1).clip(lower=0) * share[now]
        table.loc[now, "headroom"] = _rounded(got, rules)
        caps[now] = rest
        taken[household[now]] += got
    return caps


def _shares(table: pd.DataFrame, rules: HeadroomRules) -> pd.Series:
    by_signal = {Signal.RED.value: 0.0, Signal.YELLOW.value: rules.yellow_share}
    signal: pd.Series = table["signal"].map(by_signal).fillna(1.0)
    share: pd.Series = signal * table["grade"].map(rules.haircut)
    return share


def _rounded(amounts: pd.Series, rules: HeadroomRules) -> pd.Series:
    steps: pd.Series = np.floor(amounts.clip(lower=0) / rules.rounding_step + 1e-9)
    return steps * rules.rounding_step


def _grades(
    caps: pd.DataFrame, facts: pd.DataFrame, firm_need: pd.Series, lowered: np.ndarray
) -> np.ndarray:
    """Return A, B or C by how many capacity caps rest on the customer's own figures."""
    known = caps[CAPACITY_CAPS].notna()
    firm = known.copy()
    firm["cap_working_capital"] &= firm_need
    firm["cap_repayment"] &= facts["other_payment_known"]
    enough = firm.sum(axis=1).ge(ENOUGH_CAPACITY_CAPS) & facts["other_debt_known"]
    level = np.where(enough, 0, np.where(known.any(axis=1), 1, 2)) + lowered
    grades = np.array([grade.value for grade in Grade])
    chosen: np.ndarray = grades[np.minimum(level, len(grades) - 1)]
    return chosen


def _not_checked(caps: pd.DataFrame, facts: pd.DataFrame) -> list[str]:
    """Return the caps that ought to hold for the customer but lacked data."""
    lacking = caps.isna()
    lacking["cap_collateral"] &= facts["security"].isin(SECURED_LABELS)
    lacking["cap_grade"] &= facts["security"].isin(ON_CREDIT)
    words = [LABELS[name] for name in CAPS]
    debt, security = ~facts["other_debt_known"], ~facts["security_known"]
    return listed(np.column_stack([lacking, debt, security]), [*words, OTHER_DEBT, SECURITY])


def _reasons(table: pd.DataFrame) -> list[str]:
    words = [
        *(f"约束项为{LABELS[name]}" for name in CAPS),
        "红灯不增贷",
        "黄灯只保留部分空间",
        "资料不全，仅有政策上限，不作确定金额",
        "含可置换的他行债务，须随置换使用",
        "与同户家庭成员合并计算负债并共用空间",
        "加上测算空间将超出普惠小微 1000 万元口径",
        DISCLAIMER,
    ]
    flags = np.column_stack(
        [
            *(table["binding_cap"].eq(name) for name in CAPS),
            table["signal"].eq(Signal.RED.value),
            table["signal"].eq(Signal.YELLOW.value),
            table["grade"].eq(Grade.C.value),
            table["headroom"].gt(table["new_money"]),
            table["household"].duplicated(keep=False),
            table["over_inclusive"],
            np.ones(len(table), dtype=bool),
        ]
    )
    return listed(flags, words)
