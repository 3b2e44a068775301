"""Several sheets of one role → one table of the book, with helper columns used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from campaign.book.addresses import Addresses
from campaign.book.codes import named_vocabulary
from campaign.book.sheet_table import SheetTable
from campaign.book.values import terms
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Severity

INFO, WARNING = Severity.INFO, Severity.WARNING
MONTH_DAYS = 30.4375


def gathered(tables: Sequence[SheetTable]) -> dict[str, pd.DataFrame]:
    """Return each book table from all sheets that fill it, helpers still inside."""
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in BOOK_TABLES}
    for table in tables:
        for name, frame in table.frames.items():
            own = name == table.role
            columns = [c for c in map(str, frame) if c != "source_row" and not c.startswith("_")]
            filled = frame[columns].notna() if not own else None
            if filled is not None:
                beside = [c for c in columns if c not in ("customer_id", "customer_name")]
                frame = frame[filled[beside].any(axis=1)] if beside else frame.iloc[:0]
            frames[name].append(frame)
    return {
        name: pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        for name, parts in frames.items()
    }


def known_fields(frames: dict[str, pd.DataFrame]) -> dict[str, frozenset[str]]:
    """Return the fields that the files really had, by table."""
    return {
        name: frozenset(c for c in frame.columns if not c.startswith("_")) - {"source_row"}
        for name, frame in frames.items()
    }


def report_days(frame: pd.DataFrame) -> pd.Series:
    """Return the different days of the 数据日期 column, latest first."""
    if "_report_date" not in frame:
        return pd.Series([], dtype="datetime64[s]")
    days = pd.Series(frame["_report_date"].dropna().unique())
    return days.sort_values(ascending=False, ignore_index=True)


def latest_period(
    loans: pd.DataFrame, as_of: date, where: Addresses
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows of the last period where several lie on top of each other."""
    days = report_days(loans)
    if len(days) < 2:
        return loans, []
    past = days[days <= pd.Timestamp(as_of)]
    last = past.iloc[0] if len(past) else days.iloc[0]
    keep = loans["_report_date"].isna() | (loans["_report_date"] == last)
    dropped = int((~keep).sum())
    message = (
        f"台账里叠放了 {len(days)} 个数据日期，只用 {last:%Y-%m-%d} 的 {int(keep.sum())} 行，"
        f"其余 {dropped} 行未计入；要看往年请用 --history。"
    )
    finding = Finding(
        "several_periods",
        WARNING,
        message,
        dropped,
        where.cells("loans", "_report_date", loans[~keep]),
    )
    return loans[keep].reset_index(drop=True), [finding]


