"""他行置换: operating loans at other banks that could move to us, with the customer's net saving."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.growth.portfolio import Portfolio, customer_key
from campaign.growth.refinance_offer import add_offer
from campaign.growth.refinance_status import STATUS_PLANNED, decide
from campaign.growth.windows import inside
from campaign.growth.wording import day_words, wan
from campaign.settings import RefinanceRules
from campaign.vocabulary import REFINANCE, Grade, GuaranteeType

DAYS_A_YEAR = 360
LABELS = {member.value: member.label for member in GuaranteeType}
AMOUNT_REASONS = (
    "抵质押贷款须整笔置换，本行可用空间不足",
    "本行可用空间不足，达不到最低置换金额",
    "他行余额低于最低置换金额",
)
SECURED = [GuaranteeType.MORTGAGE.label, GuaranteeType.PLEDGE.label, GuaranteeType.COMBINED.label]


def net_saving(
    amount: float, rate_gap: float, days: int, penalty_share: float, fee: float
) -> float:
    """Return what a customer saves by switching (客户净节省), in yuan; may be negative.

    Formula:
        amount x (rate there - our rate) x days left / 360 - amount x penalty - fees

    Source:
        domain rule B2 (show the net saving, not the gross); docs/method.md#refinance.

    Example:
        500,000 with 0.8 points less for 60 days, fees of 500:

        >>> round(net_saving(500_000, 0.008, 60, 0.0, 500), 2)
        166.67
    """
    return amount * rate_gap * days / DAYS_A_YEAR - amount * penalty_share - fee


def refinance_candidates(
    portfolio: Portfolio,
    screen: pd.DataFrame,
    contacts: pd.DataFrame,
    window: CampaignWindow,
    rules: RefinanceRules,
) -> pd.DataFrame:
    """Return every other-bank loan with its status, terms and window, before any amount.

    Args:
        portfolio: The customers and their loans elsewhere.
        screen: Table SCREEN.
        contacts: By customer, `refusal` (why not to approach, or empty), `willingness` and
            `first_day`.
        window: The campaign.
        rules: Settings [refinance].

    Returns:
        One row a loan elsewhere, the fields of REFINANCE without amounts and savings, and
        `owner`, `security`, `lead_days`.
    """
    loans = portfolio.other_loans.copy(deep=False)
    owner = loans["owner"].to_numpy()
    ours = owner >= 0
    row = np.where(ours, owner, 0)
    for name in ("manager_id", "branch", "customer_type"):
        loans[name] = _taken(portfolio.customers[name], row, ours)
    loans["signal"] = _taken(screen["signal"], row, ours)
    loans["first_day"] = _taken(contacts["first_day"], row, ours)
    loans["refusal"] = _taken(contacts["refusal"], row, ours).fillna("")
    logged = _taken(contacts["willingness"], row, ours).astype(float)
    loans["willingness"] = loans["willingness"].where(loans["willingness"].notna(), logged)
    loans["lenders"] = _taken(_lenders(portfolio), row, ours).astype(float)
    loans["security"] = loans["guarantee_type"].map(LABELS).fillna(GuaranteeType.OTHER.label)
    loans["lead_days"] = loans["security"].map(rules.lead_days)
    _add_window(loans, window, rules)
    loans["status"], loans["reason"] = decide(loans, window, rules)
    loans["customer_id"] = customer_key(loans).fillna("（无编号）")
    return loans


def movable_debt(candidates: pd.DataFrame, customers: int) -> np.ndarray:
    """Return by customer the debt elsewhere that the campaign could move to us, in yuan."""
    planned = candidates[candidates["status"].eq(STATUS_PLANNED)]
    return np.bincount(planned["owner"], planned["balance"], customers)


def estimate_refinance(
    candidates: pd.DataFrame,
    headroom: pd.DataFrame,
    window: CampaignWindow,
    rules: RefinanceRules,
    *,
    limited: bool = True,
) -> pd.DataFrame:
    """Estimate what could be moved, within the headroom that top-up shares, and who saves what.

    Of several loans of one customer the more willing comes first, then the larger. A
    secured loan moves whole or not at all, because the collateral must be released.

    Args:
        candidates: What `refinance_candidates` returned.
        headroom: Table HEADROOM.
        window: The campaign.
        rules: Settings [refinance].
        limited: Whether special rates have a quota; without one no offer is called limited.

    Returns:
        Table REFINANCE; `amount` is 0 unless the status is planned.
    """
    loans = candidates.copy(deep=False)
    _add_amount(loans, headroom, rules)
    _add_savings(loans, window, rules)
    loans["needs_senior"] = _asks_senior(loans, rules)
    add_offer(loans, window, rules, limited=limited)
    loans["grade"] = _grades(loans, headroom, window, rules)
    loans["reason"] = _reasons(loans)
    loans["source_rows"] = loans["source_row"]
    table = REFINANCE.conform(loans).sort_values(["customer_id", "source_rows"], kind="stable")
    return REFINANCE.check(table.reset_index(drop=True))


def _taken(column: pd.Series, row: np.ndarray, ours: np.ndarray) -> pd.Series:
    """Return the customer's value for each loan, unknown where he is not ours."""
    if not len(column):
        return pd.Series([None] * len(row), dtype=column.dtype)
    return column.iloc[row].reset_index(drop=True).where(ours)


