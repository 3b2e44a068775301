"""A new version takes the place of the old one whole: written aside, kept, then moved in.

The files of a version made anew are written into a hidden folder first. The version counts
from the moment the store holds it; the files are then moved to their places, those of the
version before into 旧版. A run that is killed leaves the old version, or a new one whose
files are moved in by the next command.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from campaign.workflow import store_of

ASIDE = ".campaign-version-"
LIST_NAME = ".files"
OLD_VERSIONS = "旧版"
WORKBOOKS = "行动方案"


def new_aside(folder: Path, version: int) -> Path:
    """Return an empty hidden folder in which the files of a version may be written."""
    from campaign.render.files import make_folder

    aside = folder / f"{ASIDE}{version}"
    if aside.exists():
        shutil.rmtree(aside)
    make_folder(aside)
    return aside


def seal(aside: Path) -> None:
    """Write down which files a version has, before it is kept."""
    from campaign.render.files import write_atomically

    names = sorted(
        path.relative_to(aside).as_posix() for path in aside.rglob("*") if path.is_file()
    )
    write_atomically(aside / LIST_NAME, "\n".join(names).encode())


def settle(folder: Path) -> None:
    """Move in the files of a version that was kept, and remove those of one that was not.

    Call it before anything is done with a campaign folder, and after a version was kept.

    Raises:
        StoreError: The folder holds no campaign, or its store cannot be used.
        OutputBlocked: A file cannot be moved to its place.
    """
    found = sorted(folder.glob(f"{ASIDE}*"))
    if not found:
        return
    from campaign.progress.records import version_in_force
    from campaign.progress.store import opened

    with opened(store_of(folder)) as connection:
        latest = version_in_force(connection).version
    for aside in found:
        version = aside.name.removeprefix(ASIDE)
        if version.isdigit() and int(version) <= latest and (aside / LIST_NAME).is_file():
            _move_in(aside, folder, int(version))
        shutil.rmtree(aside)


def _move_in(aside: Path, folder: Path, version: int) -> None:
    from campaign.render.files import move_whole

    names = (aside / LIST_NAME).read_text(encoding="utf-8").split("\n")
    archive = folder / OLD_VERSIONS / f"第{version - 1}版"
    for name in names:
        fresh, place, old = aside / name, folder / name, archive / name
        if not fresh.is_file():  # moved before the run was killed
            continue
        if place.is_file() and not old.exists():
            move_whole(place, old)
        move_whole(fresh, place)
    ours = set(names)
    for book in sorted((folder / WORKBOOKS).rglob("*.xlsx")):
        name = book.relative_to(folder).as_posix()
        if name not in ours and not book.name.startswith("~$"):
            move_whole(book, archive / name)
