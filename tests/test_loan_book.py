"""The book as plans and papers keep it: only what they look at, and that unchanged."""

import pytest
from pandas.testing import assert_frame_equal

from tests.builders import make_book


@pytest.fixture
def book():
    """Return a book with loans, customers and a log of touches."""
    return make_book(
        loans=[
            {"customer_id": "K1", "balance": 50e4, "loan_status": "active", "contract_id": "H1"},
            {"customer_id": "K2", "balance": 0.0, "loan_status": "settled", "contract_id": "H2"},
        ],
        customers=[{"customer_id": "K1", "phone": "13800000000", "annual_sales": 1e6}],
        contacts=[{"customer_id": "K1", "content": "已电话沟通"}],
    )


def test_what_papers_look_at_is_as_it_was(book):
    kept = book.for_papers()
    for name in ("loans", "customers", "prospects"):
        table = getattr(kept, name)
        assert_frame_equal(table, getattr(book, name)[list(table)])
    assert kept.is_live.tolist() == book.is_live.tolist() == [True, False]


def test_asking_for_what_was_left_out_fails(book):
    """A column that is gone must not read as unknown."""
    kept = book.for_papers()
    assert "contract_id" not in kept.loans
    with pytest.raises(KeyError):
        kept.customers["annual_sales"]
    with pytest.raises(KeyError):
        kept.contacts["content"]


def test_growth_looks_at_no_log(book):
    kept = book.for_growth()
    assert_frame_equal(kept.loans, book.loans)
    with pytest.raises(KeyError):
        kept.contacts["content"]


def test_nothing_of_the_book_itself_is_lost(book):
    book.for_growth().for_papers()
    assert book.contacts["content"].tolist() == ["已电话沟通"]
    assert book.loans["contract_id"].tolist() == ["H1", "H2"]
