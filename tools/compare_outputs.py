"""Are two campaign folders the same to the byte? `python tools/compare_outputs.py BEFORE AFTER`.

For work that must change no output: plan the same book before and after it, then compare. The
store is left out, for it keeps when and where it was made. Exit code 1 where a file differs.
"""

import hashlib
import sys
from pathlib import Path

LEFT_OUT = {"campaign.db"}


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a campaign folder, by its path inside."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in LEFT_OUT
    }


def main(before: str, after: str) -> int:
    """Print each file that differs or stands on one side only, and how many are the same."""
    old, new = digests(Path(before)), digests(Path(after))
    different = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    for name in different:
        print(name)
    print(f"{len({*old, *new}) - len(different)} files the same, {len(different)} not")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
