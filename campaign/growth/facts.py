"""What the screen asks of each customer, gathered from notes, customer sheet and other loans."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.portfolio import Portfolio
from campaign.vocabulary import Business, GuaranteeType, LoanClass, LoanStatus, OccurrenceType

NON_PERFORMING = [
    LoanClass.SUBSTANDARD.value,
    LoanClass.DOUBTFUL.value,
    LoanClass.LOSS.value,
    LoanClass.NON_PERFORMING.value,
]
SECURED = [GuaranteeType.MORTGAGE.value, GuaranteeType.PLEDGE.value, GuaranteeType.COMBINED.value]
ROLLED_OVER = [OccurrenceType.REFINANCED_OLD.value, OccurrenceType.EXTENDED.value]
FROM_CUSTOMERS = [
    "recent_enquiries",
    "guarantees_given",
    "net_assets",
    "annual_sales",
    "prior_annual_sales",
]
FROM_OTHERS = ["bad_elsewhere", "mention_elsewhere", "online_loans", "lenders_listed"]
DAYS_A_MONTH = 365.25 / 12


def screen_facts(portfolio: Portfolio) -> pd.DataFrame:
    """Return one row a customer; flags are 1, 0, or NaN where no row says anything."""
    facts = portfolio.customers[FROM_CUSTOMERS].copy()
    for name, column in (_of_notes(portfolio) | _of_others(portfolio)).items():
        facts[name] = column
    for name in ("lawsuit", "dishonest"):
        facts[name] = portfolio.customers[name].astype("Float64").to_numpy(float, na_value=np.nan)
    given = portfolio.customers["lender_count"].to_numpy()
    facts["lender_count"] = np.where(np.isnan(given), facts["lenders_listed"], given)
    return facts


def _of_notes(portfolio: Portfolio) -> dict[str, np.ndarray]:
    notes, every = portfolio.owed, portfolio.all_notes
    secured = notes["guarantee_type"].isin(SECURED)
    appraised = (pd.Timestamp(portfolio.as_of) - notes["appraisal_date"]).dt.days / DAYS_A_MONTH
    extended = notes["extension_count"].gt(0).where(notes["extension_count"].notna())
    rolled = _flag(notes["occurrence_type"], ROLLED_OVER)
    status = LoanStatus
    return {
        "bad_class": portfolio.largest(notes, _flag(notes["loan_class"], NON_PERFORMING)),
        "special_mention": portfolio.largest(
            notes, _flag(notes["loan_class"], [LoanClass.SPECIAL_MENTION.value])
        ),
        "days_past_due": portfolio.largest(notes, notes["days_past_due"]),
        "overdue_status": portfolio.largest(
            notes, _flag(notes["loan_status"], [status.OVERDUE.value])
        ),
        "written_off": portfolio.largest(
            every, _flag(every["loan_status"], [status.WRITTEN_OFF.value])
        ),
        "frozen": portfolio.largest(notes, _flag(notes["loan_status"], [status.FROZEN.value])),
        "interest_arrears": portfolio.largest(notes, notes["interest_arrears"]),
        "arrears_count": portfolio.largest(notes, notes["arrears_count"]),
        "restructured": portfolio.largest(
            notes, _flag(notes["occurrence_type"], [OccurrenceType.RESTRUCTURED.value])
        ),
        "rolled_over": portfolio.largest(notes, np.fmax(rolled, extended.astype(float))),
        "has_collateral": portfolio.any_of(notes, secured),
        "appraisal_months": portfolio.largest(notes, appraised.where(secured)),
    }


def _of_others(portfolio: Portfolio) -> dict[str, np.ndarray]:
    """Return facts of loans elsewhere; who is not on a book's list has none known there."""
    others = portfolio.other_loans
    if not portfolio.lists_other_loans:
        nothing = np.full(len(portfolio), np.nan)
        return dict.fromkeys(FROM_OTHERS, nothing)
    online = others["business_type"].eq(Business.ONLINE.value).astype(float)
    lenders = others.loc[others["lender"].notna(), ["owner", "lender"]].drop_duplicates()
    mention = _flag(others["loan_class"], [LoanClass.SPECIAL_MENTION.value])
    absent = portfolio.total(others, np.ones(len(others))) == 0
    facts = {
        "bad_elsewhere": portfolio.largest(others, _flag(others["loan_class"], NON_PERFORMING)),
        "mention_elsewhere": portfolio.largest(others, mention),
        "online_loans": portfolio.total(others, online),
        "lenders_listed": portfolio.total(lenders, np.ones(len(lenders))) + 1,
    }
    for name in ("bad_elsewhere", "mention_elsewhere"):
        facts[name] = np.where(absent, 0.0, facts[name])
    return facts


def _flag(values: pd.Series, wanted: list[str]) -> np.ndarray:
    """Return 1 where a value is wanted, 0 where another is known, NaN where none is."""
    values = values.mask(values.eq(LoanClass.UNCLASSIFIED.value))
    return np.where(values.isna(), np.nan, values.isin(wanted).astype(float))
