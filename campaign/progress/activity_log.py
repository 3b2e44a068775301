"""Who did what: an append-only log, each line chained to the one before by its digest."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any


def append_log(
    connection: sqlite3.Connection, *, at: str, actor: str, action: str, detail: dict[str, Any]
) -> None:
    """Add a line to the log, chained to the line before by its digest."""
    last = connection.execute("SELECT entry, digest FROM log_end").fetchone()
    entry, previous = (last[0] + 1, last[1]) if last else (1, "")
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    digest = _line_digest(entry, at, actor, action, text, previous)
    connection.execute(
        "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)",
        (entry, at, actor, action, text, previous, digest),
    )


def broken_log_entry(connection: sqlite3.Connection) -> int | None:
    """Return the first log entry that was tampered with or cut off, or None."""
    previous, expected = "", 0
    rows = connection.execute(
        "SELECT entry, at, actor, action, detail, previous, digest FROM log ORDER BY entry"
    )
    for expected, row in enumerate(rows, start=1):
        entry, at, actor, action, detail, chained, digest = row
        intact = entry == expected and chained == previous
        if not intact or digest != _line_digest(entry, at, actor, action, detail, previous):
            return int(expected)
        previous = digest
    end = connection.execute("SELECT entry, digest FROM log_end").fetchone()
    return None if end is None or end == (expected, previous) else expected + 1


def last_entry(connection: sqlite3.Connection) -> int:
    """Return the number of the log's last line, 0 for none; whoever writes adds one."""
    return int(connection.execute("SELECT coalesce(max(entry), 0) FROM log").fetchone()[0])


def _line_digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
