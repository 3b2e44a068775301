"""Who the lists speak of: a customer's or prospect's name, phone and trade, masked once."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING

import pandas as pd

from campaign.render.formats import label_of
from campaign.render.masking import Masker
from campaign.vocabulary import OUTING, ContactOrigin

if TYPE_CHECKING:
    from campaign.book.loan_book import LoanBook

CUSTOMER = "存量客户"
PLACE_NAME = "片区外拓"
TRAITS = ["trade", "area", "kind", "is_prospect"]
COLUMNS = ["name", "phone", *TRAITS]


class ContactCards:
    """Looks up customers and prospects by number; each is masked once.

    A customer is looked up in the customer sheet, then in his loans. An outing is named
    for what it is; any other number that stands nowhere keeps an empty name.
    """

    def __init__(self, book: LoanBook, masker: Masker) -> None:
        """Gather the names of a book."""
        cards = pd.concat([_customers(book), _borrowers(book), _prospects(book)])
        self._cards = cards[~cards.index.duplicated()]
        self._masker = masker
        self._shown: pd.DataFrame | None = None
        self._texts: dict[str, str] = {}

    def of(self, ids: pd.Series) -> pd.DataFrame:
        """Return name, phone, trade, area and kind of each of these numbers."""
        wanted = pd.Index(ids.dropna().unique())
        if self._shown is None:
            self._shown = self._masked(wanted)
        new = wanted[~wanted.isin(self._shown.index)]
        if len(new):
            self._shown = pd.concat([self._shown, self._masked(new)])
        return self._shown.reindex(ids)

    def apart(self) -> ContactCards:
        """Return the same cards with nobody shown yet: of a part of the bank, few are sought among."""
        part = copy(self)
        part._shown = None
        return part

    def traits(self, ids: pd.Series) -> pd.DataFrame:
        """Return trade, area and kind of each of these numbers: nothing to be masked."""
        return self._plain(pd.Index(ids.dropna().unique()))[TRAITS].reindex(ids)

    def _plain(self, wanted: pd.Index) -> pd.DataFrame:
        cards = self._cards.reindex(wanted)
        outing = wanted.astype("str").str.startswith(OUTING)
        cards.loc[outing, ["name", "kind"]] = [PLACE_NAME, OUTING]
        for column in ("trade", "area", "kind"):
            cards[column] = cards[column].fillna("").astype("str")
        cards["is_prospect"] = cards["is_prospect"].eq(other=True)
        return cards

    def _masked(self, wanted: pd.Index) -> pd.DataFrame:
        cards, masker = self._plain(wanted), self._masker
        names = zip(cards["name"].tolist(), cards["type"].tolist(), strict=True)
        cards["name"] = pd.Series([masker.customer(n, t) for n, t in names], wanted, dtype="str")
        cards["phone"] = pd.Series([masker.phone(p) for p in cards["phone"]], wanted, dtype="str")
        return cards[COLUMNS]

    def texts(self, words: pd.Series) -> list[str]:
        """Return free words with numbers masked; the same words are looked at once."""
        known = self._texts
        for word in words.unique():
            if word not in known:
                known[word] = self._masker.text(word)
        return [known[word] for word in words.tolist()]


def _customers(book: LoanBook) -> pd.DataFrame:
    people = book.customers
    return _cards(
        people, people["customer_id"], people["customer_type"], kind=CUSTOMER, prospect=False
    )


def _borrowers(book: LoanBook) -> pd.DataFrame:
    loans = book.loans[~book.loans["customer_id"].isin(book.customers["customer_id"])]
    loans = loans.drop_duplicates("customer_id").assign(phone=None, main_business=None)
    return _cards(
        loans, loans["customer_id"], loans["customer_type"], kind=CUSTOMER, prospect=False
    )


def _prospects(book: LoanBook) -> pd.DataFrame:
    people = book.prospects
    cards = _cards(people, people["prospect_id"], None, kind="", prospect=True)
    cards["kind"] = [
        label_of(ContactOrigin, o) for o in people["origin"].fillna("unknown").tolist()
    ]
    return cards


def _cards(
    people: pd.DataFrame,
    ids: pd.Series,
    types: pd.Series | None,
    *,
    kind: str,
    prospect: bool,
) -> pd.DataFrame:
    cards = pd.DataFrame(
        {
            "name": people["customer_name"].to_numpy(),
            "phone": people["phone"].to_numpy(),
            "trade": _first(people, ("industry", "main_business")).to_numpy(),
            "area": people["area"].to_numpy(),
            "type": None if types is None else types.to_numpy(),
            "kind": kind,
            "is_prospect": prospect,
        },
        index=pd.Index(ids.to_numpy()),
        dtype="object",
    )
    return cards[cards.index.notna()]


def _first(frame: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    found = frame[names[0]].astype("object")
    for name in names[1:]:
        found = found.where(found.notna(), frame[name].astype("object"))
    return found
