"""What a plan was made from: which files, unchanged, under which settings; never a password."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from campaign.errors import BookUnreadable, StoreError, reason_of
from campaign.progress.store import opened, writing
from campaign.vocabulary import RequestFile

CHUNK = 1 << 20
FIELDS = ("as_of", "start", "end", "target", "unit", "recipe", "settings")


@dataclass(frozen=True)
class KeptFile:
    """One file that a plan rests on.

    Attributes:
        role: What it was given as.
        path: Where it lay, absolute.
        digest: sha256 over its bytes.
    """

    role: RequestFile
    path: Path
    digest: str


@dataclass(frozen=True)
class KeptRequest:
    """What a plan was made from.

    Attributes:
        files: The files, in the order given.
        as_of, start, end, target, unit: What the user fixed, else None.
        recipe: The recipe as TOML; empty without one.
        settings: Values that differ from the defaults, by section and name.
    """

    files: tuple[KeptFile, ...]
    as_of: date | None = None
    start: date | None = None
    end: date | None = None
    target: float | None = None
    unit: str | None = None
    recipe: str = ""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def paths(self, role: RequestFile) -> tuple[Path, ...]:
        """Return where the files of a role lay, in the order given."""
        return tuple(file.path for file in self.files if file.role is role)


def kept_files(role: RequestFile, paths: Sequence[Path]) -> list[KeptFile]:
    """Return files as they are now."""
    return [KeptFile(role, path.absolute(), file_digest(path)) for path in paths]


def file_digest(path: Path) -> str:
    """Return sha256 over the bytes of a file.

    Raises:
        BookUnreadable: It cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(CHUNK):
                digest.update(part)
    except OSError as error:
        raise BookUnreadable(f"{path} 打不开（{reason_of(error)}）。") from error
    return digest.hexdigest()


def keep_request(store: Path, version: int, request: KeptRequest) -> None:
    """Keep what a recorded plan was made from; the same request twice changes nothing."""
    with opened(store) as connection, writing(connection):
        if _load(connection, version) != request:
            put_request(connection, version, request)


def put_request(connection: sqlite3.Connection, version: int, request: KeptRequest) -> None:
    """Keep what a plan was made from in place of what was kept; call it inside `writing`."""
    connection.execute("DELETE FROM requests WHERE version = ?", (version,))
    values = [_text(getattr(request, name)) for name in FIELDS[:3]]
    settings = json.dumps(request.settings, ensure_ascii=False, sort_keys=True)
    connection.execute(
        "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (version, *values, request.target, request.unit, request.recipe, settings),
    )
    connection.executemany(
        "INSERT INTO request_files VALUES (?, ?, ?, ?, ?)",
        [
            (version, place, file.role.value, str(file.path), file.digest)
            for place, file in enumerate(request.files)
        ],
    )


def kept_request(store: Path) -> KeptRequest:
    """Return what the latest plan of a store was made from.

    Raises:
        StoreError: It was not kept.
    """
    with opened(store) as connection:
        latest = connection.execute("SELECT max(version) FROM plan_versions").fetchone()[0]
        found = _load(connection, latest)
    if found is None:
        raise StoreError(
            f"{store.parent} 没有记下方案是由哪些台账做出的。",
            "请用 campaign plan 重做一次，或直接给出台账。",
        )
    return found


def refuse_changed(request: KeptRequest) -> None:
    """Refuse a request whose files are no longer what the plan was made from.

    Raises:
        StoreError: A file is gone, or its content has changed.
    """
    for file in request.files:
        if not file.path.is_file():
            raise StoreError(f"做方案时的{file.role.label} {file.path} 已不在原处，不能据此再算。")
        if file_digest(file.path) != file.digest:
            raise StoreError(
                f"{file.role.label} {file.path} 的内容与做方案时不同，不能据此再算。",
                "请放回原来的文件；要换新台账，请用 campaign plan 或 campaign replan --book。",
            )


def _load(connection: sqlite3.Connection, version: int | None) -> KeptRequest | None:
    row = connection.execute(
        f"SELECT {', '.join(FIELDS)} FROM requests WHERE version = ?",  # noqa: S608
        (version,),
    ).fetchone()
    if row is None:
        return None
    files = connection.execute(
        "SELECT role, path, digest FROM request_files WHERE version = ? ORDER BY place", (version,)
    )
    values = dict(zip(FIELDS, row, strict=True))
    days = {name: values[name] and date.fromisoformat(values[name]) for name in FIELDS[:3]}
    kept = tuple(KeptFile(RequestFile(role), Path(path), digest) for role, path, digest in files)
    return KeptRequest(kept, **{**values, **days, "settings": json.loads(values["settings"])})


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
