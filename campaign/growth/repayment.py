"""How principal comes back: instalments left, principal due by a day, payment a month."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from campaign.vocabulary import RepaymentMethod

ANNUITY = [RepaymentMethod.EQUAL_INSTALMENT.value]
LINEAR = [
    RepaymentMethod.EQUAL_PRINCIPAL.value,
    RepaymentMethod.FLAT.value,
    RepaymentMethod.INSTALMENTS.value,
]
MONTHS_A_YEAR = 12


def instalments_after(day: date, maturity: pd.Series) -> np.ndarray:
    """Return how many monthly due days, counted back from maturity, lie after `day`.

    Example:
        Due on the 20th of each month until 20 March 2027; after 15 January three are left:

        >>> instalments_after(date(2027, 1, 15), pd.to_datetime(pd.Series(["2027-03-20"])))
        array([3.])
    """
    months = (maturity.dt.year - day.year) * MONTHS_A_YEAR + maturity.dt.month - day.month
    left = months + (maturity.dt.day > day.day)
    return np.asarray(left.clip(lower=0), dtype=float)


def principal_left(
    balance: np.ndarray, annual_rate: np.ndarray, left: np.ndarray, paid: np.ndarray
) -> np.ndarray:
    """Return what is owed after `paid` of `left` equal instalments (等额本息), in yuan.

    Formula:
        balance x ((1 + i)^left - (1 + i)^paid) / ((1 + i)^left - 1), i = annual rate / 12

    Source:
        Annuity arithmetic; docs/method.md#renewal.

    Example:
        120,000 at 6 % over 12 instalments, three of them paid:

        >>> paid = principal_left(*(np.array([v]) for v in (120_000.0, 0.06, 12.0, 3.0)))
        >>> paid.round(2).tolist()
        [90669.92]
    """
    rate = np.where(np.isnan(annual_rate), 0.0, annual_rate) / MONTHS_A_YEAR
    growth = (1 + rate) ** left
    with np.errstate(divide="ignore", invalid="ignore"):
        annuity = (growth - (1 + rate) ** paid) / (growth - 1)
        linear = (left - paid) / left
    return np.where(left > 0, balance * np.where(rate > 0, annuity, linear), 0.0)


def scheduled_principal(notes: pd.DataFrame, as_of: date, end: date) -> np.ndarray:
    """Return the instalments of principal due after `as_of` and by `end`, in yuan.

    The last instalment, at maturity, is not among them: it is what `renewal` calls
    maturing. Loans that pay interest only, and those without a method or maturity, have
    none.

    Example:
        130,000 in equal principal until 20 November 2027 pays 10,000 a month; from 15
        November 2026 to 31 March 2027 five of the thirteen due days pass:

        >>> note = {"balance": 130_000.0, "annual_rate": 0.05,
        ...         "repayment_method": "equal_principal",
        ...         "maturity_date": pd.Timestamp("2027-11-20")}
        >>> scheduled_principal(pd.DataFrame([note]), date(2026, 11, 15), date(2027, 3, 31))
        array([50000.])
    """
    balance = notes["balance"].fillna(0).to_numpy()
    left = instalments_after(as_of, notes["maturity_date"])
    after_end = instalments_after(end, notes["maturity_date"])
    before_last = np.minimum(left - after_end, left - 1)
    before_last = np.clip(np.nan_to_num(before_last), 0, None)
    rest = principal_left(balance, notes["annual_rate"].to_numpy(), left, before_last)
    with np.errstate(divide="ignore", invalid="ignore"):
        linear = np.where(left > 0, balance * before_last / left, 0.0)
    method = notes["repayment_method"]
    due = np.where(method.isin(ANNUITY), balance - rest, 0.0)
    due = np.where(method.isin(LINEAR), linear, due)
    return np.where(np.isnan(left), 0.0, due)


def monthly_payment(
    notes: pd.DataFrame, as_of: date, default_rate: float, equivalent_months: int
) -> np.ndarray:
    """Return principal and interest a month, in yuan, with equivalent amortisation.

    Formula:
        equal instalments: balance x i / (1 - (1 + i)^-left), i = annual rate / 12;
        other instalments: balance / left + balance x i;
        interest only: balance / equivalent_months + balance x i

    Source:
        domain rule A5.4: for 先息后本 an equivalent amortisation, or the ratio means
        nothing; docs/method.md#headroom.

    Example:
        600,000 interest-only at 6 %, spread over 60 months:

        >>> note = {"balance": 600_000.0, "annual_rate": 0.06, "repayment_method": "bullet",
        ...         "maturity_date": pd.Timestamp("2027-03-20")}
        >>> monthly_payment(pd.DataFrame([note]), date(2026, 11, 15), 0.05, 60)
        array([13000.])
    """
    balance = notes["balance"].fillna(0).to_numpy()
    rate = notes["annual_rate"].fillna(default_rate).to_numpy() / MONTHS_A_YEAR
    left = np.nan_to_num(instalments_after(as_of, notes["maturity_date"]))
    method = notes["repayment_method"]
    in_parts = method.isin(ANNUITY + LINEAR).to_numpy() & (left >= 1)
    months = np.where(in_parts, left, float(equivalent_months))
    plain = balance / months + balance * rate
    is_annuity = in_parts & method.isin(ANNUITY).to_numpy() & (rate > 0)
    return np.where(is_annuity, balance * annuity_factor(rate, months), plain)


def annuity_factor(monthly_rate: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Return the equal payment a month of one yuan borrowed.

    Example:
        >>> annuity_factor(np.array([0.005]), np.array([12.0])).round(6).tolist()
        [0.086066]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = monthly_rate / (1 - (1 + monthly_rate) ** -months)
    return np.where(monthly_rate > 0, factor, 1 / months)
