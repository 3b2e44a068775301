"""One customer's money once, on random books: amounts inside their room, and the bridge adds up."""

import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from campaign.plan.forecast import make_bridge
from campaign.vocabulary import Source
from tests.builders import make_book
from tests.test_opportunities import ELSEWHERE, TOBACCO, WINDOW, growth_of, loan

SHARING_ONE = ["top_up", "industry", "refinance"]
FEN, CENT = 0.01, 0.011
some = settings(max_examples=8, deadline=None, phases=[Phase.generate])
rows_of_books = st.lists(
    st.tuples(
        st.integers(0, 60),  # owed, 万元
        st.integers(1, 80),  # granted
        st.integers(0, 60),  # owed elsewhere
        st.integers(0, 300),  # sales
        st.sampled_from(["normal", "special_mention", "loss"]),
        st.integers(-60, 400),  # days until due
    ),
    min_size=1,
    max_size=30,
)


def tables_of(rows):
    """Return a book's tables: two notes a customer, two customers a household."""
    wan = 10_000.0
    loans, customers, others = [], [], []
    for number, (owed, granted, elsewhere, sales, grading, days) in enumerate(rows):
        name = f"K{number // 2:02d}"
        due = pd.Timestamp(WINDOW.as_of) + pd.Timedelta(days=days)
        facts = {"balance": owed * wan, "loan_amount": granted * wan, "loan_class": grading}
        limit = {"credit_limit": granted * wan, "is_revolving": number % 3 == 0}
        method = ["bullet", "equal_principal", "equal_instalment"][number % 3]
        terms = {"maturity_date": due, "annual_rate": 0.05, "repayment_method": method}
        loans.append(loan(name, **facts, **limit, **terms))
        others.append({**ELSEWHERE, "customer_id": name, "balance": elsewhere * wan})
        if number % 2:
            home = {"household_id": f"H{number // 4}"}
            sheet = {**TOBACCO, "customer_id": name, "annual_sales": sales * wan}
            customers.append(sheet | home)
    prospects = [{"prospect_id": f"P{n}", "phone": f"1390000{n:04d}"} for n in range(len(rows))]
    return {
        "loans": loans,
        "customers": customers,
        "other_loans": others,
        "prospects": [{**row, "branch": "城关"} for row in prospects],
    }


@some
@given(rows_of_books)
def test_one_customers_money_is_counted_once(rows):
    growth = growth_of(**tables_of(rows))
    table = growth.opportunities[~growth.opportunities["is_prospect"].astype(bool)]
    sums = table.pivot_table(index="customer_id", columns="source", values="amount", aggfunc="sum")
    money = sums.reindex(columns=[*SHARING_ONE, "draw", "renewal"]).fillna(0.0)
    room = growth.headroom.set_index("customer_id").reindex(money.index)
    assert (money[SHARING_ONE].sum(axis=1) <= room["headroom"] + FEN).all()
    assert (money["top_up"] + money["industry"] <= room["new_money"] + FEN).all()
    assert (money["draw"] <= room["undrawn"] + FEN).all()
    due = growth.run_off.groupby("customer_id")["maturing"].sum().reindex(money.index).fillna(0)
    assert (money["renewal"] <= due + FEN).all()
    moved = growth.refinance.groupby("customer_id")[["amount", "balance"]].sum()
    assert (moved["amount"] <= moved["balance"] + FEN).all()


@some
@given(rows_of_books)
def test_what_runs_off_is_owed_and_what_is_renewed_falls_due(rows):
    growth = growth_of(**tables_of(rows))
    owed = growth.headroom.set_index("customer_id")["balance"]
    off = growth.run_off.groupby("customer_id")["run_off"].sum()
    assert (off <= owed.reindex(off.index) + CENT).all()
    assert (growth.run_off["renewed"] <= growth.run_off["maturing"] + FEN).all()
    both = growth.run_off[["renewed", "lost"]].sum(axis=1)
    assert (both - growth.run_off["maturing"]).abs().max() < FEN or growth.run_off.empty


@some
@given(rows_of_books)
def test_the_bridge_adds_up_to_the_fen(rows):
    tables = tables_of(rows)
    growth = growth_of(**tables)
    bridge = make_bridge(make_book(**tables), growth.run_off, growth.opportunities, 1e6)
    sources = [source.value for source in Source if source is not Source.RENEWAL]
    parts = [round(getattr(bridge, name) * 100) for name in sources]
    fen = [round(value * 100) for value in (bridge.opening, bridge.run_off, bridge.renewed)]
    assert fen[0] - fen[1] + fen[2] + sum(parts) == round(bridge.closing * 100)
    by_source = growth.opportunities.groupby("source")["expected"].sum()
    for name in sources:
        assert abs(getattr(bridge, name) - by_source.get(name, 0.0)) < FEN
    assert abs(bridge.gap - (1e6 - (bridge.closing - bridge.opening))) < FEN


@some
@given(rows_of_books)
def test_everybody_is_an_opportunity_or_left_out_with_a_reason(rows):
    growth = growth_of(**tables_of(rows))
    chosen = growth.opportunities[["customer_id", "source"]]
    left = growth.left_out
    assert left["reason"].ne("").all()
    assert left["reason"].notna().all()
    people = set(growth.headroom["customer_id"])
    for source in ("top_up", "referral"):
        told = {*chosen.loc[chosen["source"].eq(source), "customer_id"],
                *left.loc[left["source"].eq(source), "customer_id"]}  # fmt: skip
        assert people <= told
    assert (growth.opportunities["source_rows"].fillna("") != "")[
        ~growth.opportunities["is_outing"].astype(bool)
    ].all()
