# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices, manifests, certificates, receipts and packages (sections 1, 3 and 5)."""
import re
import zlib

from .base import Cursor, MASK, MAX_DEVICES, Refused, hash16, plain_text

MAX_RANGES, MAX_FORKS, MAX_NOTES = 64, 256, 500
MAX_TABLES, MAX_TABLE, MAX_PACKAGE = 400, 512 * 1024, 8 * 1024 * 1024


def at_most(value, limit):
    if value > limit:
        raise Refused('more than allowed')
    return value


def short_text(cursor, limit):
    value = cursor.text()
    if len(value) > limit or not plain_text(value):
        raise Refused('a text for people that is none')
    return value


def device(cursor):
    out = {'id': cursor.take(8), 'incarnation': cursor.take(8), 'sign_pk': cursor.take(32),
           'box_pk': cursor.take(32), 'level': cursor.u8()}
    out['region'], out['name'] = short_text(cursor, 19), short_text(cursor, 127)
    if out['level'] > 2 or not re.fullmatch(rb'[0-9]{4,12}', out['region']):
        raise Refused('an impossible level or region')
    if hash16(out['sign_pk'] + out['incarnation'])[:8] != out['id']:
        raise Refused('a device whose id is not its own')
    return out


def manifest(data):
    """What a newer minor version put behind it is passed over."""
    cursor = Cursor(data)
    out = {'kind': cursor.u8(), 'sender': cursor.take(8), 'recipient': cursor.take(8), 'bundle': cursor.take(16),
           'epoch': cursor.take(8), 'wall': cursor.zigzag(), 'devices': []}
    for _ in range(at_most(cursor.varint(), MAX_DEVICES)):
        flags = cursor.u8()
        if flags > 1:
            raise Refused('unknown flags of a device')
        row = device(cursor) if flags else {'id': cursor.take(8), 'level': None}
        row['covered'] = cursor.varint()
        out['devices'].append(row)
    out['believed_epoch'], out['believed_serial'] = cursor.take(8), cursor.varint()
    return out


def certificate(data):
    cursor = Cursor(data)
    return device(cursor), device(cursor)


def receipt_device(cursor):
    out = {'id': cursor.take(8), 'prefix': cursor.varint(), 'highest': cursor.varint()}
    if out['highest'] < out['prefix']:
        raise Refused('a highest number below the prefix')
    out['head'] = cursor.take(32)
    out['ranges'], last = [], out['prefix']
    for _ in range(at_most(cursor.varint(), MAX_RANGES)):
        step, length, hashed = cursor.varint(), cursor.varint(), cursor.take(16)
        if not step or last + step + length > MASK:
            raise Refused('impossible ranges')
        out['ranges'].append((last + step, last + step + length, hashed))
        last += step + length
    out['more'] = at_most(cursor.u8(), 1)
    out['forks'] = [(cursor.varint(), cursor.take(16)) for _ in range(at_most(cursor.varint(), MAX_FORKS))]
    if any(a[0] > b[0] for a, b in zip(out['forks'], out['forks'][1:])):
        raise Refused('forks out of order')
    return out


def receipt(data):
    """What a newer minor version put behind it is passed over."""
    cursor = Cursor(data)
    out = {'epoch': cursor.take(8), 'serial': cursor.varint(), 'wall': cursor.zigzag(), 'offset': cursor.zigzag()}
    out['devices'] = [receipt_device(cursor) for _ in range(at_most(cursor.varint(), MAX_DEVICES))]
    out['quarantined'], out['waiting'], out['notes'] = cursor.varint(), cursor.varint(), []
    for _ in range(at_most(cursor.varint(), MAX_NOTES)):
        number = cursor.varint()
        if number >= len(out['devices']):
            raise Refused('a note on an unknown device')
        out['notes'].append((number, cursor.varint(), at_most(cursor.u8(), 1), short_text(cursor, 159)))
    for device in out['devices']:
        device['stable'] = at_most(cursor.varint(), device['prefix'])
    return out


def package(data):
    """The number, and (folder, name, bytes) of every table."""
    cursor = Cursor(data)
    number = cursor.varint()
    stream = zlib.decompressobj(-15)
    try:
        plain = stream.decompress(cursor.take(cursor.left()), MAX_PACKAGE + 1)
    except zlib.error as error:
        raise Refused('a stream is damaged') from error
    if not number or len(plain) > MAX_PACKAGE or not stream.eof or stream.unused_data:
        raise Refused('a malformed package')
    cursor, tables = Cursor(plain), []
    count = at_most(cursor.varint(), MAX_TABLES)
    for _ in range(count):
        folder, name, table = cursor.u8(), cursor.text(), cursor.text()
        if folder > 2 or not re.fullmatch(rb'[a-z0-9_]{1,60}', name) or len(table) > MAX_TABLE:
            raise Refused('a malformed table')
        tables.append((folder, name, table))
    cursor.end()
    if not count or len({table[:2] for table in tables}) != count:
        raise Refused('no table, or one twice')
    return number, tables


def roll(data):
    """Section 5, "Brought down": the root of the rows of a chunk that carries some of those that were sealed together."""
    cursor = Cursor(data)
    n = cursor.varint()
    if not 1 <= n <= 4000:
        raise Refused('a roll of a wrong size')
    marks = cursor.take((n + 7) // 8)
    digests = [cursor.take(16) for _ in range(n)]
    if cursor.left():
        raise Refused('bytes behind a roll')
    return hash16(b''.join(digest for i, digest in enumerate(digests) if marks[i // 8] >> i % 8 & 1))
