"""Removes what the pages keep of people: uploads, plans, look-ups, remembered answers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import CampaignError, reason_of
from campaign.web.log import FILE as LOG
from campaign.web.log import note
from campaign.web.recipes import FOLDER

TEMPORARY = "campaign-"


@dataclass(frozen=True)
class Purged:
    """What was removed: plans with their uploads, files, bytes, remembered recipes."""

    jobs: int
    files: int
    size: int
    recipes: int


def purge(home: Path) -> Purged:
    """Remove every job of a home and the remembered answers; the log stays and says so.

    What is removed is overwritten first, so that its words are not left in free blocks
    where the disk writes in place; on an SSD only its encryption can promise that.

    Raises:
        CampaignError: The folder is no home of the pages, or a file is in use.
    """
    folders = [path.parent for path in sorted(home.glob("*/request.json"))]
    recipes = sorted((home / FOLDER).glob("*.toml"))
    if not folders and not recipes and not (home / LOG).is_file():
        raise CampaignError(
            f"{home} 里没有网页保存的方案。", "请用 --home 指定运行 campaign serve 时用的文件夹。"
        )
    files = [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    size = sum(path.stat().st_size for path in files)
    try:
        for path in (*files, *recipes):
            _overwrite(path)
        for folder in (*folders, home / FOLDER):
            if folder.exists():
                shutil.rmtree(folder)
    except OSError as error:
        raise CampaignError(
            f"有文件删不掉（{reason_of(error)}），其余已经清除。",
            "请关掉打开它的程序和 campaign serve，再运行一次。",
        ) from error
    found = Purged(len(folders), len(files), size, len(recipes))
    note(home, "purge", {"jobs": found.jobs, "files": found.files, "bytes": found.size})
    return found


def leftover_homes() -> list[Path]:
    """Return the temporary homes of programs that could not tidy up."""
    found = Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*")
    return sorted(path for path in found if any(path.glob("*/request.json")))


def purge_all(homes: Sequence[Path]) -> list[str]:
    """Purge homes and return what was removed, a sentence each.

    Raises:
        CampaignError: As `purge`.
    """
    lines = []
    for home in homes:
        found = purge(home)
        lines.append(
            f"{home}：清除 {found.jobs} 个方案，{found.files:,} 个文件，"
            f"{found.size / 1024 / 1024:,.1f} MB；记住的写法 {found.recipes} 份。操作日志保留。"
        )
    return lines


def _overwrite(path: Path) -> None:
    """Put zeros over a file; a link is only unlinked later."""
    if path.is_symlink():
        return
    left = path.stat().st_size
    path.chmod(0o600)
    with path.open("r+b") as file:
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))
