"""A made-up county bank of any size: books to try the tool on, with a truth behind them."""

from __future__ import annotations

from pathlib import Path


def make_book(
    out: Path, loans: int, seed: int, *, with_truth: bool = False, managers: int | None = None
) -> list[Path]:
    """Write a bank's workbook, and beside it its ledger of a year before.

    Args:
        out: The workbook, by name or as a folder (then `book.xlsx` in it).
        loans: Notes in the ledger.
        seed: Same seed, same bytes.
        with_truth: Also write what the coming season holds, as CSV.
        managers: Relationship managers, by default from the loans.

    Returns:
        The files written: the book, `<stem>_<year before>.xlsx`, and `<stem>_truth.csv`.
    """
    from campaign.synthetic.bank import make_bank
    from campaign.synthetic.sheets import write_bank

    path = out if out.suffix.lower() == ".xlsx" else out / "book.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    bank = make_bank(loans, seed, managers)
    history = path.with_name(f"{path.stem}_{bank.before.year}.xlsx")
    truth = path.with_name(f"{path.stem}_truth.csv") if with_truth else None
    write_bank(bank, path, history_path=history, truth_path=truth)
    return [path, history] + ([truth] if truth else [])
