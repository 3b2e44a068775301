"""What the commands share: the stage under way, and whose hand it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from campaign.estimates import Progress
    from campaign.loop import Hand


@contextmanager
def stages() -> Iterator[Progress]:
    """Show the stage under way on stderr; silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _stage: None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:
        yield lambda stage: status.update(f"{stage}…")


def hand() -> Hand:
    """Return who does something now, for the log of the campaign."""
    import getpass
    from datetime import datetime

    from campaign.loop import Hand

    return Hand(at=datetime.now().isoformat(timespec="seconds"), actor=getpass.getuser())
