"""Roles of sheets seen together: what one sheet is, told by what stands on another."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from campaign.book.candidate import Target
from campaign.book.column import column_of
from campaign.book.names import plain_name
from campaign.book.roles import LIKELY, options_for
from campaign.book.sheet_guess import SheetGuess

KNOWN_SHARE = 0.3
LOOKED_AT = 2_000
BALANCE = "balance"


def settle_roles(
    guesses: Sequence[SheetGuess], doubtful: Container[str], told: Container[str] = ()
) -> list[SheetGuess]:
    """Return the sheets with roles that fit together.

    Where there is no ledger, a customer list with a balance is it; what could be prospects or
    customers (its label is in `doubtful`) is customers if its people stand in the ledger. A
    sheet whose name is in `told` keeps its role.
    """
    settled = list(guesses)
    if not any(guess.role == "loans" for guess in settled):
        settled = [
            _as(g, "loans") if g.sheet.name not in told and _is_ledger(g) else g for g in settled
        ]
    open_ones = [g for g in settled if g.role == "prospects" and g.label in doubtful]
    if not open_ones:
        return settled
    borrowers = {name for g in settled if g.role == "loans" for name in _names(g)}
    return [
        _as(g, "customers") if any(g is o for o in open_ones) and _are_known(g, borrowers) else g
        for g in settled
    ]


def _is_ledger(guess: SheetGuess) -> bool:
    if guess.role != "customers":
        return False
    options = options_for("loans", guess.found.headers, guess.profiles)
    return any(
        found
        and found[0].target == Target("loans", BALANCE)
        and found[0].score >= LIKELY
        and not found[0].says_more
        for found in options.values()
    )


def _as(guess: SheetGuess, role: str) -> SheetGuess:
    options = options_for(role, guess.found.headers, guess.profiles)
    return replace(guess, role=role, options=options)


def _names(guess: SheetGuess) -> set[str]:
    """Return the names of a sheet's people and firms, as they are compared."""
    for column, found in guess.options.items():
        best = next((c for c in found if c.score >= LIKELY), None)
        if best is not None and best.target == Target(guess.role, "customer_name"):
            cells = column_of(guess.sheet.columns[column])[guess.found.body :]
            if guess.role != "loans":
                cells = cells[:LOOKED_AT]
            _, different = cells.different()
            return {plain_name(cell) for cell in different if isinstance(cell, str) and cell}
    return set()


def _are_known(guess: SheetGuess, borrowers: set[str]) -> bool:
    names = _names(guess)
    return len(names & borrowers) > KNOWN_SHARE * len(names)
