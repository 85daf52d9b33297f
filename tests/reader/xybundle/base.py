# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, texts and hashes (doc/bundle.md, the beginning), and the limits of section 7."""
import hashlib

MAX_ENTRY = 256 * 1024
MAX_FIELDS = 1024
MAX_BASES = 64
MAX_SECTION = 1638400
MAX_FILE = 64 * 1024 * 1024
MAX_RAW = 1536 * 1024
MAX_ROWS = 4000
MAX_COLUMNS = 8192
MAX_DEVICES = 4096
MAX_SEQ = (1 << 40) - 1
MASK = (1 << 64) - 1


class Refused(Exception):
    """The file is not what it should be; the text says why."""


def hash16(data):
    return hashlib.blake2b(data, digest_size=16).digest()


def hash32(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def signed(value):
    """A number modulo 2^64 as a signed one."""
    value &= MASK
    return value - (1 << 64) if value >> 63 else value


def put_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def put_zigzag(value):
    return put_varint(value << 1 if value >= 0 else (-value << 1) - 1)


def put_text(data):
    return put_varint(len(data)) + data


def valid_text(data):
    """UTF-8 without a NUL."""
    try:
        return '\0' not in data.decode('utf-8')
    except UnicodeDecodeError:
        return False


def plain_text(data):
    """Valid, and nothing that a terminal would not show as it stands."""
    if not valid_text(data):
        return False
    for char in data.decode('utf-8'):
        cp = ord(char)
        if (cp < 0x20 or 0x7F <= cp <= 0x9F or cp in (0x061C, 0x200E, 0x200F) or 0x2028 <= cp <= 0x202E
                or 0x2066 <= cp <= 0x2069):
            return False
    return True


class Cursor:
    """Takes things from the front of bytes."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def left(self):
        return len(self.data) - self.at

    def take(self, n):
        if n > len(self.data) - self.at:
            raise Refused('cut short')
        self.at += n
        return self.data[self.at - n:self.at]

    def u8(self):
        if self.at >= len(self.data):
            raise Refused('cut short')
        self.at += 1
        return self.data[self.at - 1]

    def u16(self):
        return int.from_bytes(self.take(2), 'big')

    def u32(self):
        return int.from_bytes(self.take(4), 'big')

    def varint(self):
        data, at, value, shift = self.data, self.at, 0, 0
        while True:
            if at >= len(data) or shift > 63:
                raise Refused('no number')
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
        if (shift and not byte) or value > MASK:
            raise Refused('a number that is not in its shortest form, or too large')
        self.at = at
        return value

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def text(self):
        return self.take(self.varint())

    def end(self):
        if self.left():
            raise Refused('bytes behind the end')
