"""What was taken back before, as a new workbook is held against it, and how it is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from campaign.progress.activity_log import append_log
from campaign.progress.filled_values import Value
from campaign.progress.filled_workbook import CONTACT_KEY, FilledWorkbook
from campaign.progress.records import version_in_force
from campaign.progress.return_report import ReturnReport
from campaign.progress.settle import Known, Settled
from campaign.vocabulary import FILLED_FIELDS, REFERRAL_FIELDS, Unit

CONTACT_FIELDS = tuple(field for field in REFERRAL_FIELDS if field.name not in CONTACT_KEY)
_DAYS = frozenset(field.name for field in FILLED_FIELDS if field.unit is Unit.DATE)


@dataclass(frozen=True)
class IssuedTouch:
    """A touch as issued: the planned day, the customer, visit or call."""

    day: date
    customer_id: str
    channel: str


@dataclass
class ImportCall:
    """One call of `take_back`; it writes itself down with the first file that is taken."""

    connection: sqlite3.Connection
    import_id: int
    at: str
    actor: str
    files: int = 0

    def keep(
        self,
        book: FilledWorkbook,
        report: ReturnReport,
        results: Settled,
        contacts: Settled,
        touches: Mapping[str, IssuedTouch],
    ) -> None:
        """Keep what is taken of a workbook."""
        if not self.files:
            in_force = version_in_force(self.connection).version
            call = (self.import_id, self.at, self.actor, in_force)
            self.connection.execute("INSERT INTO imports VALUES (?, ?, ?, ?)", call)
        self.files += 1
        return_id = self._keep_return(book, report)
        for key, values in sorted(results.taken.items()):
            touch = touches[key]
            row = (
                return_id, key, report.version, report.manager_id, touch.customer_id,
                touch.channel, *(_stored(values[field.name]) for field in FILLED_FIELDS),
            )  # fmt: skip
            marks = ", ".join("?" * len(row))
            self.connection.execute(f"INSERT INTO outcomes VALUES ({marks})", row)  # noqa: S608
        named = {row.key: row for row in book.contacts}
        for key, values in sorted(contacts.taken.items()):
            self._keep_contact(return_id, report.manager_id, named[key].values, values)

    def close(self, reports: Sequence[ReturnReport]) -> None:
        """Add the call to the log, if anything was kept."""
        if not self.files:
            return
        detail = {
            "files": [report.file for report in reports if not report.refused],
            "refused": [report.file for report in reports if report.refused],
            "applied": sum(report.applied for report in reports),
            "rejected": sum(report.rejected + report.unknown for report in reports),
        }
        append_log(self.connection, at=self.at, actor=self.actor, action="take_back", detail=detail)

    def _keep_return(self, book: FilledWorkbook, report: ReturnReport) -> int | None:
        row = (
            self.import_id, book.name, book.digest, report.manager_id, report.version,
            report.rows_in, report.applied, report.unchanged, report.rejected, report.unknown,
        )  # fmt: skip
        return self.connection.execute(
            "INSERT INTO returns (import_id, file_name, file_digest, manager_id, version,"
            " rows_in, applied, unchanged, rejected, unknown)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        ).lastrowid

    def _keep_contact(
        self,
        return_id: int | None,
        manager_id: str,
        named: Mapping[str, Value],
        values: Mapping[str, Value],
    ) -> None:
        row = {
            "return_id": return_id,
            "manager_id": manager_id,
            **{part: named.get(part) or "" for part in CONTACT_KEY},
            **{field.name: _stored(values[field.name]) for field in CONTACT_FIELDS},
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self.connection.execute(
            f"INSERT INTO referrals ({names}) VALUES ({marks})",  # noqa: S608
            tuple(row.values()),
        )


def next_import(connection: sqlite3.Connection, at: str, actor: str) -> ImportCall:
    """Return a call of `take_back` that has kept nothing yet."""
    row = connection.execute("SELECT coalesce(max(import_id), 0) + 1 FROM imports").fetchone()
    return ImportCall(connection, row[0], at, actor)


def is_known(connection: sqlite3.Connection, digest: str) -> bool:
    """Return whether a file with these bytes was taken back before."""
    query = "SELECT 1 FROM returns WHERE file_digest = ?"
    return connection.execute(query, (digest,)).fetchone() is not None


def issued_to(
    connection: sqlite3.Connection, version: int, manager_id: str
) -> dict[str, IssuedTouch]:
    """Return the touches that a version issued to a manager, by their number."""
    rows = connection.execute(
        "SELECT candidate_id, date, customer_id, channel FROM issued_touches"
        " WHERE version = ? AND manager_id = ?",
        (version, manager_id),
    )
    return {key: IssuedTouch(date.fromisoformat(day), *rest) for key, day, *rest in rows}


def known_results(connection: sqlite3.Connection, manager_id: str) -> dict[str, Known]:
    """Return what is known of a manager's touches, by their number.

    What his latest workbook holds was before his eyes in it, so it counts as said there.
    """
    latest = _latest_return(connection, manager_id)
    seen = issued_to(connection, latest, manager_id)
    fields = [field.name for field in FILLED_FIELDS]
    rows = connection.execute(
        f"SELECT candidate_id, version, {', '.join(fields)} FROM outcomes"  # noqa: S608
        " WHERE candidate_id IN (SELECT candidate_id FROM issued_touches WHERE manager_id = ?)"
        " ORDER BY version, return_id",
        (manager_id,),
    )
    return {
        key: Known(
            max(version, latest) if key in seen else version,
            {name: _day(name, v) for name, v in zip(fields, values, strict=True)},
        )
        for key, version, *values in rows
    }


def known_contacts(connection: sqlite3.Connection, manager_id: str) -> dict[str, Known]:
    """Return what is known of a manager's new contacts, by name and phone."""
    fields = [field.name for field in CONTACT_FIELDS]
    rows = connection.execute(
        f"SELECT customer_name, phone, version, {', '.join(fields)}"  # noqa: S608
        " FROM referrals JOIN returns USING (return_id, manager_id)"
        " WHERE manager_id = ? ORDER BY version, return_id",
        (manager_id,),
    )
    latest = _latest_return(connection, manager_id)
    return {
        f"{name} {phone}": Known(max(version, latest), dict(zip(fields, values, strict=True)))
        for name, phone, version, *values in rows
    }


def _latest_return(connection: sqlite3.Connection, manager_id: str) -> int:
    """Return the latest version of which a workbook of this manager came back, 0 for none."""
    query = "SELECT coalesce(max(version), 0) FROM returns WHERE manager_id = ?"
    return int(connection.execute(query, (manager_id,)).fetchone()[0])


def _day(name: str, value: Value) -> Value:
    return date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value


def _stored(value: Value) -> str | float | int | None:
    return value.isoformat() if isinstance(value, date) else value
