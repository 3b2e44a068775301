"""Writes the briefings: one page for the bank and one for each branch, ready to print.

Each is a single HTML file without script or network. What a template may use is one frozen
class of `pages`; a template computes nothing.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from campaign.plan.campaign_plan import CampaignPlan
from campaign.render.briefing.bank import bank_page
from campaign.render.briefing.bank_pages import BankPage
from campaign.render.briefing.branch import branch_page
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.pages import BranchPage
from campaign.render.drawing import Drawing
from campaign.render.files import unique_names, write_atomically
from campaign.render.masking import Masker
from campaign.render.page_templates import page_templates

__all__ = ["BANK", "BRANCH", "fill", "picture", "render_page", "write_briefings"]

INDEX = "index"
BANK, BRANCH = "bank.html", "branch.html"


def write_briefings(plan: CampaignPlan, folder: Path) -> list[Path]:
    """Write index.html and one page a branch into `folder`; return their paths, index first.

    Raises:
        OutputBlocked: A file cannot be written there.
    """
    facts = Facts(plan, Masker(plan.settings.output.masked))
    branches = [str(row["branch"]) for row in facts.branches]
    files = dict(zip(branches, unique_names([INDEX, *branches])[1:], strict=True))
    links = {branch: quote(f"{name}.html") for branch, name in files.items()}
    pages: list[tuple[str, BankPage | BranchPage]] = [(INDEX, bank_page(facts, links))]
    pages += [(files[str(row["branch"])], branch_page(facts, row)) for row in facts.branches]
    return [
        write_atomically(folder / f"{name}.html", render_page(page).encode("utf-8"))
        for name, page in pages
    ]


def render_page(page: BankPage | BranchPage) -> str:
    """Return a page as HTML."""
    return fill(BANK if isinstance(page, BankPage) else BRANCH, page)


def fill(template: str, page: object) -> str:
    """Return a template of `templates/briefing` with a page put in."""
    return page_templates().get_template(template).render(page=page)


def picture(drawing: Drawing) -> str:
    """Return a picture as SVG, as a page shows it."""
    module = page_templates().get_template("drawing.html").module
    return str(module.picture(drawing))  # type: ignore[attr-defined]
