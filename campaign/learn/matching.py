"""The same people in two ledgers: numbers that changed, and the log of visits in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.errors import CampaignError
from campaign.findings import Finding
from campaign.growth.keys import first_of_each
from campaign.vocabulary import CONTACTS, LoanStatus, Severity

MOST_MAY_VANISH = 0.5


@dataclass(frozen=True)
class LedgerPair:
    """Two ledgers of one bank, made comparable.

    Attributes:
        old: The older book.
        new: The newer book, renumbered customers under their old numbers.
        renumbered: Old customer numbers by new ones.
        log: CONTACTS between the two days, under the old numbers.
    """

    old: LoanBook
    new: LoanBook
    renumbered: pd.Series
    log: pd.DataFrame


def ledger_pair(old: LoanBook, new: LoanBook) -> LedgerPair:
    """Return two ledgers made comparable.

    Raises:
        CampaignError: The old ledger is not older than the new one.
    """
    if old.as_of >= new.as_of:
        raise CampaignError(
            f"前期台账的数据日期 {old.as_of} 不早于本期 {new.as_of}。",
            "请核对两份台账的数据日期与先后。",
        )
    renumbered = old_numbers(old, new)
    new = _with_old_numbers(new, renumbered)
    return LedgerPair(old, new, renumbered, _log_between(old, new))


def old_numbers(old: LoanBook, new: LoanBook) -> pd.Series:
    """Return old customer numbers by new ones, for customers that came back renumbered.

    Only where a number of the old ledger is gone, a number of the new one did not exist,
    and both have the same certificate, which stands for no one else.
    """
    gone, came = _certificates(old, new), _certificates(new, old)
    both = came.merge(gone, on="cert_no", suffixes=("_new", "_old"))
    return both.set_index("customer_id_new")["customer_id_old"].sort_index()


def touch_log(old: LoanBook, new: LoanBook) -> pd.DataFrame:
    """Return the visits and calls between two ledgers, under the numbers of `compare_books`.

    A line without a number is joined by the customer's name where that is unique.

    Returns:
        Table CONTACTS.
    """
    return ledger_pair(old, new).log


def looked_up(keys: pd.Series, values: pd.Series) -> pd.Series:
    """Return the value that stands under each key; unknown where none does.

    Unlike `Series.map`, an empty table of values keeps its type.
    """
    row = values.index.get_indexer(pd.Index(keys))
    return pd.Series(values.array.take(row, allow_fill=True), index=keys.index)


def names_of_one(book: LoanBook, names: pd.Series) -> pd.Series:
    """Return the customer number by name, of those `names` that only one customer bears."""
    loans = book.loans[book.loans["customer_name"].isin(names.dropna())]
    pairs = loans[["customer_name", "customer_id"]].dropna().drop_duplicates()
    pairs = pairs[~pairs["customer_name"].duplicated(keep=False)]
    return pairs.set_index("customer_name")["customer_id"]


def history_findings(pair: LedgerPair) -> tuple[Finding, ...]:
    """Return what to know of two ledgers before anything is learnt from them."""
    old, new = pair.old, pair.new
    found = [*_number_findings(pair)]
    if not new.loans["loan_status"].eq(LoanStatus.SETTLED.value).any():
        found.append(
            Finding(
                "no_settled_notes",
                Severity.WARNING,
                f"{new.as_of} 的台账没有已结清借据，期间放出又还清的短期贷款看不到，"
                "节前旺季与增贷会低估；请导出含结清借据的台账。",
            )
        )
    if pair.log.empty:
        found.append(
            Finding(
                "no_touch_log",
                Severity.INFO,
                f"{old.as_of} 至 {new.as_of} 之间没有走访联系记录，自然概率与触达效果分不开，"
                "按先验比例同升降。",
            )
        )
    return tuple(found)


def _number_findings(pair: LedgerPair) -> Iterator[Finding]:
    days = f"{pair.old.as_of} 与 {pair.new.as_of} 两期台账之间"
    again = len(pair.renumbered)
    if again:
        yield Finding(
            "customer_renumbered",
            Severity.INFO,
            f"{days}有 {again} 户换了客户编号，已凭证件号码认出，按前期编号比较。",
            again,
        )
    old = pair.old.loans
    before = pd.Index(old.loc[pair.old.is_live, "customer_id"].dropna().unique())
    gone = int((~before.isin(pair.new.loans["customer_id"])).sum())
    if gone > MOST_MAY_VANISH * len(before):
        yield Finding(
            "customers_vanished",
            Severity.WARNING,
            f"{days}，前期 {len(before)} 户中有 {gone} 户在本期找不到，"
            "请核对两期客户编号是否同一口径；未认出的按流失计，转化率会偏低。",
            gone,
        )


def _with_old_numbers(new: LoanBook, renumbered: pd.Series) -> LoanBook:
    if renumbered.empty:
        return new

    def under_old(table: pd.DataFrame) -> pd.DataFrame:
        numbers = table["customer_id"]
        return table.assign(customer_id=numbers.map(renumbered).fillna(numbers))

    return replace(
        new,
        loans=under_old(new.loans),
        customers=under_old(new.customers),
        contacts=under_old(new.contacts),
    )


def _certificates(here: LoanBook, there: LoanBook) -> pd.DataFrame:
    """Return customer_id and cert_no of customers that only `here` has, each unique."""
    loans = here.loans[["customer_id", "cert_no"]]
    loans = loans[~loans["customer_id"].isin(there.loans["customer_id"])]
    loans = loans.dropna().drop_duplicates()
    shared = loans["cert_no"].duplicated(keep=False) | loans["customer_id"].duplicated(keep=False)
    return loans[~shared]


def _log_between(old: LoanBook, new: LoanBook) -> pd.DataFrame:
    before = old.contacts.assign(source_row="前期 " + old.contacts["source_row"])
    begin, end = pd.Timestamp(old.as_of), pd.Timestamp(new.as_of)
    parts = [
        part[(part["contact_date"] > begin) & (part["contact_date"] <= end)]
        for part in (new.contacts, before)
    ]
    log = pd.concat(parts, ignore_index=True)
    nameless = log["customer_id"].isna()
    by_name = names_of_one(new, log.loc[nameless, "customer_name"])
    named = looked_up(log["customer_name"], by_name)
    log = log.assign(customer_id=log["customer_id"].where(~nameless, named))
    same = ["customer_id", "contact_date", "customer_name", "purpose", "content"]
    return CONTACTS.conform(first_of_each(log, same))
