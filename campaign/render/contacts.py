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

    Columns = dict[str, NDArray[Any]]

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
        parts = [_customers(book), _borrowers(book), _prospects(book)]
        numbers = np.concatenate([part.pop("number") for part in parts])
        is_first = ~pd.isna(numbers) & ~pd.Series(numbers).duplicated().to_numpy()
        self._numbers, self._masker = pd.Index(numbers[is_first]), masker
        self._columns = {
            name: np.append(np.concatenate([part[name] for part in parts])[is_first], rest)
            for name, rest in REST.items()
        }
        outings = [row for row, one in enumerate(self._numbers.tolist()) if one.startswith(OUTING)]
        for name, rest in REST_OF_OUTING.items():
            self._columns[name][outings] = rest
        self._is_shown = np.zeros(len(self._numbers) + len(UNLISTED), dtype=bool)
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


def _customers(book: LoanBook) -> Columns:
    people = book.customers
    return _cards(people, "customer_id", np.full(len(people), CUSTOMER, dtype=object))


def _borrowers(book: LoanBook) -> Columns:
    """Return the cards of borrowers whom the customer sheet does not know; loans tell no phone."""
    loans = book.loans[~book.loans["customer_id"].isin(book.customers["customer_id"])]
    loans = loans.drop_duplicates("customer_id").assign(phone=None, main_business=None)
    return _cards(loans, "customer_id", np.full(len(loans), CUSTOMER, dtype=object))


def _prospects(book: LoanBook) -> Columns:
    people = book.prospects
    origin, codes = pd.factorize(people["origin"].fillna("unknown"))
    labels = np.array([label_of(ContactOrigin, code) for code in codes], dtype=object)
    return _cards(people.assign(customer_type=None), "prospect_id", labels[origin])


def _cards(people: pd.DataFrame, key: str, kind: NDArray[Any]) -> Columns:
    """Return the columns of cards, empty where unknown, and the number of each in `number`."""
    trade = np.asarray(people["industry"], dtype=object)
    trade = np.where(pd.isna(trade), np.asarray(people["main_business"], dtype=object), trade)
    return {
        "number": np.asarray(people[key], dtype=object),
        "name": _words(people["customer_name"]),
        "phone": _words(people["phone"]),
        "trade": _words(trade),
        "area": _words(people["area"]),
        "type": _words(people["customer_type"]),
        "kind": kind,
        "is_prospect": np.full(len(people), key == "prospect_id"),
    }


def _words(column: pd.Series | NDArray[Any]) -> NDArray[Any]:
    words = np.asarray(column, dtype=object)
    return np.where(pd.isna(words), "", words)
