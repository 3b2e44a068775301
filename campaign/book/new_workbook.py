"""A small workbook for a user to fill in or to edit, written to where he asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from campaign.errors import OutputBlocked, reason_of

MADE = datetime(2020, 1, 1)  # the same bytes every time


@contextmanager
def new_workbook(path: Path) -> Iterator[Any]:
    """Yield an XlsxWriter workbook that is written to a path at the end.

    Raises:
        OutputBlocked: The file cannot be written there.
    """
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": MADE})
    yield book
    try:
        book.close()
    except (OSError, FileCreateError) as error:
        cause = error if isinstance(error, OSError) else error.args[0]
        reason = reason_of(cause) if isinstance(cause, OSError) else str(cause)
        raise OutputBlocked(
            f"写不出 {path}：{reason}。", "请关掉 Excel 里打开的同名文件，或换一个位置。"
        ) from error
