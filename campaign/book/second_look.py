"""A second look at a header whose words settle nothing: by its signs and its values together."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from campaign.book.aliases import CUSTOMERS_OWN, MANAGER_WORDS, RoleAliases
from campaign.book.candidate import Candidate, Target
from campaign.book.evidence import (
    DOUBTFUL,
    FITS,
    NEUTRAL,
    TELLING,
    UNLIKE,
    fit,
    fit_known,
    fit_unit,
    kind_of,
)
from campaign.book.header_text import HeaderText
from campaign.book.likelihood import Likelihood, Share, as_logarithm
from campaign.book.meanings import FOREIGN, MORE, lacks_core, meanings, weight
from campaign.book.profile import Profile
from campaign.vocabulary import BOOK_TABLES

# What values weigh beside signs: odds that a column of the field has such values.
ODDS = (
    (TELLING, 8.0),
    (FITS, 2.0),
    (NEUTRAL, 1.0),
    (DOUBTFUL, 0.3),
    (UNLIKE, 0.05),
)
# A field stands once in a sheet, nearly always.
TWICE, OF_ANOTHER = math.log(0.1), 0.8
SURE, LIKELY_UNUSED, WORTH_ASKING = 0.85, 0.6, 0.25
# What signs must say of a field themselves, as a natural logarithm.
SAID, SAID_PLAINLY = 1.5, 3.0
TAKEN, KNOWN, ASKED = 0.74, 0.73, 0.6
CLOSE = 0.061
LIKE, A_LITTLE = "表头用字与内容最像", "表头用字有些像"


def with_signs(
    aliases: RoleAliases,
    header: HeaderText,
    found: Profile,
    candidates: Sequence[Candidate],
    claimed: Collection[Target] = (),
) -> list[Candidate]:
    """Return candidates with those that signs and values speak for, best first.

    Args:
        aliases: What headers of the sheet's role are called.
        header: A header whose words settle nothing.
        found: Its values.
        candidates: What its words may mean.
        claimed: Fields that other columns have by their very names.
    """
    if found.empty:
        return list(candidates)
    text = header.group + header.name
    likely = aliases.likelihood
    against = {t: _weighed(t, header, found) for t in likely.targets}
    for target in claimed:
        against[target] = against.get(target, 0.0) + TWICE
    shares = likely.shares(text, against)
    best = {
        c.target: replace(c, score=c.score * OF_ANOTHER) if c.target in claimed else c
        for c in candidates
    }
    for found_share in shares:
        target, made = found_share.target, _made(found_share, text, likely)
        if made is None:
            continue
        known = best.get(target)
        if known is None:
            best[target] = made
        elif known.score < made.score and not known.foreign:
            best[target] = replace(known, score=made.score, proof=f"{known.proof}，{made.proof}")
    return sorted(best.values(), key=lambda c: (-c.score, c.order, c.target.field))


def tie_broken(
    aliases: RoleAliases,
    header: HeaderText,
    found: Profile,
    candidates: Sequence[Candidate],
) -> list[Candidate]:
    """Return candidates with the better of two that words leave equal put first by its signs."""
    first = candidates[0]
    rivals = [c for c in candidates if c.score >= first.score - CLOSE]
    if len(rivals) < 2 or first.exact or not any(c.target.used for c in rivals):
        return list(candidates)
    text = header.group + header.name
    likely = aliases.likelihood
    against = {t: _weighed(t, header, found) for t in likely.targets}
    said = {s.target: s for s in likely.shares(text, against)}
    odds = {c.target: said[c.target].share for c in rivals if c.target in said}
    best = max(odds, key=lambda target: odds[target], default=None)
    if best is None or odds[best] < SURE * sum(odds.values()) or said[best].said < SAID_PLAINLY:
        return list(candidates)
    score = first.score + CLOSE
    put = [replace(c, score=score) if c.target == best else c for c in candidates]
    return sorted(put, key=lambda c: (-c.score, c.order, c.target.field))


def _weighed(target: Target, header: HeaderText, found: Profile) -> float:
    if target.used:
        field = BOOK_TABLES[target.table].field(target.field)
        evidence, unit = fit(found, field), fit_unit(header.unit, field.unit)
    else:
        evidence = fit_known(found, target.field)
        unit = fit_unit(header.unit, kind_of(target.field))
    return as_logarithm(min(evidence, unit) if unit == UNLIKE else evidence, ODDS)


def _made(found: Share, text: str, likely: Likelihood) -> Candidate | None:
    """Return what signs make of a header, or None where they say too little."""
    target, share = found.target, found.share
    if share < WORTH_ASKING or found.said < SAID:
        return None
    if not target.used:
        return Candidate(target, KNOWN, LIKE) if share >= LIKELY_UNUSED else None
    if target.field in CUSTOMERS_OWN and any(word in text for word in MANAGER_WORDS):
        return None  # the manager's phone is not the customer's
    strange = max(map(weight, likely.strange_words(text, target)), default=0.0)
    if strange >= FOREIGN:
        return None
    if lacks_core(meanings(text), target.field):
        return None
    if share >= SURE and found.said >= SAID_PLAINLY and strange < MORE and likely.knows(text):
        return Candidate(target, TAKEN, LIKE)
    return Candidate(target, ASKED, A_LITTLE)
