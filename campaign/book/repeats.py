"""One note number on several rows: co-borrowers, split accounts or two periods; money once."""

from __future__ import annotations

import pandas as pd

from campaign.book.addresses import Addresses
from campaign.book.answers import Answers, answer_to
from campaign.book.loan_book import GONE
from campaign.findings import Ask, Finding
from campaign.vocabulary import BookQuestion, NoteRepeat, RepeatLook, Severity

TOLERANCE = 0.01
QUESTION = (
    "请定是哪一种：共同借款人（一人一行，余额只计一次）、拆分账户（各行相加），"
    "还是两期叠加（只留靠后的一行）。"
)


def settle_repeats(
    loans: pd.DataFrame, live: pd.Series, where: Addresses, answers: Answers, asked_share: float
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the loans with each repeated note counted as answered; what is open is asked.

    Rows of one note whose customers differ and whose balances are equal, or nothing beside the
    one, are co-borrowers unless somebody says otherwise. Other rows all count until they are
    explained.

    Args:
        loans: The ledger, rows that stand twice word for word taken out.
        live: Which of them count in the balance.
        where: Knows the cell of every field.
        answers: What was answered before.
        asked_share: Share of the balance above which money that may count twice stops the plan.
    """
    counted = (live | _beside_a_borrower(loans, live)) & loans["loan_note_id"].notna()
    numbers = loans.loc[counted, "loan_note_id"]
    twice = loans.loc[numbers.index[numbers.duplicated(keep=False)]]
    if not len(twice):
        return loans, []
    total = float(loans.loc[counted, "balance"].sum())
    looks = _looks(twice)
    findings = []
    for look in RepeatLook:
        rows = twice[looks == look]
        if not len(rows):
            continue
        answer = answer_to(answers, BookQuestion.REPEATED_NOTE, look.label)
        if not answer and look is RepeatLook.CO_BORROWERS:
            answer = NoteRepeat.CO_BORROWERS.value
        kept = _kept(rows, answer)
        loans = loans.drop(index=rows.index.difference(kept.index))
        most = asked_share * total
        findings.append(_finding(rows, kept, look, answer, most, where))
    return loans.reset_index(drop=True), findings


def _beside_a_borrower(loans: pd.DataFrame, live: pd.Series) -> pd.Series:
    """Return which rows owe nothing and stand beside another customer's row of the same note."""
    nothing = ~live & ~loans["loan_status"].isin(GONE) & (loans["balance"].fillna(0) <= TOLERANCE)
    nothing &= loans["loan_note_id"].isin(loans.loc[live, "loan_note_id"].dropna())
    if not nothing.any():
        return nothing
    beside = loans[live & loans["loan_note_id"].isin(loans.loc[nothing, "loan_note_id"])]
    own = set(zip(beside["loan_note_id"], beside["customer_id"], strict=True))
    rows = loans.loc[nothing, ["loan_note_id", "customer_id"]]
    alone = [pair in own for pair in zip(*(rows[name] for name in rows), strict=True)]
    nothing.loc[rows.index[alone]] = False
    return nothing


def _looks(twice: pd.DataFrame) -> pd.Series:
    """Return for every row what the rows of its note look like."""
    notes = twice.groupby("loan_note_id")
    spread = notes["balance"].transform("max") - notes["balance"].transform("min")
    people = notes["customer_id"].transform("nunique")
    rest = notes["balance"].transform("sum") - notes["balance"].transform("max")
    once = (spread <= TOLERANCE) | (rest <= TOLERANCE)
    equal = once & (people == notes["balance"].transform("size"))
    return equal.map({True: RepeatLook.CO_BORROWERS.value, False: RepeatLook.UNCLEAR.value})


def _kept(rows: pd.DataFrame, answer: str) -> pd.DataFrame:
    """Return the rows that count: the main borrower's, the last period's, or all."""
    if answer == NoteRepeat.CO_BORROWERS:
        largest = rows.sort_values("balance", ascending=False, kind="stable")
        return largest.drop_duplicates("loan_note_id")
    if answer == NoteRepeat.PERIODS:
        return rows.drop_duplicates("loan_note_id", keep="last")
    return rows


def _finding(  # noqa: PLR0913 - what repeats, what of it counts, and how it was told
    rows: pd.DataFrame,
    kept: pd.DataFrame,
    look: RepeatLook,
    answer: str,
    most: float,
    where: Addresses,
) -> Finding:
    dropped = rows.drop(index=kept.index)
    seen = "，客户不同、余额相同或为 0" if look is RepeatLook.CO_BORROWERS else ""
    count = rows["loan_note_id"].nunique()
    message = f"借据号有 {count} 个重复而内容不同（{len(rows)} 行{seen}），"
    if answer:
        message += _settled(dropped, answer)
        severity = Severity.WARNING if len(dropped) else Severity.INFO
    else:
        twice = float(rows[rows.duplicated("loan_note_id")]["balance"].sum())
        much = twice > most
        severity = Severity.ERROR if much else Severity.WARNING
        small = "" if much else "，金额不大，不影响做方案"
        message += f"现在都计入余额，最多多计 {twice:,.2f} 元{small}；{QUESTION}"
    doubtful = dropped if len(dropped) else rows
    cells = where.cells("loans", "loan_note_id", doubtful)
    ask = Ask(BookQuestion.REPEATED_NOTE, look.label, answer)
    return Finding(
        "duplicate_loan", severity, message, len(rows), cells, _reason(answer, dropped), (ask,)
    )


def _settled(dropped: pd.DataFrame, answer: str) -> str:
    """Return how the rows of a note count, and what of them does not."""
    if answer == NoteRepeat.SPLIT:
        return "按拆分账户，各行余额相加。"
    how = {
        NoteRepeat.CO_BORROWERS: "按共同借款人，余额只计一次，算余额最大（相同则在前）的一行",
        NoteRepeat.PERIODS: "按两期叠加，只留靠后的一行",
    }[NoteRepeat(answer)]
    return f"{how}；没有计入 {len(dropped)} 行，{dropped['balance'].sum():,.2f} 元。"


def _reason(answer: str, dropped: pd.DataFrame) -> str:
    if not answer:
        return "借据号与别的行重复而内容不同；请定是共同借款人、拆分账户还是两期叠加。"
    return "借据号与别的行重复，按一笔贷款只计一次，这一行没有计入。" if len(dropped) else ""
