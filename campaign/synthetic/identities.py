"""Identity numbers, credit codes and phones: valid in form, belonging to nobody.

Region codes begin with 49, a province number that GB/T 2260 never gave to any province,
so no identity card and no licence can carry them. Phone numbers begin with 160, 161, 163
or 164, which were not in use for public mobile service when this was written (2026-11).
"""

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.str_]
Ints = NDArray[np.int64]

REGION = "490123"
PHONE_PREFIXES = np.array(["160", "161", "163", "164"])
CREDIT_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
ID_CHECKS = np.array(list("10X98765432"))
CREDIT_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
ENTITY_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
ENTITY_CHECKS = np.array(list("0123456789X"))
# Odd and free of common factors with 10: counting in such steps never repeats below 10^8.
PHONE_STEP = 61_803_399
CREDIT_STEP = 47_310_053
BIRTHDAYS, BIRTHDAY_STEP = 14_000, 7_919


def birthdays(order: Ints) -> NDArray[np.datetime64]:
    """Return a birthday from 1962 to 2000 for each person, spread evenly."""
    days = np.asarray(order, dtype=np.int64) * BIRTHDAY_STEP % BIRTHDAYS
    return np.datetime64("1962-01-01", "D") + days.astype("timedelta64[D]")


def identity_numbers(order: Ints, is_male: NDArray[np.bool_]) -> Texts:
    """Return 18-digit identity numbers (GB 11643) of the made-up region.

    Numbers of different `order` below seven million differ.

    Example:
        >>> str(identity_numbers(np.array([5]), np.array([True]))[0])
        '490123199309300899'
    """
    born = birthdays(order)
    place_in_day = order // BIRTHDAYS + born.astype(np.int64) * 37
    serial = place_in_day % 499 * 2 + is_male.astype(np.int64)
    days = np.char.replace(born.astype("U10"), "-", "")
    body = np.char.add(np.char.add(REGION, days), np.char.zfill(serial.astype("U3"), 3))
    return np.char.add(body, ID_CHECKS[(_digits(body) * ID_WEIGHTS).sum(axis=1) % 11])


def credit_codes(kind: Texts, order: Ints) -> Texts:
    """Return unified credit codes (GB 32100) with valid inner and outer check digits.

    Args:
        kind: Leading two characters: 91 a company, 92 a sole trader, 93 a cooperative.
        order: A different whole number for each firm.

    Example:
        >>> str(credit_codes(np.array(["91"]), np.array([7]))[0])
        '91490123MABHJE565Q'
    """
    entity = np.char.add("MA", _six_symbols(order * CREDIT_STEP % len(CREDIT_SYMBOLS) ** 6))
    inner = ENTITY_CHECKS[-(_symbols(entity, 36) * ENTITY_WEIGHTS).sum(axis=1) % 11]
    body = np.char.add(np.char.add(np.char.add(kind, REGION), entity), inner)
    outer = -(_symbols(body, 31) * CREDIT_WEIGHTS).sum(axis=1) % 31
    return np.char.add(body, np.array(list(CREDIT_SYMBOLS))[outer])


def phones(order: Ints) -> Texts:
    """Return mobile numbers of the made-up pattern, different for different `order`.

    Example:
        >>> str(phones(np.array([3]))[0])
        '16485410197'
    """
    scattered = (order * PHONE_STEP) % 100_000_000
    return np.char.add(PHONE_PREFIXES[order % 4], np.char.zfill(scattered.astype("U8"), 8))


def _digits(texts: Texts) -> Ints:
    return texts.astype("U17").view("U1").reshape(len(texts), -1).astype(np.int64)


def _symbols(texts: Texts, base: int) -> Ints:
    alphabet = CREDIT_SYMBOLS if base == 31 else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    width = texts.dtype.itemsize // 4
    codes = np.ascontiguousarray(texts).view(np.uint32).reshape(len(texts), width)
    table = np.zeros(128, dtype=np.int64)
    for value, symbol in enumerate(alphabet):
        table[ord(symbol)] = value
    return table[codes]


def _six_symbols(numbers: Ints) -> Texts:
    symbols = np.array(list(CREDIT_SYMBOLS))
    powers = len(CREDIT_SYMBOLS) ** np.arange(5, -1, -1)
    columns = symbols[numbers[:, None] // powers % len(CREDIT_SYMBOLS)]
    return np.ascontiguousarray(columns).view("U6").ravel()
