# SPDX-License-Identifier: GPL-3.0-or-later
"""Canonical entries (section 1)."""
from .base import (Cursor, MAX_BASES, MAX_ENTRY, MAX_FIELDS, Refused, put_text, put_varint, put_zigzag,
                   valid_text)

TEXT, RECORD, ROWS = 0, 1, 2


class Version:
    __slots__ = ('device', 'seq', 'digest')

    def __init__(self, device, seq, digest):
        self.device, self.seq, self.digest = device, seq, digest

    def put(self):
        return self.device + put_varint(self.seq) + self.digest


def take_version(cursor):
    version = Version(cursor.take(8), cursor.varint(), cursor.take(16))
    if not version.seq:
        raise Refused('a version has the number 0')
    return version


def check_rows(value):
    cursor = Cursor(value)
    for _ in range(cursor.varint()):
        last = 0
        for _ in range(cursor.varint()):
            tag, kind, cell = cursor.varint(), cursor.u8(), cursor.text()
            if tag <= last or tag > 0xFFFFFFFF:
                raise Refused('tags of a row do not ascend')
            last = tag
            check_value(kind, cell, False)
    cursor.end()


def check_value(kind, value, rows=True):
    if kind == TEXT and not valid_text(value):
        raise Refused('a text is no UTF-8')
    if kind == RECORD:
        cursor = Cursor(value)
        take_version(cursor)
        cursor.end()
    if kind == ROWS and rows:
        check_rows(value)


def check_extensions(value):
    cursor, last = Cursor(value), -1
    for _ in range(cursor.varint()):
        key = cursor.varint()
        if key <= last:
            raise Refused('extensions do not ascend')
        last = key
        cursor.text()
    cursor.end()


def put_ref(version):
    return b'\1' + version.put() if version else b'\0'


def put_field(tag, kind, value, bases):
    check_value(kind, value)
    if len(bases) > MAX_BASES:
        raise Refused('too many bases')
    out = put_varint(tag) + bytes([kind]) + (value if kind == RECORD else put_text(value))
    return out + put_varint(len(bases)) + b''.join(base.put() for base in bases)


def canonical(row):
    """The bytes of a row: device, seq, lamport, wall, operator, form, record, subject, fields, extensions."""
    if not valid_text(row['operator']) or len(row['fields']) > MAX_FIELDS:
        raise Refused('an entry is malformed')
    parts = [b'\1', row['device'], put_varint(row['seq']), put_varint(row['lamport']), put_zigzag(row['wall']),
             put_text(row['operator']), put_text(row['form']), put_ref(row['record']), put_ref(row['subject']),
             put_varint(len(row['fields']))]
    last = 0
    for tag, kind, value, bases in row['fields']:
        if tag <= last:
            raise Refused('tags do not ascend')
        last = tag
        parts.append(put_field(tag, kind, value, bases))
    if row['extensions']:
        check_extensions(row['extensions'])
    parts.append(row['extensions'] or b'\0')
    out = b''.join(parts)
    if len(out) > MAX_ENTRY:
        raise Refused('an entry is too large')
    return out
