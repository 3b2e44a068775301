"""A field of a table, and how likely a column is to be it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A field of a table; a field that begins with `_` is known but not used as it is."""

    table: str
    field: str

    @property
    def used(self) -> bool:
        """Return whether the field is one of the vocabulary."""
        return not self.field.startswith("_")


@dataclass(frozen=True)
class Candidate:
    """A field that a header may mean, how sure (0 to 1), and why.

    Attributes:
        target: The field.
        score: How sure.
        proof: Why, in Chinese.
        order: Place of its alias in the list, to break ties.
        exact: Whether the header is one of the list.
        foreign: Whether the header speaks of somebody or something else as well, so that fitting
            values are no proof: a guarantor's certificate looks like the borrower's.
        says_more: Whether the header has a telling or unknown word that the alias has not.
    """

    target: Target
    score: float
    proof: str
    order: int = 0
    exact: bool = False
    foreign: bool = False
    says_more: bool = False
