"""A key for loans whose number Excel has rounded: customer, amount and dates together."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from campaign.book.addresses import Addresses
from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.vocabulary import Severity

NOTE = ("loans", "loan_note_id")
MADE = "合成"


def key_damaged_notes(
    loans: pd.DataFrame, tables: Sequence[SheetTable], where: Addresses
) -> list[Finding]:
    """Give loans whose number was damaged a made one, and ask; changes the frame.

    The key is 合成-customer-amount-start-maturity, the same in last year's ledger. Loans that
    share one stay without a number, so that none is taken for a repeated row.
    """
    if not any(map(_notes_damaged, tables)) or not {"customer_id", "start_date"} <= set(loans):
        return []
    lost = loans["loan_note_id"].isna()
    keys = _made_keys(loans[lost])
    if keys.isna().all():
        return []
    loans.loc[lost, "loan_note_id"] = keys
    made = loans[lost & loans["loan_note_id"].notna()]
    apart = int(lost.sum()) - len(made)
    message = (
        f"借据号被 Excel 变了末几位，{len(made)} 笔改用“客户＋金额＋起止日”合成的编号认借据"
        + (f"，另有 {apart} 笔合成后仍分不开，没有编号" if apart else "")
        + "；与往年台账对照时可能认错，请把借据号列设为文本后重新导出。"
    )
    cells = where.cells(*NOTE, made)
    return [Finding("note_key_made", Severity.WARNING, message, len(made), cells)]


def _notes_damaged(table: SheetTable) -> bool:
    start = f"{table.label}!{table.letters.get(NOTE, '')}"
    return NOTE in table.letters and any(
        finding.kind == "damaged_identifier" and finding.cells[0].rstrip("0123456789") == start
        for finding in table.findings
    )


def _made_keys(loans: pd.DataFrame) -> pd.Series:
    """Return the made number of each loan; None where something is missing or two are alike."""
    days = [
        loans[name].dt.strftime("%Y%m%d").fillna("")
        for name in ("start_date", "maturity_date")
        if name in loans
    ]
    keys = MADE + "-" + loans["customer_id"].astype(object)
    if "loan_amount" in loans:
        keys += "-" + loans["loan_amount"].map("{:.2f}".format)
    for day in days:
        keys += "-" + day
    usable = loans["customer_id"].notna() & loans["start_date"].notna()
    return keys.where(usable & ~keys.duplicated(keep=False), None)
