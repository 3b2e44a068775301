"""The templates of printed pages: no page escapes less, forgives more or is laid out otherwise."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from campaign.resources import resource_folder

SHARED = "briefing"


@cache
def page_templates(*folders: str) -> Environment:
    """Return the templates of these folders of `templates/`, then those that all pages share.

    Every value is escaped, and a name that a page does not have is an error.

    Example:
        >>> page_templates("review").get_template("week.html").name
        'week.html'
        >>> page_templates().get_template("style.css").name
        'style.css'
    """
    templates = resource_folder("templates")
    return Environment(
        loader=FileSystemLoader([templates / folder for folder in (*folders, SHARED)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
