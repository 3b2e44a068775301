"""The caps on what a customer may owe, each as room left in yuan; NaN where data lacks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.collateral import collateral_room
from campaign.growth.household import capacity_of, shared_debts
from campaign.growth.limits import limits_of
from campaign.growth.portfolio import Portfolio
from campaign.growth.repayment import MONTHS_A_YEAR, annuity_factor, monthly_payment
from campaign.growth.wording import once_each
from campaign.settings import HeadroomRules
from campaign.vocabulary import Business, GuaranteeType

OPERATING = [Business.OPERATING.value, Business.WORKING_CAPITAL.value]
NOT_OPERATING = [Business.HOUSING.value, Business.CONSUMER.value, Business.CARD.value]
SECURED_LABELS = [
    GuaranteeType.MORTGAGE.label,
    GuaranteeType.PLEDGE.label,
    GuaranteeType.COMBINED.label,
]
ON_CREDIT = [GuaranteeType.CREDIT.label, GuaranteeType.OTHER.label]
LABELS = {member.value: member.label for member in GuaranteeType}

# Caps on what the customer owes in all; moving another bank's loan to us leaves them as they are.
# The members of a household fill them together.
TOTAL_CAPS = [
    "cap_working_capital",
    "cap_repayment",
    "cap_income",
    "cap_sales",
    "cap_net_assets",
]
# All, in the order of the table; the others cap what is owed to us, moved or new alike.
CAPS = [
    *TOTAL_CAPS,
    "cap_collateral",
    "cap_guarantee",
    "cap_grade",
    "cap_product",
    "cap_step",
    "cap_concentration",
]


def debt_facts(portfolio: Portfolio, rules: HeadroomRules) -> pd.DataFrame:
    """Return what each customer owes here and elsewhere, how secured, and what is known."""
    notes, others = portfolio.notes, portfolio.other_loans
    facts = limits_of(portfolio)
    counted = others[~others["business_type"].isin(NOT_OPERATING)]
    facts["other_debt"] = portfolio.total(counted, counted["balance"])
    alone = portfolio.customers["lender_count"].le(1).to_numpy()
    facts["other_debt_known"] = alone | portfolio.lists_other_loans
    private = np.where(notes["business_type"].isin(NOT_OPERATING), notes["balance"].fillna(0), 0.0)
    facts["own_working_capital"] = facts["exposure"] - portfolio.total(notes, private)
    facts["exposure"] += portfolio.total(portfolio.set_aside, portfolio.set_aside["balance"])
    owed = portfolio.owed
    pay = monthly_payment(owed, portfolio.as_of, rules.new_loan_rate, rules.equivalent_months)
    facts["own_payment"] = portfolio.total(owed, pay)
    months = rules.equivalent_months
    elsewhere = facts["other_debt"] * (1 / months + rules.new_loan_rate / MONTHS_A_YEAR)
    given = portfolio.customers["other_monthly_payment"]
    facts["other_payment"] = given.where(given.notna(), elsewhere)
    facts["other_payment_known"] = given.notna() | facts["other_debt_known"]
    facts["guarantees_given"] = portfolio.customers["guarantees_given"].fillna(0)
    facts["security"] = _security(portfolio, rules)
    facts["security_known"] = portfolio.any_of(notes, notes["guarantee_type"].notna())
    return facts


def _security(portfolio: Portfolio, rules: HeadroomRules) -> np.ndarray:
    """Return the label of the guarantee with the highest policy cap that the customer has."""
    labels = sorted(LABELS.values(), key=lambda label: (rules.guarantee_cap[label], label))
    rank = {label: position for position, label in enumerate(labels)}
    codes = portfolio.notes["guarantee_type"].map(LABELS).map(rank)
    best = portfolio.largest(portfolio.notes, codes)
    return np.where(
        np.isnan(best),
        GuaranteeType.CREDIT.label,
        np.array(labels, dtype=object)[np.nan_to_num(best).astype(int)],
    )


def caps_of(
    portfolio: Portfolio, facts: pd.DataFrame, need: np.ndarray, rules: HeadroomRules
) -> pd.DataFrame:
    """Return every cap as a column: yuan of room left, negative where passed already.

    Args:
        portfolio: The customers.
        facts: What `debt_facts` returned.
        need: Working capital that is to be borrowed (need minus own funds); NaN unknown.
        rules: Ratios and policy caps.
    """
    people, owing = capacity_of(portfolio), shared_debts(portfolio, facts)
    owed = owing["exposure"] + owing["other_debt"]
    by_security = facts["security"].map
    income = people["monthly_income"] * MONTHS_A_YEAR
    caps = pd.DataFrame(
        {
            "cap_working_capital": need - owing["own_working_capital"] - owing["other_debt"],
            "cap_repayment": _repayment_room(people, owing, rules),
            "cap_income": income * by_security(rules.income_years) - owed,
            "cap_sales": people["annual_sales"] * by_security(rules.sales_share) - owed,
            "cap_net_assets": people["net_assets"] * rules.net_assets_share - owed,
            "cap_collateral": collateral_room(portfolio, facts["exposure"], rules),
            "cap_guarantee": by_security(rules.guarantee_cap) - facts["exposure"],
            "cap_grade": _grade_room(people, facts, rules),
            "cap_product": _product_room(portfolio, facts, rules),
            "cap_step": _step_room(portfolio, facts, rules),
            "cap_concentration": _concentration_room(facts, rules),
        }
    )
    return caps[CAPS].astype(float)


def _repayment_room(people: pd.DataFrame, facts: pd.DataFrame, rules: HeadroomRules) -> pd.Series:
    """Return the loan whose equal payment fills what is left of the income."""
    guaranteed = facts["guarantees_given"] * rules.guarantee_conversion
    payments = facts["own_payment"] + facts["other_payment"] + guaranteed / rules.equivalent_months
    undrawn = facts["undrawn"] / rules.equivalent_months
    free: pd.Series = people["monthly_income"] * rules.repayment_share - payments - undrawn
    rate = np.array([rules.new_loan_rate / MONTHS_A_YEAR])
    return free.div(float(annuity_factor(rate, np.array([float(rules.new_loan_months)]))[0]))


def _grade_room(people: pd.DataFrame, facts: pd.DataFrame, rules: HeadroomRules) -> pd.Series:
    def cap_of(grade: pd.Series) -> pd.Series:
        plain = grade.str.strip().str.upper().str.removesuffix("级")
        return plain.map(rules.grade_cap).astype(float)

    room = once_each(people["credit_grade"], cap_of) - facts["exposure"]
    return room.where(facts["security"].isin(ON_CREDIT))


def _product_room(portfolio: Portfolio, facts: pd.DataFrame, rules: HeadroomRules) -> np.ndarray:
    """Return the room of the most generous of the customer's products that has a cap."""

    def cap_of(product: pd.Series) -> pd.Series:
        cap = pd.Series(np.nan, index=product.index)
        for word, most in sorted(rules.product_cap.items(), key=lambda item: (item[1], item[0])):
            cap = cap.mask(product.str.contains(word, regex=False), most)
        return cap

    cap = once_each(portfolio.notes["product"].fillna(""), cap_of)
    largest = portfolio.largest(portfolio.notes, cap)
    return np.asarray(largest - facts["exposure"].to_numpy(), dtype=float)


def _step_room(portfolio: Portfolio, facts: pd.DataFrame, rules: HeadroomRules) -> pd.Series:
    """Return the step above what was granted; nothing before a first clean cycle is over."""
    as_of = pd.Timestamp(portfolio.as_of)
    starts = portfolio.all_notes["start_date"]
    longest = portfolio.largest(portfolio.all_notes, _days_before(starts, as_of))
    days = np.fmax(longest, _days_before(portfolio.customers["relation_since"], as_of))
    young = days < rules.clean_months * 365.25 / MONTHS_A_YEAR
    room = facts["granted"] * (1 + rules.step_up) - facts["exposure"]
    return room.mask(young, np.fmin(room, 0.0))


def _days_before(days: pd.Series, as_of: pd.Timestamp) -> np.ndarray:
    return np.asarray((as_of - days).dt.days, dtype=float)


def _concentration_room(facts: pd.DataFrame, rules: HeadroomRules) -> pd.Series:
    room = rules.bank_capital * rules.concentration_share - facts["exposure"]
    return room if rules.bank_capital > 0 else room * np.nan
