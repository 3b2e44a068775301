"""What a field, a table and an enum of the vocabulary are, and how a table is checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import pandas as pd


class Labelled(StrEnum):
    """An enum whose members carry a Chinese label beside their stable English code.

    Tables and files hold the code; only what a person reads shows the label.
    """

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Make a member that equals its code and shows its label."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def of_label(cls, label: str) -> Self | None:
        """Return the member with this Chinese label, or None."""
        return next((member for member in cls if member.label == label), None)


class Unit(StrEnum):
    """The unit of a field inside the program; `kind` says how it is stored."""

    TEXT = "text"
    YUAN = "yuan"
    RATIO = "ratio"
    DATE = "date"
    DAY = "day"
    MONTH = "month"
    WEEK = "week"
    COUNT = "count"
    FLAG = "flag"
    SCORE = "score"

    @property
    def dtype(self) -> str:
        """Return the pandas dtype that a column of this unit has."""
        return _DTYPES.get(self, "float64")


_DTYPES = {Unit.TEXT: "str", Unit.DATE: "datetime64[s]", Unit.FLAG: "boolean"}


@dataclass(frozen=True)
class Field:
    """One column: English name, Chinese label, unit, meaning, and its enum where it has one."""

    name: str
    label: str
    unit: Unit
    meaning: str
    values: type[Labelled] | None = None


class TableError(Exception):
    """A table that our own code made breaks its own promise; a defect, never data trouble."""


@dataclass(frozen=True)
class Table:
    """A table of the vocabulary: its name, label, key columns and fields."""

    name: str
    label: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> list[str]:
        """Return the column names in order."""
        return [field.name for field in self.fields]

    def field(self, name: str) -> Field:
        """Return the field of this name.

        Raises:
            KeyError: The table has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")

    def empty(self) -> pd.DataFrame:
        """Return a table without rows, typed."""
        import pandas as pd

        return self.conform(pd.DataFrame())

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with exactly this table's columns, in order and typed.

        A missing column becomes unknown (never zero); columns that the table does not
        name are left out. The index is renewed.
        """
        import pandas as pd

        columns = {}
        unknown: dict[str, pd.Series] = {}  # those of one kind share their memory
        for field in self.fields:
            if field.name in frame.columns:
                column = _typed(frame[field.name].reset_index(drop=True), field.unit)
            elif (column := unknown.get(field.unit.dtype)) is None:  # type: ignore[assignment]
                column = pd.Series(None, index=range(len(frame)), dtype=field.unit.dtype)
                column = unknown[field.unit.dtype] = _typed(column, field.unit)
            columns[field.name] = column
        return pd.DataFrame(columns, columns=self.columns, copy=False)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` if it keeps this table's promise, for functions to call last.

        Raises:
            TableError: A column is missing, or the key is empty or stands twice.
        """
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise TableError(f"{self.name} lacks the columns {', '.join(missing)}")
        key = list(self.key)
        if key and len(frame):
            if bool(frame[key].isna().any(axis=None)):
                raise TableError(f"{self.name} has a row without its key {key}")
            if _stands_twice(frame, key):
                twice = frame.loc[frame.duplicated(key), key].iloc[0].to_list()
                raise TableError(f"{self.name} has the key {twice} twice")
        return frame


def _stands_twice(frame: pd.DataFrame, key: list[str]) -> bool:
    """Return whether two rows have the same key."""
    import pandas as pd

    if len(key) == 1:
        return not pd.Index(frame[key[0]]).is_unique
    return bool(frame.duplicated(key).any())


def _typed(column: pd.Series, unit: Unit) -> pd.Series:
    import pandas as pd

    if column.dtype == unit.dtype:
        return column
    if unit is Unit.DATE:
        return pd.to_datetime(column).astype("datetime64[s]")
    if unit.dtype == "float64":
        return pd.to_numeric(column).astype("float64")
    if unit is Unit.TEXT and len(column) and column.isna().all():
        return pd.Series([None] * len(column), dtype="str")
    return column.astype(unit.dtype)  # type: ignore[call-overload,no-any-return]


def keep_texts_plain() -> None:
    """Let pandas hold texts as Python's own, also where pyarrow is installed.

    By itself pandas takes Arrow's texts there, which order, compare and miss otherwise; the
    same book must give the same bytes on both. Called by the modules where tables begin.
    """
    import pandas as pd

    pd.set_option("mode.string_storage", "python")
