"""Who must not be approached: the do-not-contact list and recent refusals override every plan."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.keys import order_of
from campaign.growth.portfolio import Portfolio
from campaign.growth.wording import day_words
from campaign.vocabulary import VisitOutcome

NO_DIGIT = re.compile(r"\D")
LISTED = "客户在免打扰名单，不作任何营销触达"


def must_not_contact(book: LoanBook, people: pd.DataFrame) -> np.ndarray:
    """Return for each row of `people` whether the do-not-contact list names it.

    A line matches by number, by phone, or by name where it has no number. A name matches
    everybody who bears it: rather one call too few.

    Args:
        book: The loan book with its list.
        people: Customers or prospects; `customer_id` where there is one, customer_name, phone.
    """
    lines = book.do_not_contact
    if lines.empty:
        return np.zeros(len(people), dtype=bool)
    numbers = set(lines["customer_id"].dropna())
    phones = set(plain_phone(lines["phone"])) - {""}
    names = set(lines.loc[lines["customer_id"].isna(), "customer_name"].dropna())
    matched = plain_phone(people["phone"]).isin(phones) | people["customer_name"].isin(names)
    if "customer_id" in people:
        matched |= people["customer_id"].isin(numbers)
    return matched.to_numpy(dtype=bool)


def plain_phone(phones: pd.Series) -> pd.Series:
    """Return phone numbers as digits only, empty where there is none."""
    texts = phones.fillna("").tolist()
    plain = [text if text.isdecimal() else NO_DIGIT.sub("", text) for text in texts]
    return pd.Series(plain, index=phones.index, dtype="str")


def refused_since(latest: pd.DataFrame, as_of: date, days: int) -> pd.Series:
    """Return the day of a refusal in the last `days`, unless a later contact was better.

    Args:
        latest: What `latest_contacts` returned.
        as_of: Day of the book.
        days: How long a refusal holds.

    Returns:
        One day a customer, NaT where there was none.
    """
    refused = latest["outcome"].eq(VisitOutcome.REFUSED.value)
    recent = latest["contact_date"].ge(pd.Timestamp(as_of) - pd.Timedelta(days=days))
    return latest["contact_date"].where(refused & recent)


def latest_contacts(book: LoanBook, portfolio: Portfolio) -> pd.DataFrame:
    """Return by customer the day and outcome of the last contact, and the last willingness.

    Two lines of one day are taken in the order of their rows.
    """
    log = book.contacts.assign(owner=portfolio.owner_of(book.contacts))
    names = ["owner", "contact_date", "outcome", "source_row", "willingness"]
    log = log.loc[(log["owner"] >= 0) & log["contact_date"].notna(), names]
    day = log["contact_date"].to_numpy().astype(np.int64)
    log = log.iloc[order_of([log["owner"].to_numpy(), day], [log["source_row"]])]
    every = pd.RangeIndex(len(portfolio))
    last = log.drop_duplicates("owner", keep="last").set_index("owner")
    willing = log[log["willingness"].notna()].drop_duplicates("owner", keep="last")
    table = last[["contact_date", "outcome", "source_row"]].reindex(every)
    table["willingness"] = willing.set_index("owner")["willingness"].reindex(every)
    return table


def refusal_reasons(
    book: LoanBook, people: pd.DataFrame, latest: pd.DataFrame, refusal_days: int
) -> np.ndarray:
    """Return why each customer must not be approached, empty where he may be.

    Args:
        book: The loan book with its list.
        people: The customers.
        latest: What `latest_contacts` returned of them.
        refusal_days: How long a refusal holds.
    """
    refused = refused_since(latest, book.as_of, refusal_days)
    words = np.full(len(refused), "", dtype=object)
    has_refused = refused.notna().to_numpy()
    words[has_refused] = [
        f"客户 {day} 明确拒绝，暂不再营销" for day in day_words(refused[has_refused])
    ]
    return np.where(must_not_contact(book, people), LISTED, words)
