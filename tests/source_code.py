"""The project's own source, parsed, for the tests that guard the house."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "campaign"


@dataclass(frozen=True)
class Import:
    """One import of a module: what it names, and when it happens.

    Attributes:
        name: Dotted name, the longest that is a module of ours, else as written.
        lazy: It stands inside a function.
        typing_only: It stands under `if TYPE_CHECKING`.
    """

    name: str
    lazy: bool
    typing_only: bool


def module_name(path: Path) -> str:
    """Return the dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Return every module of the package by dotted name, parsed."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def imports_of(name: str) -> tuple[Import, ...]:
    """Return the imports of one of our modules, in order."""
    return tuple(_imports(modules()[name], lazy=False, typing_only=False))


def committed_files() -> list[Path]:
    """Return the files that git holds or would hold; every file where there is no git."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listing.returncode:
        hidden = (".", "__pycache__", "build", "dist")
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file()
            and not any(p.startswith(hidden) for p in path.parts[len(ROOT.parts) :])
        ]
    return [path for line in listing.stdout.splitlines() if (path := ROOT / line).is_file()]


def _imports(node: ast.AST, *, lazy: bool, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, lazy, typing_only) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, "imports are absolute in this house"
            yield from (Import(name, lazy, typing_only) for name in _names(child))
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _imports(child, lazy=lazy, typing_only=True)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, lazy=lazy or function, typing_only=typing_only)


def _names(node: ast.ImportFrom) -> list[str]:
    full = [f"{node.module}.{alias.name}" for alias in node.names]
    return sorted({name if name in modules() else str(node.module) for name in full})
