"""What customers owed on a day between two ledgers, rebuilt from their notes."""

from __future__ import annotations

import pandas as pd

from campaign.growth.portfolio import customer_key
from campaign.learn.matching import LedgerPair
from campaign.vocabulary import LoanStatus

NOTE_FIELDS = [
    "loan_note_id",
    "customer_id",
    "customer_name",
    "loan_amount",
    "balance",
    "start_date",
    "maturity_date",
    "settle_date",
    "loan_status",
]
NEVER_OWED = (LoanStatus.NOT_DRAWN.value, LoanStatus.TRANSFERRED.value)


def balances_on(pair: LedgerPair, day: pd.Timestamp) -> pd.Series:
    """Return the balance of each customer on a day between two ledgers, in yuan.

    A short loan paid out for the season and repaid before the new ledger counts while it
    stood. A note that stands in the new ledger has run evenly from what it was to what it
    is; one settled in between stood unchanged until then; an old note that the new ledger
    does not show any more stood until its maturity.

    Formula:
        balance = b0 + (b1 - b0) x (day - t0) / (t1 - t0)

    Returns:
        Yuan, by customer_id; who owed nothing is not in it.
    """
    notes = _stood(pair)
    runs = (notes["start"] <= day) & ~(notes["end"] <= day)
    notes = notes[runs]
    length = (notes["until"] - notes["start"]).dt.days.clip(lower=1)
    share = ((day - notes["start"]).dt.days / length).clip(0, 1)
    owed = notes["first"] + (notes["last"] - notes["first"]) * share
    total: pd.Series = owed.groupby(notes["customer_id"], sort=False).sum()
    return total[total > 0]


def _stood(pair: LedgerPair) -> pd.DataFrame:
    """Return each note with start and first balance, until and last balance, and its end."""
    before = _notes(pair.old.loans.loc[pair.old.is_live, NOTE_FIELDS])
    after = _notes(pair.new.loans[NOTE_FIELDS])
    stood = before[["loan_note_id", "balance"]].dropna().drop_duplicates("loan_note_id")
    row = pd.Index(stood["loan_note_id"]).get_indexer(pd.Index(after["loan_note_id"]))
    was = stood["balance"].array.take(row, allow_fill=True)
    both = after.assign(balance_old=was).reset_index(drop=True)
    known = both["balance_old"].notna()
    settled = both["loan_status"].eq(LoanStatus.SETTLED.value) | both["settle_date"].notna()
    amount = both["loan_amount"].fillna(both["balance"])
    began_before = both["start_date"] <= pd.Timestamp(pair.old.as_of)
    first = both["balance_old"].where(known, amount)
    shown = pd.DataFrame(
        {
            "customer_id": both["customer_id"],
            "start": both["start_date"].where(~known, pd.Timestamp(pair.old.as_of)),
            "first": first,
            "until": pd.Timestamp(pair.new.as_of),
            "last": both["balance"].where(~settled, first),
            "end": both["settle_date"].where(settled),
        }
    )
    shown = shown[known | ~began_before]
    gone = before[~before["loan_note_id"].isin(after["loan_note_id"])]
    hidden = pd.DataFrame(
        {
            "customer_id": gone["customer_id"],
            "start": pd.Timestamp(pair.old.as_of),
            "first": gone["balance"],
            "until": pd.Timestamp(pair.new.as_of),
            "last": gone["balance"],
            "end": gone["maturity_date"],
        }
    )
    return pd.concat([shown, hidden], ignore_index=True)


def _notes(loans: pd.DataFrame) -> pd.DataFrame:
    notes = loans.loc[~loans["loan_status"].isin(NEVER_OWED), NOTE_FIELDS]
    return notes.assign(customer_id=customer_key(notes)).dropna(subset=["customer_id"])
