"""Sums that are not called sums: a row without loan or customer whose amount is that of others.

Systems that group by branch put the branch and its sum on one line, and call it nothing. Read
as a loan it would count twice. It is told by its amount alone: that of the rows below it, of
those above it, or of all.
"""

from __future__ import annotations

import numpy as np

from campaign.book.body import Body
from campaign.book.matching import SheetMapping
from campaign.book.values import money

IDENTITY = ("loan_note_id", "customer_id", "customer_name", "cert_no")
HEADS = ("branch", "manager_name", "manager_id", "team")
ROLES = ("loans", "other_loans")
CENT = 0.015
MOST = 20_000


def drop_sums(mapping: SheetMapping, body: Body) -> None:
    """Take rows out of a body that are sums without a name, and give their group to its rows."""
    columns = {m.target.field: m.column for m in mapping.columns if m.target and m.target.used}
    identity = [columns[name] for name in IDENTITY if name in columns]
    amounts = [columns[name] for name in ("balance", "loan_amount") if name in columns]
    if mapping.role not in ROLES or not identity or not amounts:
        return
    if not all(body.columns[column].is_empty().any() for column in identity):
        return
    nameless = body.kept & np.logical_and.reduce([body.columns[c].is_empty() for c in identity])
    places = np.flatnonzero(nameless)
    if not 0 < len(places) <= MOST or not (body.kept & ~nameless).any():
        return
    values = np.nan_to_num(money(body.columns[amounts[0]], 1.0).values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(body.kept & ~nameless, values, 0.0))])
    edges = [0, *places.tolist(), len(values)]
    for number, place in enumerate(places.tolist(), start=1):
        amount = values[place]
        below = sums[edges[number + 1]] - sums[place]
        above = sums[place] - sums[edges[number - 1]]
        if not amount or not _near(amount, below, above, sums[-1]):
            continue
        body.kept[place] = False
        body.totals.append(place + body.start)
        if _near(amount, below) and not _near(amount, above):
            heads = [columns[name] for name in HEADS if name in columns]
            _spread(body, heads, place, edges[number + 1])
    body.totals.sort()


def _near(amount: float, *sums: float) -> bool:
    return any(abs(amount - total) <= max(CENT, 1e-9 * abs(total)) for total in sums)


def _spread(body: Body, heads: list[int], place: int, end: int) -> None:
    """Write the head of a group into its rows where they leave that column empty."""
    for column in heads:
        empty = body.columns[column].is_empty()
        if empty[place] or not empty[place + 1 : end].all():
            continue
        body.columns[column] = body.columns[column].copy()
        body.columns[column].fill(place, place + 1, end)
        body.headed.append(place + body.start)
