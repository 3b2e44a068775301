"""Answers remembered for a bank's files: kept with a job, then for every later upload.

HOME/recipes/<bank>.toml   what somebody answered for this bank's files
JOB/recipe.toml            the answers of a job
JOB/full_recipe.toml       the whole mapping that its plan was made with, to be taken away
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from campaign.errors import SettingsError

if TYPE_CHECKING:
    from campaign.book.recipe import Recipe

FOLDER = "recipes"
NAMELESS = "本行"


def recipe_path(home: Path, bank: str) -> Path:
    """Return where the answers for a bank's files lie."""
    from campaign.render.files import safe_name

    return home / FOLDER / safe_name(f"{bank or NAMELESS}.toml")


def remembered(home: Path, bank: str) -> Recipe:
    """Return what was answered for a bank's files; nothing where the file is damaged."""
    return _recipe(recipe_path(home, bank))


def remember(home: Path, bank: str, recipe: Recipe) -> None:
    """Add answers to those remembered for a bank."""
    from campaign.web.answers import merged

    path = recipe_path(home, bank)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    write(merged(remembered(home, bank), recipe), path)


def answers_of(folder: Path) -> Recipe:
    """Return the answers of a job, empty where there are none."""
    return _recipe(folder / "recipe.toml")


def write(recipe: Recipe, path: Path) -> None:
    """Keep a recipe, whole or not at all."""
    from campaign.book.recipe import recipe_toml
    from campaign.render.files import write_atomically

    write_atomically(path, recipe_toml(recipe).encode("utf-8"))


def _recipe(path: Path) -> Recipe:
    from campaign.book.recipe import NO_RECIPE, load_recipe

    if not path.is_file():
        return NO_RECIPE
    try:
        return load_recipe(path)
    except SettingsError:  # of another version: asked again
        return NO_RECIPE
