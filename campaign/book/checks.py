"""What contradicts itself in a book: one small function a check, each giving findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pandas as pd

from campaign.book.addresses import Addresses, addresses_of
from campaign.book.check_view import GONE, CheckedBook, warn_rows
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
from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Business, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
RATE_RANGE = (0.001, 0.36)
TOLERANCE = 0.01
NOT_OPERATING = ("housing", "card", "consumer", "online")
Tables = dict[str, pd.DataFrame]


Check = Callable[[CheckedBook], list[Finding]]


def check_tables(
    tables: Tables,
    known: Mapping[str, frozenset[str]],
    as_of: date,
    sheets: Sequence[SheetTable],
) -> tuple[Tables, list[Finding]]:
    """Return the tables without rows that stand twice, and every finding about them."""
    where = addresses_of(sheets)
    tables, findings = _once(tables, where)
    unread = frozenset(key for sheet in sheets for key in sheet.unread)
    book = CheckedBook(tables, known, as_of, where, unread)
    for check in CHECKS:
        findings += check(book)
    for sheet in sheets:
        findings += hidden_facts(sheet)
    return tables, findings


def _once(tables: Tables, where: Addresses) -> tuple[Tables, list[Finding]]:
    """Drop rows that stand twice word for word; a loan note needs its number for that."""
    tables = dict(tables)
    findings = []
    for name in ("loans", "other_loans", "contacts", "targets", "votes", "do_not_contact"):
        frame = tables[name]
        if not len(frame) or (name == "loans" and frame["loan_note_id"].isna().all()):
            continue
        suspects = frame
        if name == "loans":
            suspects = frame[
                frame.duplicated("loan_note_id", keep=False) & frame["loan_note_id"].notna()
            ]
        again = suspects.drop(columns="source_row").duplicated()
        twice = suspects[again]
        if len(twice):
            tables[name] = frame.drop(index=twice.index).reset_index(drop=True)
            message = f"{BOOK_TABLES[name].label}有 {len(twice)} 行与前面的行一字不差，只计一次。"
            cells = where.cells(name, "loan_note_id", twice)
            reason = "与前面的行一字不差，没有计入。"
            findings.append(Finding("duplicate_rows", INFO, message, len(twice), cells, reason))
    return tables, findings


def differing_duplicates(book: CheckedBook) -> list[Finding]:
    """Say which loan notes stand several times with different content."""
    loans = book.loans[book.live & book.loans["loan_note_id"].notna()]
    twice = loans[loans.duplicated("loan_note_id", keep=False)]
    if not len(twice):
        return []
    again = twice[twice.duplicated("loan_note_id")]["balance"].sum()
    message = (
        f"借据号有 {twice['loan_note_id'].nunique()} 个重复而内容不同（{len(twice)} 行），"
        f"都计入余额，最多多计 {again:,.2f} 元；可能是两期叠加、共同借款人各一行，或拆分账户，请核对。"
    )
    cells = book.cells("loans", "loan_note_id", twice)
    reason = (
        "借据号与别的行重复而内容不同，都计入了余额；请核对是两期叠加、共同借款人还是拆分账户。"
    )
    return [Finding("duplicate_loan", WARNING, message, len(twice), cells, reason)]


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


def not_operating(book: CheckedBook) -> list[Finding]:
    """Say how much of the balance is mortgages, cards and the like."""
    loans = book.loans
    rows = loans[book.live & loans["business_type"].isin(NOT_OPERATING)]
    if not len(rows):
        return []
    kinds = "、".join(Business(code).label for code in sorted(rows["business_type"].unique()))
    message = (
        f"台账里有 {len(rows)} 笔{kinds}，余额 {rows['balance'].sum():,.2f} 元，已计入余额；"
        "开门红口径若不含，请剔除后重传。"
    )
    cells = book.cells("loans", "business_type", rows)
    return [Finding("not_operating", INFO, message, len(rows), cells)]


def one_certificate_two_numbers(book: CheckedBook) -> list[Finding]:
    """Say which certificates stand under several customer numbers."""
    named = book.loans.loc[book.live, ["cert_no", "customer_id", "source_row"]].dropna()
    named = named[~named["cert_no"].str.contains("*", regex=False)]
    pairs = named[["cert_no", "customer_id"]].drop_duplicates()
    several = pairs[pairs.duplicated("cert_no", keep=False)]["cert_no"].unique()
    if not len(several):
        return []
    rows = named[named["cert_no"].isin(several)]
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
    unknown_balance,
    negative_balance,
    differing_duplicates,
    balance_over_amount,
    balance_over_limit,
    maturity_before_start,
    start_in_future,
    not_operating,
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
