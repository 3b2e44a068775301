"""Finds the folders that ship with the program, in a wheel and in a checkout."""

from importlib.resources import files
from pathlib import Path


def resource_folder(name: str) -> Path:
    """Return the folder `templates` or `sample_books`; inside the package first.

    Raises:
        FileNotFoundError: Neither the package nor the checkout holds it.
    """
    package = Path(str(files("campaign")))
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no folder {name}/ in {package} or beside it")


def reference_file(name: str) -> Path:
    """Return a data file of `campaign/reference/`."""
    return Path(str(files("campaign"))) / "reference" / name