def _lenders(portfolio: Portfolio) -> pd.Series:
    known = portfolio.customers["lender_count"]
    others = portfolio.other_loans[["owner", "lender"]].drop_duplicates()
    listed = portfolio.total(others, np.ones(len(others))) + 1
    return known.where(known.notna(), pd.Series(listed))


def _add_window(loans: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules) -> None:
    first = loans["maturity_date"] - pd.Timedelta(days=rules.contact_days)
    last = loans["maturity_date"] - pd.to_timedelta(loans["lead_days"], unit="D")
    start, loans["window_end"] = inside(first, last, window)
    loans["window_start"] = start.where(~(loans["first_day"] > start), loans["first_day"])


def _add_amount(loans: pd.DataFrame, headroom: pd.DataFrame, rules: RefinanceRules) -> None:
    planned = loans["status"].eq(STATUS_PLANNED)
    order = loans[planned].sort_values(
        ["owner", "willingness", "balance", "source_row"],
        ascending=[True, False, False, True],
        kind="stable",
    )
    before = order.groupby("owner")["balance"].cumsum() - order["balance"]
    room = headroom["headroom"].to_numpy()[order["owner"]]
    amount = np.minimum(order["balance"], np.clip(room - before, 0, None))
    loans["amount"] = amount.reindex(loans.index).fillna(0.0)
    part = planned & loans["security"].isin(SECURED) & loans["amount"].lt(loans["balance"])
    small = planned & ~part & loans["amount"].lt(rules.least_amount)
    tiny = small & loans["balance"].lt(rules.least_amount)
    for which, reason in zip((part, small, tiny), AMOUNT_REASONS, strict=True):
        loans["reason"] = loans["reason"].mask(which, reason)
    loans["status"] = loans["status"].mask(part | small, "excluded")
    loans["amount"] = loans["amount"].where(loans["status"].eq(STATUS_PLANNED), 0.0)


def _add_savings(loans: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules) -> None:
    loans["rate_estimated"] = loans["annual_rate"].isna()
    loans["other_rate"] = loans["annual_rate"].fillna(rules.other_rate_estimate)
    special = loans["other_rate"].le(rules.offer_rate)
    loans["rate_quota"] = loans["amount"].where(special, 0.0)
    loans["our_rate"] = rules.offer_rate - special * rules.special_discount
    moved = loans["window_start"] + pd.to_timedelta(loans["lead_days"], unit="D")
    days = (loans["maturity_date"] - moved).dt.days.clip(lower=0)
    gap = loans["other_rate"] - loans["our_rate"]
    loans["year_saving"] = loans["amount"] * gap
    loans["gross_saving"] = (loans["amount"] * gap * days / DAYS_A_YEAR).round(2)
    fee = loans["security"].map(rules.fee)
    cost = loans["amount"] * rules.penalty_share * days.gt(0) + fee
    loans["switch_cost"] = cost.where(loans["amount"] > 0, 0.0).round(2)
    loans["net_saving"] = loans["gross_saving"] - loans["switch_cost"]
    years = loans["amount"] * days / DAYS_A_YEAR
    loans["net_rate"] = (loans["net_saving"] / years.where(years > 0)).round(6)


def _asks_senior(loans: pd.DataFrame, rules: RefinanceRules) -> pd.Series:
    named = [name.strip() for name in rules.senior_lenders.split("、") if name.strip()]
    rival = loans["lender"].isin(named)
    return loans["status"].eq(STATUS_PLANNED) & (loans["amount"].ge(rules.senior_amount) | rival)


def _grades(
    loans: pd.DataFrame, headroom: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules
) -> np.ndarray:
    """Return the worse of the loan's own grade and that of the customer's headroom."""
    age = (pd.Timestamp(window.as_of) - loans["knowledge_date"]).dt.days
    fresh = age.le(rules.knowledge_days)
    lacking = loans["rate_estimated"].astype(int) + loans["maturity_date"].isna() + ~fresh
    grades = [grade.value for grade in Grade]
    own = np.minimum(lacking.to_numpy(), 2)
    owner = loans["owner"].to_numpy()
    levels = headroom["grade"].map({g: n for n, g in enumerate(grades)}).to_numpy()
    theirs = np.where(owner >= 0, levels[owner] if len(levels) else 2, 2)
    worse: np.ndarray = np.array(grades, dtype=object)[np.maximum(own, theirs).astype(int)]
    return worse


def _reasons(loans: pd.DataFrame) -> np.ndarray:
    """Return the sentence of each row; a planned one says terms and saving."""
    words = loans["reason"].to_numpy(dtype=object).copy()
    planned = loans["status"].eq(STATUS_PLANNED).to_numpy(dtype=bool)
    loans = loans[planned]
    rate = (loans["other_rate"] * 100).map("{:.2f}%".format)
    told = rate + loans["rate_estimated"].map({True: "（估计）", False: ""})
    rows = zip(
        day_words(loans["maturity_date"], "未知，须先问明"),
        told.tolist(),
        wan(loans["year_saving"]),
        loans["net_saving"].fillna(0).map("{:,.0f}元".format).tolist(),
        loans["net_saving"].gt(0).tolist(),
        strict=True,
    )
    words[planned] = [
        f"他行到期 {day}，利率 {there}；{_saving_words(net, year, soon)}"
        for day, there, year, net, soon in rows
    ]
    return words


def _saving_words(net: str, year: str, early: bool) -> str:
    if early:
        return f"到期前置换净省 {net}，续作一年约省 {year}"
    return f"提前置换不划算，宜在到期日衔接；续作一年约省 {year}"
