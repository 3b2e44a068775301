"""What contradicts itself between the tables of a book: owners, roster, other banks, gaps."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from campaign.book.among import is_among
from campaign.book.check_view import GONE_STAFF, CheckedBook, warn_rows
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Severity

WARNING, INFO = Severity.WARNING, Severity.INFO
SHARED_PHONE = 5
# Fields whose gaps are worth saying, because an estimate rests on them.
WORTH_KNOWING = {
    "loans": [
        "maturity_date",
        "annual_rate",
        "loan_class",
        "guarantee_type",
        "industry_code",
        "manager_id",
        "start_date",
    ],
    "customers": ["phone", "annual_sales", "industry_code"],
    "other_loans": ["maturity_date", "knowledge_source", "annual_rate"],
}
MISSING_SHARE = 0.02


def two_owners(book: CheckedBook) -> list[Finding]:
    """Say which customers several managers look after."""
    rows = book.rows_of_several("customer_id", "manager_id", book.live)
    if not len(rows):
        return []
    several = rows["customer_id"].unique()
    message = f"有 {len(several)} 户由两位以上客户经理管户，算余额最大的一位；请明确主办。"
    cells = book.cells("loans", "manager_id", rows)
    reason = "这一户由两位以上客户经理管户；请明确主办。"
    return [Finding("two_owners", WARNING, message, len(several), cells, reason)]


def no_owner(book: CheckedBook) -> list[Finding]:
    """Say which live loans nobody looks after."""
    alone = book.loans[book.live & book.loans["manager_id"].isna()]
    what = "没有客户经理，排不进走访任务；请补上。"
    return warn_rows(book, alone, "manager_id", "no_owner", what)


def one_number_two_names(book: CheckedBook) -> list[Finding]:
    """Say which numbers of customers, and of managers, carry different names."""
    return [
        *_two_names(book, "customer", "one_number_two_names", "客户名称；请核对是不是同一户。"),
        *_two_names(book, "manager", "one_number_two_managers", "姓名；请核对是不是同一人。"),
    ]


def _two_names(book: CheckedBook, whose: str, kind: str, what: str) -> list[Finding]:
    number, name = f"{whose}_id", f"{whose}_name"
    rows = book.rows_of_several(number, name)
    if not len(rows):
        return []
    several = rows[number].unique()
    label = BOOK_TABLES["loans"].field(number).label
    message = f"有 {len(several)} 个{label}下写了不同的{what}"
    cells = book.cells("loans", name, rows)
    return [Finding(kind, WARNING, message, len(several), cells, f"同一{label}下写了不同的{what}")]


def manager_without_loans(book: CheckedBook) -> list[Finding]:
    """Say which working managers have no customer yet."""
    managers = book.tables["managers"]
    working = ~managers["manager_status"].isin(GONE_STAFF)
    idle = managers[working & ~managers["manager_id"].isin(book.loans["manager_id"])]
    if not len(idle):
        return []
    names = "、".join(idle["manager_name"].fillna(idle["manager_id"]).head(6))
    message = f"名册里有 {len(idle)} 位在岗客户经理名下没有贷款：{names}；新人属正常。"
    cells = book.cells("managers", "manager_id", idle)
    return [Finding("manager_without_loans", INFO, message, len(idle), cells)]


def loans_of_leavers(book: CheckedBook) -> list[Finding]:
    """Say which live loans still belong to people who left."""
    managers = book.tables["managers"]
    left = managers[managers["manager_status"].isin(GONE_STAFF)]["manager_id"]
    rows = book.loans[book.live & book.loans["manager_id"].isin(left)]
    what = "仍挂在已离职或转岗的客户经理名下；请先移交。"
    return warn_rows(book, rows, "manager_id", "loans_of_leavers", what)


def strangers_beside(book: CheckedBook) -> list[Finding]:
    """Say which other-bank loans belong to nobody in the ledger."""
    others = book.tables["other_loans"]
    if not len(others):
        return []
    known = set(book.loans["customer_id"].dropna().tolist())
    known.update(book.tables["customers"]["customer_id"].tolist())
    strange = others[~is_among(others["customer_id"], known)]
    what = "他行贷款的客户在台账和客户信息里都找不到，不参与置换；请核对客户编号。"
    return warn_rows(book, strange, "customer_id", "other_loan_of_stranger", what, "other_loans")


def other_loans_bare(book: CheckedBook) -> list[Finding]:
    """Say which other-bank loans lack maturity or source."""
    others = book.tables["other_loans"]
    if not len(others):
        return []
    findings = warn_rows(
        book,
        others[others["maturity_date"].isna()],
        "maturity_date",
        "other_loan_without_maturity",
        "他行贷款没有到期日，定不了置换时间。",
        "other_loans",
    )
    return findings + warn_rows(
        book,
        others[others["knowledge_source"].isna()],
        "knowledge_source",
        "other_loan_without_source",
        "他行贷款没有信息来源，按未注明处理，不能直接用于营销。",
        "other_loans",
    )


def shared_phones(book: CheckedBook) -> list[Finding]:
    """Say which phone numbers many customers share: often a book-keeper's."""
    people = book.tables["customers"]
    counts = Counter(people["phone"].dropna().tolist())
    many = {phone for phone, count in counts.items() if count > SHARED_PHONE}
    if not many:
        return []
    rows = people[is_among(people["phone"], many)]
    message = (
        f"有 {len(many)} 个电话各挂在 {SHARED_PHONE} 户以上，可能是代账或中介电话；外呼前请核实。"
    )
    cells = book.cells("customers", "phone", rows)
    reason = f"这个电话挂在 {SHARED_PHONE} 户以上，可能是代账或中介电话；外呼前请核实。"
    return [Finding("shared_phone", WARNING, message, len(rows), cells, reason)]


def missing_shares(book: CheckedBook) -> list[Finding]:
    """Say which fields that estimates rest on are often empty, or have no column."""
    findings = []
    for table, fields in WORTH_KNOWING.items():
        frame = book.tables[table]
        looked = book.live if table == "loans" else pd.Series(True, frame.index)
        rows = int(looked.sum())
        for name in fields:
            if not rows or (table, name) in book.unread:
                continue
            label = f"{BOOK_TABLES[table].label}的“{BOOK_TABLES[table].field(name).label}”"
            blank = looked & frame[name].isna()
            count = int(blank.sum())
            if name not in book.known[table]:
                needed = (table, name) == ("loans", "maturity_date")
                what = "算不出到期、流失和续贷" if needed else "相关估算改用替代办法，等级降低"
                message = f"没有{label}列，{what}{'；请补上这一列' if needed else ''}。"
                severity = WARNING if needed else INFO
                findings.append(Finding("field_absent", severity, message, rows))
            elif count > MISSING_SHARE * rows:
                message = (
                    f"{label}有 {count} 行是空的（{count / rows:.0%}），这些行的估算等级降低。"
                )
                cells = book.cells(table, name, frame[blank])
                findings.append(Finding("field_missing", INFO, message, count, cells))
    return findings
