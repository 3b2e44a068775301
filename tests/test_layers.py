"""Imports point one way, nothing heavy stands at the top of a door, and the rooms are pure."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.source_code import Import, imports_of, modules

# From the bottom up; a module may import from its own line and from those above it.
LAYERS = (
    {"vocabulary", "errors", "resources", "findings", "collector", "beside"},
    {"settings", "festival"},
    {"book"},
    {"growth"},
    {"plan"},
    {"learn"},
    {"progress"},
    {"render"},
    {
        "request",
        "reading",
        "estimates",
        "workflow",
        "trials",
        "backtests",
        "loop",
        "publish",
        "replan",
    },
    {
        "cli",
        "cli_options",
        "cli_types",
        "commands",
        "web",
        "tell",
        "tell_season",
        "tell_trials",
        "__main__",
    },
)
SYNTHETIC_MAY = {"synthetic", "vocabulary", "errors", "resources", "settings", "festival"}
SYNTHETIC_FOR = {"synthetic", "commands", "web", "workflow"}
HEAVY = {"flask", "highspy", "jinja2", "numpy", "openpyxl", "pandas", "scipy", "xlsxwriter"}
LIGHT = {
    "beside",
    "collector",
    "vocabulary",
    "errors",
    "settings",
    "festival",
    "resources",
    "findings",
}.union(*LAYERS[-2:])
PURE = {"growth", "plan", "learn"}
UNCLEAN_IMPORTS = set(
    [
        "logging",
        "os",
        "pathlib",
        "random",
        "requests",
        "shutil",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "tempfile",
        "time",
        "urllib",
    ]
)
UNCLEAN_CALLS = set(
    [
        "open",
        "print",
        "input",
        "now",
        "today",
        "utcnow",
        "perf_counter",
        "write_text",
        "write_bytes",
        "read_text",
        "to_csv",
        "to_excel",
        "to_pickle",
    ]
)

ROOMS = sorted({name.split(".")[1] for name in modules() if "." in name})
OURS = sorted(modules())


def room(name: str) -> str:
    """Return the room that a module of ours lies in; empty for `campaign` itself."""
    return name.split(".")[1] if "." in name else ""


def own_imports(name: str) -> list[Import]:
    return [found for found in imports_of(name) if found.name.split(".")[0] == "campaign"]


def height(name: str) -> int:
    return next(number for number, rooms in enumerate(LAYERS) if room(name) in rooms)


def test_every_room_has_its_layer():
    assert set(ROOMS) <= set().union(*LAYERS, {"synthetic"})


@pytest.mark.parametrize("name", [name for name in OURS if room(name) not in {"", "synthetic"}])
def test_imports_point_down(name):
    """Those for type checking too: they are arrows in the reader's mind."""
    own = [found.name for found in own_imports(name)]
    wrong = [
        target
        for target in own
        if room(target) not in {"", "synthetic"} and height(target) > height(name)
    ]
    assert wrong == []
    if room(name) not in SYNTHETIC_FOR:
        assert [target for target in own if room(target) == "synthetic"] == []


def test_made_up_banks_know_nothing_of_the_answers():
    wrong = {
        (name, found.name)
        for name in OURS
        if room(name) == "synthetic"
        for found in own_imports(name)
        if room(found.name) not in SYNTHETIC_MAY | {""}
    }
    assert wrong == set()


def test_no_import_cycles():
    """Imports inside functions count; those for type checking do not run."""
    graph = {
        name: {found.name for found in own_imports(name) if not found.typing_only} for name in OURS
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("name", [name for name in OURS if room(name) in LIGHT | {""}])
def test_doors_and_ground_floor_import_nothing_heavy_at_the_top(name):
    allowed = {"flask"} if room(name) == "web" else set()
    at_top = {
        found.name.split(".")[0]
        for found in imports_of(name)
        if not found.lazy and not found.typing_only
    }
    assert at_top & (HEAVY - allowed) == set()


@pytest.mark.parametrize("name", [name for name in OURS if room(name) in PURE])
def test_calculations_touch_no_file_no_clock_no_screen(name):
    imported = {found.name.split(".")[0] for found in imports_of(name) if not found.typing_only}
    assert imported & UNCLEAN_IMPORTS == set()
    called = {_called(node) for node in ast.walk(modules()[name]) if isinstance(node, ast.Call)}
    assert called & UNCLEAN_CALLS == set()


@pytest.mark.parametrize("name", OURS)
def test_randomness_has_a_seed(name):
    """`numpy.random` is used through a seeded `default_rng`, `random` through `Random(seed)`."""
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Call) and _called(node) in {"default_rng", "Random"}:
            assert node.args or node.keywords, f"line {node.lineno}: no seed"
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in NUMPY_RANDOM:
            assert node.attr in SEEDED, f"line {node.lineno}: numpy.random.{node.attr}"
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "random":
            assert node.attr == "Random", f"line {node.lineno}: random.{node.attr}"


NUMPY_RANDOM = {"np.random", "numpy.random"}
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox"}


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