def use_helpers(
    loans: pd.DataFrame, as_of: date, where: Addresses
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the loans with gaps filled from columns that are no fields themselves."""
    loans = loans.copy()
    findings: list[Finding] = []
    _fill(loans, "cert_no", "_credit_code")
    _fill(loans, "loan_note_id", "_loan_account")
    _fill(loans, "branch", "_branch_code")
    findings += _extended_maturity(loans, where)
    findings += _maturity_from_term(loans)
    findings += _days_late(loans, as_of)
    if "_interest_arrears_off" in loans:
        parts = [c for c in ("interest_arrears", "_interest_arrears_off") if c in loans]
        loans["interest_arrears"] = loans[parts].sum(axis=1, min_count=1)
    kept, noted = _in_yuan(loans, where)
    return kept, findings + noted


def _fill(frame: pd.DataFrame, name: str, helper: str) -> None:
    if helper not in frame:
        return
    frame[name] = (
        frame[name].where(frame[name].notna(), frame[helper]) if name in frame else frame[helper]
    )


def _extended_maturity(loans: pd.DataFrame, where: Addresses) -> list[Finding]:
    """Take the maturity after an extension where there is one (展期后以新到期日为准)."""
    _fill(loans, "maturity_date", "_maturity_original")
    if "_maturity_extended" not in loans:
        return []
    extended = loans["_maturity_extended"].notna()
    changed = extended & (loans.get("maturity_date") != loans["_maturity_extended"])
    base = loans["maturity_date"] if "maturity_date" in loans else loans["_maturity_extended"]
    loans["maturity_date"] = base.where(~extended, loans["_maturity_extended"])
    if not changed.any():
        return []
    message = f"有 {int(changed.sum())} 笔展期贷款，按展期后到期日计算。"
    return [
        Finding(
            "extended_maturity",
            INFO,
            message,
            int(changed.sum()),
            where.cells("loans", "_maturity_extended", loans[changed]),
        )
    ]


def _maturity_from_term(loans: pd.DataFrame) -> list[Finding]:
    """Reckon the maturity from start and term where the ledger has no maturity at all."""
    if "maturity_date" in loans or "start_date" not in loans:
        return []
    if "_term" not in loans and "_term_unit" in loans:  # 12个月, 三年: a term with its unit
        loans["_term"] = terms(loans.pop("_term_unit").fillna("").tolist(), "").values
    if "_term" not in loans or loans["_term"].isna().all():
        return []
    unit = loans["_term_unit"] if "_term_unit" in loans else pd.Series("月", index=loans.index)
    days = np.where(
        unit.astype("str").str.contains("日|天|^D$|^0$", regex=True),
        1.0,
        np.where(unit.astype("str").str.contains("年|^Y$|^3$", regex=True), 365.25, MONTH_DAYS),
    )
    length = pd.to_timedelta((loans["_term"].astype(float) * days).round(), unit="D")
    loans["maturity_date"] = (loans["start_date"] + length).astype("datetime64[s]")
    message = "台账没有到期日，按发放日期加期限推算，可能差几天；请补到期日列。"
    return [Finding("maturity_from_term", WARNING, message, len(loans))]


def _days_late(loans: pd.DataFrame, as_of: date) -> list[Finding]:
    """Take the longer of days late on principal and on interest; count from a date if need be."""
    findings = []
    if "days_past_due" not in loans and "_overdue_since" in loans:
        late = (pd.Timestamp(as_of) - loans["_overdue_since"]).dt.days
        loans["days_past_due"] = late.clip(lower=0).fillna(0.0).astype(float)
        message = f"没有逾期天数列，按逾期起始日算到 {as_of}。"
        findings.append(Finding("days_late_from_date", INFO, message, int((late > 0).sum())))
    if "_interest_overdue_days" in loans:
        parts = [c for c in ("days_past_due", "_interest_overdue_days") if c in loans]
        loans["days_past_due"] = loans[parts].max(axis=1)
    return findings


def _in_yuan(loans: pd.DataFrame, where: Addresses) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out loans in foreign money: their amounts are no yuan."""
    if "_currency" not in loans:
        return loans, []
    codes = named_vocabulary("currency").codes
    name = loans["_currency"].astype("str").str.strip().str.lower()
    foreign = loans["_currency"].notna() & (name.map(codes).fillna("CNY") != "CNY")
    if not foreign.any():
        return loans, []
    message = f"有 {int(foreign.sum())} 笔外币贷款，金额不是人民币，没有计入；请折成人民币后再传。"
    finding = Finding(
        "foreign_currency",
        WARNING,
        message,
        int(foreign.sum()),
        where.cells("loans", "_currency", loans[foreign]),
        "外币贷款，金额不是人民币，没有计入；请折成人民币后再传。",
    )
    return loans[~foreign].reset_index(drop=True), [finding]


def open_only(other_loans: pd.DataFrame, where: Addresses) -> tuple[pd.DataFrame, list[Finding]]:
    """Return loans at other banks without those that are marked as paid off."""
    if "_settled" not in other_loans:
        return other_loans, []
    text = other_loans["_settled"].astype("str")
    gone = text.str.contains("结清|关闭|销户") & ~text.str.contains("未结清|未关闭|正常")
    if not gone.any():
        return other_loans, []
    message = f"他行贷款里有 {int(gone.sum())} 笔已结清，没有计入。"
    finding = Finding(
        "other_loans_settled",
        INFO,
        message,
        int(gone.sum()),
        where.cells("other_loans", "_settled", other_loans[gone]),
    )
    return other_loans[~gone].reset_index(drop=True), [finding]
