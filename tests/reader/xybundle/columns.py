# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns of numbers and texts (section 4, "Columns")."""
import datetime

from .base import MAX_RAW, Refused, signed

EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST_DAY, LAST_DAY = 1 - EPOCH, datetime.date.max.toordinal() - EPOCH
DAY_LIMIT = 4000000


def numbers(cursor, n):
    """A column of n signed numbers."""
    if not n:
        return []
    encoding = cursor.u8()
    if encoding == 0:
        return [cursor.zigzag()] * n
    if encoding == 1:
        base = cursor.zigzag()
        return [signed(base + byte) for byte in cursor.take(n)]
    if encoding == 2:
        return [cursor.zigzag() for _ in range(n)]
    if encoding == 3:
        value, out = 0, []
        for _ in range(n):
            value = signed(value + cursor.zigzag())
            out.append(value)
        return out
    if encoding == 4:
        base = cursor.zigzag()
        both = cursor.take(2 * n)
        return [signed(base + (both[i] << 8 | both[n + i])) for i in range(n)]
    raise Refused('an unknown encoding of numbers')


def decimal(value, scale, keep):
    """value / 10^scale with all digits of the fraction, or without the zeros at its end."""
    digits = str(abs(value)).rjust(scale + 1, '0')
    whole, fraction = digits[:len(digits) - scale], digits[len(digits) - scale:]
    if not keep:
        fraction = fraction.rstrip('0')
    return (('-' if value < 0 else '') + whole + ('.' + fraction if fraction else '')).encode()


def date(day):
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused('a day that has no date')
    return datetime.date.fromordinal(day + EPOCH).isoformat().encode()


class Texts:
    """A column of texts; take() gives the next one for a row of that local day."""

    def __init__(self, values, relative=False):
        self.values = iter(values)
        self.relative = relative

    def take(self, day):
        value = next(self.values)
        if not self.relative:
            return value
        if abs(day) > DAY_LIMIT or abs(value) > 2 * DAY_LIMIT:
            raise Refused('a day that has no date')
        return date(day + value)


def capped(values):
    if sum(len(value) for value in values) > MAX_RAW:
        raise Refused('a column is too large')
    return values


def dictionary(cursor, n):
    count = cursor.varint()
    if not 1 <= count <= n:
        raise Refused('a dictionary of impossible size')
    words = [cursor.text() for _ in range(count)]
    indexes = numbers(cursor, n)
    if min(indexes) < 0 or max(indexes) >= count:
        raise Refused('a number past the dictionary')
    return capped([words[i] for i in indexes])


def raw(cursor, n):
    lengths = numbers(cursor, n)
    if min(lengths) < 0 or sum(lengths) > MAX_RAW:
        raise Refused('impossible lengths')
    return [cursor.take(length) for length in lengths]


def texts(cursor, n):
    """A column of n texts."""
    if not n:
        return Texts([])
    encoding = cursor.u8()
    if encoding == 0:
        value = cursor.text()
        if len(value) * n > MAX_RAW:
            raise Refused('a column is too large')
        return Texts([value] * n)
    if encoding == 1:
        return Texts([b'%d' % value for value in numbers(cursor, n)])
    if encoding in (2, 3):
        scale = cursor.u8()
        if not 1 <= scale <= 9:
            raise Refused('an impossible scale')
        return Texts([decimal(value, scale, encoding == 2) for value in numbers(cursor, n)])
    if encoding == 4:
        return Texts([date(day) for day in numbers(cursor, n)])
    if encoding == 5:
        return Texts(numbers(cursor, n), True)
    if encoding == 6:
        return Texts(dictionary(cursor, n))
    if encoding == 7:
        return Texts(raw(cursor, n))
    raise Refused('an unknown encoding of texts')
