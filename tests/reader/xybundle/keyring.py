# SPDX-License-Identifier: GPL-3.0-or-later
"""Keyrings (section 5)."""
from .base import Cursor, Refused, hash16
from .envelope import is_signed
from .wire import at_most, device, short_text

CERTIFY, BOX, RECOVERY, BLOCK, LIFT, PUBLISHER = 1, 2, 3, 4, 5, 6
SUSPECT = 5
LAST_DAY = (1 << 31) - 1
CONTEXT = b'xiangyi key record 1\0'


def take_days(cursor):
    at_most(cursor.varint(), LAST_DAY)
    at_most(cursor.varint(), LAST_DAY)


def take_body(record, cursor):
    """What later records are judged by; unknown types are passed over."""
    kind = record['type']
    if kind == CERTIFY:
        record['device'] = device(cursor)
        take_days(cursor)
    elif kind == BOX:
        cursor.take(40)
        take_days(cursor)
    elif kind == RECOVERY:
        cursor.take(32)
    elif kind == BLOCK:
        record['subject'] = cursor.take(8)
        first, last = cursor.varint(), cursor.varint()
        record['why'] = cursor.u8()
        short_text(cursor, 127)
        if not 1 <= record['why'] <= SUSPECT or not first or (last and last < first):
            raise Refused('an impossible block')
    elif kind == LIFT:
        record['lifted'] = cursor.varint()
    elif kind == PUBLISHER:
        cursor.take(40)
        short_text(cursor, 127)
    elif kind == 0:
        raise Refused('a record without a type')
    else:
        return
    cursor.end()


def take_record(data):
    cursor = Cursor(data)
    record = {'number': cursor.varint(), 'wall': cursor.zigzag(), 'issuer': cursor.take(8), 'before': cursor.take(16),
              'type': cursor.u8(), 'digest': hash16(data)}
    body = cursor.text()
    at_most(len(body), 512)
    record['signed'], record['signature'] = data[:cursor.at], cursor.take(64)
    cursor.end()
    take_body(record, Cursor(body))
    return record


def parse(data):
    """The records; no bytes are no records."""
    records, last = [], 0
    if not data:
        return records
    at_most(len(data), 1 << 20)
    cursor = Cursor(data)
    for _ in range(at_most(cursor.varint(), 4096)):
        record = take_record(cursor.text())
        if record['number'] <= last:
            raise Refused('numbers of records do not ascend')
        last = record['number']
        records.append(record)
    cursor.end()
    return records


def is_ended(records, device_id):
    lifted = {record['lifted'] for record in records if record['type'] == LIFT}
    return any(record['type'] == BLOCK and record['why'] != SUSPECT and record['subject'] == device_id
               and record['number'] not in lifted for record in records)


def is_of_line(owner, other):
    return (other['level'], other['region']) == (owner['level'], owner['region'])


def member(records, device_id):
    """The key of a member of the line by these records, or None."""
    for record in records:
        if (record['type'] == CERTIFY and record['device']['id'] == device_id
                and is_of_line(records[0]['device'], record['device'])):
            return None if is_ended(records, device_id) else record['device']
    return None


def is_proved(records):
    if not records:
        return True
    first = records[0]
    if first['type'] != CERTIFY or first['device']['id'] != first['issuer'] or first['device']['level'] == 0:
        return False
    owner, before = first['device'], bytes(16)
    for i, record in enumerate(records):
        issuer = member(records[:i], record['issuer']) if i else owner
        if record['before'] != before or not issuer or not is_signed(record['signature'], CONTEXT, record['signed'],
                                                                     issuer['sign_pk']):
            return False
        if record['type'] == CERTIFY and not is_of_line(owner, record['device']) and not (
                record['device']['level'] < owner['level'] and record['device']['region'].startswith(owner['region'])):
            return False
        before = record['digest']
    return True
