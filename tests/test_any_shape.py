"""A ledger in any shape reads back equal: wordings, levels, units, days, sums, kinds of file."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.book.read import read_book
from tests.any_shape import AMOUNTS, DAYS, KINDS, OTHERS, WORDINGS, Loan, Shape, written
from tests.builders_book import found, kinds

AS_OF = date(2026, 11, 15)
CLASSES = {"正常": "normal", "关注": "special_mention"}
GUARANTEES = {"信用": "credit", "保证": "guaranteed", "抵押": "mortgage"}
NAMES = ["刘桂芳", "孙立新", "清河县鑫达建材有限公司", "周文斌", "清河县老街粮油店", "欧阳建国"]


@st.composite
def ledgers(draw) -> list[Loan]:
    """Draw one to six loans of two branches and two managers."""
    count = draw(st.integers(1, 6))
    loans = []
    for number in range(count):
        start = date(2026, 1, 5) + timedelta(days=draw(st.integers(0, 290)))
        branch = ["城南支行", "城北支行"][draw(st.integers(0, 1))]
        loans.append(
            Loan(
                loan_note_id=f"JJ2026{number:06d}",
                customer_id=f"K{number:05d}",
                customer_name=NAMES[number],
                balance=draw(st.integers(1, 9_999_999)) * 100.0,
                start_date=start,
                maturity_date=start + timedelta(days=draw(st.integers(100, 1_000))),
                annual_rate=draw(st.integers(300, 1_200)) / 10_000,
                loan_class=draw(st.sampled_from(list(CLASSES))),
                guarantee_type=draw(st.sampled_from(list(GUARANTEES))),
                manager_name={"城南支行": "张伟民", "城北支行": "李雪梅"}[branch],
                branch=branch,
            )
        )
    return loans


@st.composite
def shapes(draw) -> Shape:
    """Draw how the ledger is written."""
    return Shape(
        fields=tuple(draw(st.permutations(list(WORDINGS)))),
        wording={name: draw(st.integers(0, len(words) - 1)) for name, words in WORDINGS.items()},
        depth=draw(st.integers(1, 3)),
        unit=draw(st.sampled_from(["元", "万元", "千元"])),
        unit_in_title=draw(st.booleans()),
        titles=draw(st.integers(0, 3)),
        others=draw(st.dictionaries(st.integers(0, 11), st.sampled_from(list(OTHERS)), max_size=4)),
        amount=draw(st.sampled_from(list(AMOUNTS))),
        day=draw(st.sampled_from(list(DAYS))),
        subtotals=draw(st.booleans()),
        total=draw(st.booleans()),
        numbered=draw(st.booleans()),
        footer=draw(st.booleans()),
        kind=draw(st.sampled_from(KINDS)),
    )


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(loans=ledgers(), shape=shapes())
def test_a_ledger_in_any_shape_reads_back_equal(tmp_path, loans, shape):
    path = tmp_path / "台账.xls"
    path.write_bytes(written(loans, shape))
    book = read_book([path], as_of=AS_OF)
    read = book.loans.sort_values("loan_note_id", ignore_index=True)
    for name in WORDINGS:
        wanted = [getattr(loan, name) for loan in loans]
        got = read[name].tolist()
        if name in ("start_date", "maturity_date"):
            got = [day.date() for day in read[name]]
        elif name == "loan_class":
            wanted = [CLASSES[value] for value in wanted]
        elif name == "guarantee_type":
            wanted = [GUARANTEES[value] for value in wanted]
        elif name == "annual_rate":
            got = [round(rate, 6) for rate in got]
        assert got == wanted, name
    assert book.usable
    assert ("totals_agree" in kinds(book)) == (shape.subtotals or shape.total)
    assert "相差" not in found(book, "loaded").message
