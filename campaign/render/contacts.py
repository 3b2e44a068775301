"""Who the lists speak of: a customer's or prospect's name, phone and trade, masked once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from campaign.render.formats import label_of
from campaign.render.masking import Masker
from campaign.vocabulary import OUTING, ContactOrigin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from campaign.book.loan_book import LoanBook

CUSTOMER = "存量客户"
PLACE_NAME = "片区外拓"
TRAITS = ["trade", "area", "kind", "is_prospect"]
COLUMNS = ["name", "phone", *TRAITS]
# What stands for numbers that nobody has in the book: any, and those of outings.
UNLISTED = ("", OUTING)
REST_OF_OUTING = {"name": PLACE_NAME, "kind": OUTING}
REST = {name: ("", REST_OF_OUTING.get(name, "")) for name in ("name", "phone", "type", *TRAITS)} | {
    "is_prospect": (False, False)
}


class ContactCards:
    """Looks up customers and prospects by number; each is masked once, when first shown.

    A customer is looked up in the customer sheet, then in his loans. An outing is named
    for what it is; any other number that stands nowhere keeps an empty name.
    """

    def __init__(self, book: LoanBook, masker: Masker) -> None:
        """Gather the names of a book."""
        cards = pd.concat([_customers(book), _borrowers(book), _prospects(book)])
        cards = cards[~cards.index.duplicated()]
        self._numbers, self._masker = cards.index, masker
        self._columns = {name: _with_rest(cards[name], rest) for name, rest in REST.items()}
        outings = np.flatnonzero(cards.index.astype("str").str.startswith(OUTING))
        for name, rest in REST_OF_OUTING.items():
            self._columns[name][outings] = rest
        self._is_shown = np.zeros(len(cards) + len(UNLISTED), dtype=bool)
        self._texts: dict[str, str] = {}

    def of(self, ids: pd.Series) -> pd.DataFrame:
        """Return name, phone, trade, area and kind of each of these numbers."""
        return pd.DataFrame(self.columns(ids, COLUMNS), index=pd.Index(ids))

    def columns(self, ids: pd.Series, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Return some of the columns of `of` row by row; traits alone need nothing masked."""
        at = self._places(ids)
        if any(name not in TRAITS for name in names):
            self._show(at)
        return {name: self._columns[name][at] for name in names}

    def _places(self, ids: pd.Series) -> NDArray[np.intp]:
        """Return in which row of the columns each number stands; those unlisted come last."""
        known = len(self._numbers)
        places: NDArray[np.intp] = self._numbers.get_indexer(pd.Index(ids))
        for row in np.flatnonzero(places < 0).tolist():
            number = ids.iat[row]
            is_outing = isinstance(number, str) and number.startswith(OUTING)
            places[row] = known + UNLISTED.index(OUTING if is_outing else "")
        return places

    def _show(self, places: NDArray[np.intp]) -> None:
        """Mask names and phones that were not shown yet."""
        new = pd.unique(places[~self._is_shown[places]])
        names, phones, masker = self._columns["name"], self._columns["phone"], self._masker
        known = zip(names[new].tolist(), self._columns["type"][new].tolist(), strict=True)
        names[new] = [masker.customer(name, kind) for name, kind in known]
        phones[new] = [masker.phone(phone) for phone in phones[new].tolist()]
        self._is_shown[new] = True

    def texts(self, words: pd.Series) -> list[str]:
        """Return free words with numbers masked; the same words are looked at once."""
        known, told = self._texts, words.tolist()
        for word in {*told}:
            if word not in known:
                known[word] = self._masker.text(word)
        return [known[word] for word in told]


def _with_rest(column: pd.Series, rest: Sequence[Any]) -> NDArray[Any]:
    """Return the values of a column, and behind them those of numbers that stand nowhere."""
    values = np.append(column.to_numpy(dtype=object), np.array(rest, dtype=object))
    if isinstance(rest[0], bool):
        return pd.Series(values).eq(other=True).to_numpy()
    return np.where(pd.isna(values), "", values)


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
