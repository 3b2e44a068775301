"""What contradicts itself in a book: one small function a check, each giving findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from campaign.book.addresses import Addresses, addresses_of
from campaign.book.again import rows_again
from campaign.book.among import is_among
from campaign.book.answers import NO_ANSWERS, Answers
from campaign.book.check_view import CheckedBook, warn_rows
from campaign.book.checks_across import (
    loans_of_leavers,
    manager_without_loans,
    missing_shares,
    no_owner,
    one_number_two_names,
    other_loans_bare,
    shared_phones,
    strangers_beside,
    two_owners,
)
from campaign.book.hidden_facts import hidden_facts
from campaign.book.loan_book import GONE, is_live
from campaign.book.repeats import settle_repeats
from campaign.book.scope import split_by_scope
from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.settings import USUAL_CHECK, CheckRules
from campaign.vocabulary import BOOK_TABLES, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
RATE_RANGE = (0.001, 0.36)
TOLERANCE = 0.01
BETWEEN_NUMBERS = r"[、，,;；\n]"
SEVERAL_NUMBERS = rf"\w{{4,}}\s*{BETWEEN_NUMBERS}\s*\w{{4,}}"
Tables = dict[str, pd.DataFrame]


Check = Callable[[CheckedBook], list[Finding]]


@dataclass(frozen=True)
class Checked:
    """Tables that were looked through, the loans set aside, and what was found."""

    tables: Tables
    set_aside: pd.DataFrame
    findings: list[Finding]


def check_tables(
    tables: Tables,
    known: Mapping[str, frozenset[str]],
    as_of: date,
    sheets: Sequence[SheetTable],
    answers: Answers = NO_ANSWERS,
    rules: CheckRules = USUAL_CHECK,
) -> Checked:
    """Return the tables with each loan once and those of other kinds apart; all findings.

    Args:
        tables: The tables of the book.
        known: Table name → fields that the files had.
        as_of: Day of the figures.
        sheets: The sheets that they come from.
        answers: What somebody said of repeated notes and of the campaign's scope.
        rules: [check] of the settings.
    """
    where = addresses_of(sheets)
    tables, findings = _once(tables, where)
    before = tables["loans"]
    loans, noted = settle_repeats(before, is_live(before), where, answers, rules.repeat_share)
    findings += noted
    loans, set_aside, noted = split_by_scope(loans, is_live(loans), where, answers)
    findings += noted
    tables = {**tables, "loans": loans, "customers": _of_these(tables["customers"], before, loans)}
    unread = frozenset(key for sheet in sheets for key in sheet.unread)
    book = CheckedBook(tables, known, as_of, where, unread)
    for check in CHECKS:
        findings += check(book)
    for sheet in sheets:
        findings += hidden_facts(sheet)
    return Checked(tables, set_aside, findings)


def _of_these(customers: pd.DataFrame, before: pd.DataFrame, loans: pd.DataFrame) -> pd.DataFrame:
    """Return the customers without those who stood only on rows that are no longer there."""
    if len(loans) == len(before):
        return customers
    rows = set(loans["source_row"].tolist())
    left = set(before.loc[~is_among(before["source_row"], rows), "source_row"].tolist())
    gone = is_among(customers["source_row"], left)
    still = set(loans["customer_id"].tolist())
    gone[gone] = ~is_among(customers.loc[gone, "customer_id"], still)
    return customers[~gone].reset_index(drop=True)


def _once(tables: Tables, where: Addresses) -> tuple[Tables, list[Finding]]:
    """Drop rows that stand twice word for word; a loan note needs its number for that."""
    tables = dict(tables)
    findings = []
    for name in ("loans", "other_loans", "contacts", "targets", "votes", "do_not_contact"):
        frame = tables[name]
        twice = frame.iloc[rows_again(frame, _apart_first(frame))]
        if name == "loans":
            twice = twice[twice["loan_note_id"].notna()]
        if len(twice):
            tables[name] = frame.drop(index=twice.index).reset_index(drop=True)
            message = f"{BOOK_TABLES[name].label}有 {len(twice)} 行与前面的行一字不差，只计一次。"
            cells = where.cells(name, "loan_note_id", twice)
            reason = "与前面的行一字不差，没有计入。"
            findings.append(Finding("duplicate_rows", INFO, message, len(twice), cells, reason))
    return tables, findings


def _apart_first(frame: pd.DataFrame) -> list[str]:
    """Return the columns of a table but for source_row, first what tells most rows apart."""
    names = [name for name in map(str, frame) if name != "source_row"]

    def late(name: str) -> tuple[bool, bool, bool]:
        return name != "loan_note_id", name != "customer_id", frame[name].dtype == "str"

    return sorted(names, key=late)


def balance_over_amount(book: CheckedBook) -> list[Finding]:
    """Say which balances exceed the amount granted."""
    loans = book.loans
    over = loans[book.live & (loans["balance"] > loans["loan_amount"] + TOLERANCE)]
    return warn_rows(book, over, "balance", "balance_over_amount", "余额大于发放金额；请核对。")


def balance_over_limit(book: CheckedBook) -> list[Finding]:
    """Say which balances exceed the limit."""
    loans = book.loans
    over = loans[book.live & (loans["balance"] > loans["credit_limit"] + TOLERANCE)]
    return warn_rows(book, over, "balance", "balance_over_limit", "余额大于授信额度；请核对。")


def negative_balance(book: CheckedBook) -> list[Finding]:
    """Say which balances are below zero."""
    below = book.loans[book.loans["balance"] < 0]
    what = "余额为负（冲销或多还），不当作有余额的贷款；请核对。"
    return warn_rows(book, below, "balance", "negative_balance", what)


def gone_loans(book: CheckedBook) -> list[Finding]:
    """Say how much stands on notes that are settled, written off, transferred or not drawn."""
    loans = book.loans
    gone = loans[loans["loan_status"].isin(GONE) & (loans["balance"].fillna(0) != 0)]
    if not len(gone):
        return []
    message = (
        f"有 {len(gone)} 笔已结清、核销、转让或未出账的借据还写着余额"
        f" {gone['balance'].sum():,.2f} 元，不计入余额。"
    )
    cells = book.cells("loans", "balance", gone)
    return [Finding("gone_loans", INFO, message, len(gone), cells)]


def several_in_a_cell(book: CheckedBook) -> list[Finding]:
    """Say where one cell holds the numbers of several notes, so that one row is several loans."""
    numbers = book.loans["loan_note_id"]
    known = numbers.dropna().tolist()
    if "".join(known).isalnum() or not re.search(BETWEEN_NUMBERS, "\0".join(known)):
        return []
    several = book.loans[numbers.str.contains(SEVERAL_NUMBERS, na=False)]
    what = "一格里写了几个借据号，按一笔读；请一笔一行写。"
    return warn_rows(book, several, "loan_note_id", "several_notes_in_a_cell", what)


def unknown_balance(book: CheckedBook) -> list[Finding]:
    """Say which loans have no balance."""
    if ("loans", "balance") in book.unread:
        return []
    gone = book.loans["loan_status"].isin(GONE)
    blank = book.loans[book.loans["balance"].isna() & ~gone]
    what = "没有余额，不计入；请补上。"
    return warn_rows(book, blank, "balance", "balance_missing", what)


def maturity_before_start(book: CheckedBook) -> list[Finding]:
    """Say which loans fall due before they start."""
    loans = book.loans
    wrong = loans[loans["maturity_date"] < loans["start_date"]]
    what = "到期日期早于发放日期；请核对。"
    return warn_rows(book, wrong, "maturity_date", "maturity_before_start", what)


def one_certificate_two_numbers(book: CheckedBook) -> list[Finding]:
    """Say which certificates stand under several customer numbers."""
    rows = book.rows_of_several("cert_no", "customer_id", book.live)
    rows = rows[~rows["cert_no"].str.contains("*", regex=False)]
    if not len(rows):
        return []
    several = rows["cert_no"].unique()
    message = f"有 {len(several)} 个证件号码下有不同的客户编号，可能是一户多号；请核对后合并。"
    cells = book.cells("loans", "customer_id", rows)
    reason = "同一证件号码下有不同的客户编号；请核对后合并。"
    return [Finding("one_certificate_two_numbers", WARNING, message, len(several), cells, reason)]


def start_in_future(book: CheckedBook) -> list[Finding]:
    """Say which loans start after the day of the figures."""
    late = book.loans[book.loans["start_date"] > pd.Timestamp(book.as_of)]
    what = f"发放日期晚于数据日期 {book.as_of}；请核对数据日期。"
    return warn_rows(book, late, "start_date", "start_in_future", what)


def overdue_unmarked(book: CheckedBook) -> list[Finding]:
    """Say which live loans are past their maturity without any mark of it."""
    loans = book.loans
    past = book.live & (loans["maturity_date"] < pd.Timestamp(book.as_of))
    marked = (loans["days_past_due"].fillna(0) > 0) | loans["loan_status"].isin(
        ["overdue", "extended"]
    )
    what = "已过到期日仍有余额，却没有逾期天数；请核对。"
    return warn_rows(book, loans[past & ~marked], "maturity_date", "past_maturity", what)


def rate_out_of_range(book: CheckedBook) -> list[Finding]:
    """Say which rates no loan has."""
    low, high = RATE_RANGE
    rate = book.loans["annual_rate"]
    odd = book.loans[rate.notna() & ~rate.between(low, high)]
    what = f"年利率不在 {low:.1%} 至 {high:.0%} 之间；请核对利率单位。"
    return warn_rows(book, odd, "annual_rate", "rate_out_of_range", what)


def no_customer(book: CheckedBook) -> list[Finding]:
    """Say which loans have neither number nor name of a customer."""
    alone = book.loans[book.loans["customer_id"].isna()]
    what = "既没有客户编号也没有客户名称，认不出是谁的；请补上。"
    return warn_rows(book, alone, "customer_id", "no_customer", what)


def no_live_loan(book: CheckedBook) -> list[Finding]:
    """Say that nothing in the ledger has a balance."""
    if book.live.any() or ("loans", "balance") in book.unread:
        return []
    message = "台账里没有一笔有余额的贷款，无法做方案；请检查余额列和借据状态列。"
    return [Finding("no_live_loan", ERROR, message, len(book.loans))]


CHECKS: tuple[Check, ...] = (
    no_live_loan,
    no_customer,
    gone_loans,
    several_in_a_cell,
    unknown_balance,
    negative_balance,
    balance_over_amount,
    balance_over_limit,
    maturity_before_start,
    start_in_future,
    one_certificate_two_numbers,
    overdue_unmarked,
    rate_out_of_range,
    two_owners,
    no_owner,
    one_number_two_names,
    manager_without_loans,
    loans_of_leavers,
    strangers_beside,
    other_loans_bare,
    shared_phones,
    missing_shares,
)
