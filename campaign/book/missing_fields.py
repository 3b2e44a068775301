"""Fields that no column has, and the columns left over that could be them: asked, not taken."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from campaign.book.aliases import role_aliases
from campaign.book.candidate import STAND_INS, Candidate, Target
from campaign.book.convert import HELPERS
from campaign.book.evidence import FITS, MOST, NEUTRAL, fit
from campaign.book.matching import LEFT_OUT, Matching, label_of
from campaign.book.meanings import meanings, names_somebody_else
from campaign.book.profile import Profile
from campaign.book.roles import LIKELY, by_values
from campaign.book.sheet_guess import SheetGuess
from campaign.findings import CELLS_SHOWN, Finding
from campaign.vocabulary import BOOK_TABLES, Severity

PERHAPS = 0.5
UNSURE = "没有把握，待确认"
LEAST_SPAN = 60
NAMED = 12
NEAREST = 3
SOMEBODY_ELSE = frozenset({"guarantor", "spouse"})
STANDS_IN = "别的列都不是，它最像"
MATURITY, START = Target("loans", "maturity_date"), Target("loans", "start_date")
_LEADS_TO_MATURITY = frozenset(
    {"maturity_date", "_maturity_original", "_maturity_extended", "_term"}
)


def ask_missing(work: Matching, profiles: Mapping[int, Profile]) -> None:
    """Ask for the unused columns that could be fields which no column has been taken for."""
    perhaps = [
        (column, found)
        for column in work.matches
        if (
            found := _perhaps(work, column)
            or _plainly(work, column, profiles[column])
            or _stands_in(work, column, profiles[column])
        )
    ]
    dates = [] if any(c.target == MATURITY for _, c in perhaps) else _dates_left(work, profiles)
    if dates:
        work.findings.append(_maturity_question(work, dates))
    perhaps = [(column, found) for column, found in perhaps if column not in dates]
    perhaps += _starts_left(work, profiles, {*dates, *(column for column, _ in perhaps)})
    if perhaps:
        work.findings.append(_question(work, perhaps))
    for column, found in perhaps:
        others = [c for c in work.options[column] if c.target != found.target]
        work.leave(column, UNSURE, [found, *others])


def _perhaps(work: Matching, column: int) -> Candidate | None:
    """Return what an unused column could be if nobody else is, or None."""
    match = work.matches[column]
    if match.target is not None or not match.unsure:
        return None
    best = next(iter(work.options.get(column, ())), None)
    if best is None or best.score < PERHAPS or best.foreign or best.target in work.taken:
        return None
    return best if best.target.used else None


def _plainly(work: Matching, column: int, values: Profile) -> Candidate | None:
    """Return the missing field whose words an unused column holds, though it is called otherwise."""
    match = work.matches[column]
    if match.target is None or match.target.used or match.target.field in HELPERS:
        return None
    found = next(iter(by_values(work.role, match.header, values)), None)
    return found if found is not None and found.target not in work.taken else None


def _stands_in(work: Matching, column: int, values: Profile) -> Candidate | None:
    """Return the missing field that a column known as another could do for: an 经手人 may manage."""
    match = work.matches[column]
    if match.target is None or match.target.used:
        return None
    if meanings(match.header.group + match.header.name) & SOMEBODY_ELSE:
        return None
    name = STAND_INS.get(match.target.field, "")
    if name not in BOOK_TABLES[work.role].columns or Target(work.role, name) in work.taken:
        return None
    if values.empty or fit(values, BOOK_TABLES[work.role].field(name)) < NEUTRAL:
        return None
    return Candidate(Target(work.role, name), PERHAPS, STANDS_IN)


def _question(work: Matching, perhaps: Sequence[tuple[int, Candidate]]) -> Finding:
    listed = "、".join(
        f"“{work.header(column)}”（{label_of(found.target)}）" for column, found in perhaps[:NAMED]
    )
    more = f"等 {len(perhaps)} 列" if len(perhaps) > NAMED else ""
    column, found = perhaps[0]
    message = (
        f"表“{work.sheet.name}”的列{listed}{more}没有把握，没有用，括号里是最可能的字段；若是，请在"
        f"配方里指定，如 {work.in_recipe(column, found.target)}。"
    )
    cells = work.cells([column for column, _ in perhaps[:CELLS_SHOWN]])
    return Finding("perhaps_column", Severity.WARNING, message, len(perhaps), cells)


def _dates_left(work: Matching, profiles: Mapping[int, Profile]) -> list[int]:
    """Return columns that could be the missing maturity: days, mostly after the start."""
    if work.role != "loans" or {target.field for target in work.taken} & _LEADS_TO_MATURITY:
        return []
    start = work.taken.get(Target("loans", "start_date"))
    after = profiles[start].middle_day if start is not None else None
    return [
        column
        for column, match in work.matches.items()
        if not (match.target and match.target.used)
        and match.proof != LEFT_OUT
        and profiles[column].date_share >= MOST
        and profiles[column].day_span >= LEAST_SPAN
        and (after is None or profiles[column].middle_day > after)
    ]


def _starts_left(
    work: Matching, profiles: Mapping[int, Profile], seen: Container[int]
) -> list[tuple[int, Candidate]]:
    """Return columns of days that nobody knows and that could be the missing start."""
    if work.role != "loans" or START in work.taken:
        return []
    due = work.taken.get(MATURITY)
    before = profiles[due].middle_day if due is not None else float("inf")
    return [
        (column, Candidate(START, PERHAPS, STANDS_IN))
        for column, match in work.matches.items()
        if match.target is None
        and match.unsure
        and column not in seen
        and profiles[column].date_share >= MOST
        and profiles[column].day_span >= LEAST_SPAN
        and profiles[column].middle_day < before
        and not names_somebody_else(match.header.group + match.header.name)
    ]


def _maturity_question(work: Matching, likely: Sequence[int]) -> Finding:
    message = (
        f"表“{work.sheet.name}”没有认出到期日期，列{work.headers(likely)}都是日期，可能就是；没有到期日期算不出"
        f"到期与续贷。若是，请在配方里 {work.in_recipe(likely[0], MATURITY)}。"
    )
    return Finding("maturity_not_found", Severity.WARNING, message, len(likely), work.cells(likely))


def nearest_headers(guess: SheetGuess, name: str) -> list[str]:
    """Return the headers that come closest to a field, best first, at most three.

    First those that say something of it, then those that say nothing known but stand above
    values of its kind: a column 剩下的 of amounts may be the balance.
    """
    aliases = role_aliases(guess.role)
    target = Target(guess.role, name)
    field = BOOK_TABLES[guess.role].field(name)
    near = []
    for column, values in guess.profiles.items():
        header, known = guess.found.headers[column], guess.options.get(column, [])
        said = [c.score for c in (*aliases.like(header), *known) if c.target == target]
        if said:
            near.append((-max(said), header.raw))
        elif not (known and known[0].score >= LIKELY) and fit(values, field) >= FITS:
            near.append((0.0, header.raw))
    return [raw for _, raw in sorted(near)[:NEAREST]]
