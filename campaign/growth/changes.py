"""变化点: the few things to look at again on a visit, and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.collateral import own_registration_left
from campaign.growth.portfolio import Portfolio
from campaign.growth.wording import both, has_words, listed
from campaign.settings import Settings
from campaign.vocabulary import CUSTOMERS, HEADROOM, LOANS, OTHER_LOANS, Grade, Signal

# What a reader should add or ask, by the cap that lacks it.
TO_ADD = {
    HEADROOM.field("cap_sales").label: CUSTOMERS.field("annual_sales").label,
    LOANS.field("guarantee_type").label: LOANS.field("guarantee_type").label,
    HEADROOM.field("cap_repayment").label: CUSTOMERS.field("monthly_income").label,
    HEADROOM.field("cap_net_assets").label: CUSTOMERS.field("net_assets").label,
    HEADROOM.field("other_debt").label: OTHER_LOANS.label,
    HEADROOM.field("cap_collateral").label: LOANS.field("collateral_value").label,
    HEADROOM.field("cap_grade").label: CUSTOMERS.field("credit_grade").label,
}
STALE = "他行贷款获知已久，重问余额、利率和到期日"
REGISTER = "可增部分超过本行抵押登记余量，须变更登记"


def with_changes(
    headroom: pd.DataFrame, screen: pd.DataFrame, portfolio: Portfolio, settings: Settings
) -> pd.DataFrame:
    """Return table HEADROOM with what each visit must look at again (突出重点突出变化).

    The questions of the yellow rules that fired come first, then knowledge that has grown
    old, then a registration that the headroom passes, then figures that were never told.
    Empty: only the usual three, trade, stock and debts.

    Args:
        headroom: Table HEADROOM.
        screen: Table SCREEN of the same customers.
        portfolio: The customers.
        settings: How long knowledge of other banks' loans holds.
    """
    stops = headroom["signal"].eq(Signal.RED.value).to_numpy()
    left = own_registration_left(portfolio, headroom["exposure"])
    lacking = headroom["not_checked"]
    poor = headroom["grade"].ne(Grade.A.value).to_numpy()
    flags = [
        _grown_old(portfolio, settings.refinance.knowledge_days),
        headroom["headroom"].gt(pd.Series(left)).to_numpy(),
        *(poor & has_words(lacking, cap).to_numpy() for cap in TO_ADD),
    ]
    words = [STALE, REGISTER, *(f"补问{label}" for label in TO_ADD.values())]
    rest = listed(np.column_stack(flags) & ~stops[:, None], words)
    points = both(screen["asks"].fillna(""), rest, "；")
    return HEADROOM.check(HEADROOM.conform(headroom.assign(look_again=points)))


def _grown_old(portfolio: Portfolio, days: int) -> np.ndarray:
    """Return whose newest knowledge of a loan elsewhere is older than `days`, or undated."""
    others = portfolio.other_loans
    known = others["knowledge_date"].ge(pd.Timestamp(portfolio.as_of) - pd.Timedelta(days=days))
    listed_there = portfolio.any_of(others, np.ones(len(others)))
    return np.asarray(listed_there & ~portfolio.any_of(others, known), dtype=bool)
