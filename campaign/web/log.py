"""Who did what with people's data, one line each, chained so that an edited line is seen.

HOME/log.jsonl   when, who, from which machine, what, of which job, how many; never a name or a
                 number of a customer
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

FILE = "log.jsonl"
_one_at_a_time = threading.Lock()


def note(home: Path, action: str, detail: Mapping[str, Any]) -> None:
    """Add a line to the log of a home.

    Args:
        home: Folder of the jobs.
        action: login, login_refused, upload, plan, replan, download, print, take_back, undo, unmask, forget
            or purge.
        detail: Job, counts and file digests; nothing personal.
    """
    path = home / FILE
    with _one_at_a_time:
        lines = _lines(path)
        previous = json.loads(lines[-1])["digest"] if lines else ""
        entry = {
            "at": datetime.now().isoformat(timespec="seconds"),
            "actor": _actor(),
            "from": _address(),
            "action": action,
            "detail": dict(detail),
            "previous": previous,
        }
        entry["digest"] = _digest(entry)
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(path, flags, 0o600), "a", encoding="utf-8") as file:
            file.write(line + "\n")


def broken_line(home: Path) -> int | None:
    """Return the number of the first line that was edited or taken out, None if none was."""
    previous = ""
    for number, line in enumerate(_lines(home / FILE), start=1):
        try:
            entry = json.loads(line)
            digest = entry.pop("digest")
        except (ValueError, KeyError):
            return number
        if entry["previous"] != previous or _digest(entry) != digest:
            return number
        previous = digest
    return None


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _digest(entry: Mapping[str, Any]) -> str:
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _address() -> str:
    """Return the machine that asks; empty for a command."""
    from flask import has_request_context, request

    return (request.remote_addr or "") if has_request_context() else ""


def _actor() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such name on this machine
        return ""
