import re

import numpy as np
import pytest

from campaign.synthetic.identities import (
    BIRTHDAYS,
    PHONE_PREFIXES,
    REGION,
    credit_codes,
    identity_numbers,
    phones,
)

ORDER = np.arange(2_000)


def identity_check(body: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return "10X98765432"[total % 11]


def credit_check(body: str) -> str:
    symbols = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(symbols.index(symbol) * 3**place for place, symbol in enumerate(body))
    return symbols[(31 - total % 31) % 31]


def entity_check(body: str) -> str:
    symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = [3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(symbols.index(s) * weight for s, weight in zip(body, weights, strict=True))
    return "0123456789X"[(11 - total % 11) % 11]


@pytest.mark.parametrize(
    ("whole", "check"),
    [
        ("11010519491231002X", identity_check),  # the example of GB 11643-1999
        ("91350100M000100Y43", credit_check),  # an example used with GB 32100-2015
    ],
)
def test_the_checks_of_this_test_agree_with_published_numbers(whole, check):
    assert check(whole[:17]) == whole[17]


def test_identity_numbers_have_valid_check_digits():
    numbers = identity_numbers(ORDER, ORDER % 2 == 0)

    assert all(identity_check(number[:17]) == number[17] for number in numbers)


def test_identity_numbers_tell_men_by_an_odd_serial():
    numbers = identity_numbers(np.array([7, 8]), np.array([True, False]))

    assert [int(number[16]) % 2 for number in numbers] == [1, 0]


def test_identity_numbers_stay_different_for_a_million_people():
    # Only people born on one day could share a number: all of the million, for some days.
    born_together = np.arange(0, 1_000_000, BIRTHDAYS)
    orders = (np.arange(0, BIRTHDAYS, 97)[:, None] + born_together).ravel()
    numbers = identity_numbers(orders, np.ones(len(orders), dtype=bool))

    assert len(np.unique(numbers)) == len(orders)


def test_credit_codes_have_valid_inner_and_outer_check_digits():
    codes = credit_codes(np.full(len(ORDER), "92"), ORDER)

    assert all(credit_check(code[:17]) == code[17] for code in codes)
    assert all(entity_check(code[8:16]) == code[16] for code in codes)


def test_no_number_names_a_region_that_exists():
    assert REGION.startswith("49")
    assert all(code[2:8] == REGION for code in credit_codes(np.full(9, "91"), ORDER[:9]))
    assert all(number[:6] == REGION for number in identity_numbers(ORDER[:9], ORDER[:9] > 4))


def test_phones_have_the_form_of_mobiles_and_the_made_up_prefixes():
    numbers = phones(ORDER)

    assert all(re.fullmatch(r"1[3-9]\d{9}", number) for number in numbers)
    assert {number[:3] for number in numbers} == set(PHONE_PREFIXES)
    assert len(set(numbers)) == len(ORDER)
