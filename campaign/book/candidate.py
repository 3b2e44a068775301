"""A field of a table, and how likely a column is to be it."""

from __future__ import annotations

from dataclasses import dataclass

# What could do for a field that no column has.
STAND_INS = {
    "_contract_amount": "loan_amount",
    "_contract_start": "start_date",
    "_responsible_person": "manager_name",
    "_operator": "manager_name",
    "_household": "customer_name",
    "_legal_person": "customer_name",
    "_english_name": "customer_name",
    "_four_class": "loan_class",
    "_application": "loan_note_id",
    "_legal_person_cert": "cert_no",
    "_licence_no": "cert_no",
    "_paid_capital": "registered_capital",
    "_registered_on": "founded",
    "_wants": "wanted_amount",
    "_gap": "wanted_amount",
    "_met": "customer_name",
    "_other_phone": "phone",
    "_unit": "subject",
    "_done": "target",
    "_year_target": "target",
    "_serial_no": "prospect_id",
}


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
