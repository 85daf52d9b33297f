# SPDX-License-Identifier: GPL-3.0-or-later
"""Chunks (section 4): columns to canonical entries and their digests."""
import bisect
import pathlib
import re
import zlib

from .base import (Cursor, MASK, MAX_BASES, MAX_COLUMNS, MAX_RAW, MAX_ROWS, MAX_SEQ, Refused, hash16, plain_text,
                   put_text, put_varint)
from .columns import numbers, texts
from .entry import Version, canonical

SPLIT, DEFLATED, PRESET = 1, 2, 4
BITMAP, BASES = 1, 2
AS_TEXTS, AS_REFS, AS_ROWS = 0, 1, 2
ALL_FIELDS = MAX_RAW // 4
ALL_BASES = MAX_RAW // 25
ALL_CELLS = 4 * MAX_RAW
SOURCE = pathlib.Path(__file__).resolve().parents[3] / 'sync' / 'dictionary.c'


def load_dictionaries():
    """The preset dictionaries by the first bytes of their hash."""
    found = {}
    for body in re.findall(r'\{([0-9,\s]+)\}', SOURCE.read_text()):
        data = bytes(int(number) for number in body.replace(',', ' ').split())
        found[hash16(data)[:4]] = data
    return found


DICTIONARIES = load_dictionaries()


def inflate(data, raw_bytes, preset=b''):
    stream = zlib.decompressobj(-15, zdict=preset) if preset else zlib.decompressobj(-15)
    try:
        out = stream.decompress(data, raw_bytes + 1)
    except zlib.error as error:
        raise Refused('a stream is damaged') from error
    if len(out) != raw_bytes or not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise Refused('a stream of another length')
    return out


class Refs:
    """A column of references; version() gives the next one of a row."""

    def __init__(self, cursor, n, n_devices):
        codes = numbers(cursor, n)
        explicit = [code for code in codes if not 0 <= code < 3]
        if any(code < 0 or code >= 3 + 2 * n_devices for code in explicit):
            raise Refused('a reference to an unknown device')
        self.back = False
        if explicit:
            mode = cursor.u8()
            if mode > 1:
                raise Refused('an unknown mode of references')
            self.back = mode == 1
        self.codes = iter(codes)
        self.numbers = iter(numbers(cursor, len(explicit)))
        self.digests = iter([cursor.take(16) for code in explicit if (code - 3) & 1])

    def take(self, reader, own_seq, record, last_base):
        code = next(self.codes)
        if code == 0:
            return None
        if code < 3:
            same = record if code == 1 else last_base
            if not same:
                raise Refused('a reference to what is not there')
            return same
        number = next(self.numbers)
        seq = (own_seq - number if self.back else number) & MASK
        if not 1 <= seq <= MAX_SEQ:
            raise Refused('an impossible number')
        device = reader.devices[(code - 3) // 2]
        digest = next(self.digests) if (code - 3) & 1 else reader.find(device, seq, own_seq)
        return Version(device, seq, digest)


class Table:
    """A column of repeats; take() gives the bytes of the next one."""

    def __init__(self, reader, n):
        cursor = reader.block
        self.counts = iter(counts := numbers(cursor, n))
        if any(not 0 <= count <= MAX_RAW for count in counts) or sum(counts) > MAX_RAW:
            raise Refused('too many rows of repeats')
        rows, columns = sum(counts), cursor.varint()
        reader.n_cells += rows * columns
        if columns > MAX_COLUMNS or reader.n_cells > ALL_CELLS:
            raise Refused('too many cells of repeats')
        self.at, self.columns = 0, []
        for _ in range(columns):
            tag, kind, flag = cursor.varint(), cursor.u8(), cursor.u8()
            if tag > 0xFFFFFFFF or flag > 1:
                raise Refused('a malformed column of repeats')
            present = bitmap(cursor, rows) if flag else [True] * rows
            self.columns.append((put_varint(tag) + bytes([kind]), present, texts(cursor, sum(present))))

    def take(self, day):
        count = next(self.counts)
        out = [put_varint(count)]
        for row in range(self.at, self.at + count):
            there = [column for column in self.columns if column[1][row]]
            out.append(put_varint(len(there)))
            out += [head + put_text(cells.take(day)) for head, _, cells in there]
        self.at += count
        return b''.join(out)


def bitmap(cursor, n):
    data = cursor.take((n + 7) // 8)
    return [bool(data[i // 8] >> i % 8 & 1) for i in range(n)]


class Column:
    def __init__(self, tag, kind, flags):
        self.tag, self.kind, self.flags, self.layout = tag, kind, flags, flags >> 2
        self.last_counts = self.bases = None

    def open(self, reader, n_rows):
        cursor = reader.next_block()
        self.present = bitmap(cursor, n_rows) if self.flags & BITMAP else [True] * n_rows
        n = sum(self.present)
        reader.n_fields += n
        if reader.n_fields > ALL_FIELDS:
            raise Refused('too many fields')
        if self.layout == AS_TEXTS:
            self.values = texts(cursor, n)
        elif self.layout == AS_REFS:
            self.values = Refs(cursor, n, len(reader.devices))
        else:
            self.values = Table(reader, n)
        if self.flags & BASES:
            counts = numbers(cursor, n)
            reader.n_bases += sum(counts)
            if any(not 0 <= count <= MAX_BASES for count in counts) or reader.n_bases > ALL_BASES:
                raise Refused('too many bases')
            self.counts = iter(counts)
            self.bases = Refs(cursor, sum(counts), len(reader.devices))

    def value(self, reader, row, day):
        if self.layout != AS_REFS:
            return self.values.take(day)
        version = self.values.take(reader, row['seq'], row['record'], None)
        return version.put() if version else b''


class Group:
    def __init__(self, cursor):
        self.form = cursor.text()
        creates = cursor.u8()
        if not 1 <= len(self.form) <= 64 or not plain_text(self.form) or b'/' in self.form or creates > 1:
            raise Refused('a malformed group')
        self.creates, self.columns, self.n_rows, self.taken = creates == 1, [], 0, 0
        tag = 0
        n = cursor.varint()
        if n > MAX_COLUMNS:
            raise Refused('too many columns')
        for _ in range(n):
            tag += cursor.varint()
            kind, flags = cursor.u8(), cursor.u8()
            if tag > 0xFFFFFFFF or flags > 15 or flags >> 2 > AS_ROWS:
                raise Refused('a malformed column')
            self.columns.append(Column(tag, kind, flags))


class Chunk:
    """rows() gives the canonical bytes of all entries; afterwards `sure` says whether the root matched."""

    def __init__(self, payload, devices, resolve):
        """devices: ids of the manifest's table; resolve(device, seq): the digest in the reader's store or None."""
        self.devices, self.resolve = devices, resolve
        self.payload = Cursor(payload)
        self.n_fields = self.n_bases = self.n_cells = self.inflated = 0
        self.seqs, self.digests, self.unresolved, self.sure = [], [], False, False
        self.n, flags = self.payload.varint(), self.payload.u8()
        device = self.payload.varint()
        self.root = self.payload.take(16)
        if not 1 <= self.n <= MAX_ROWS or device >= len(devices) or flags > 7:
            raise Refused('a malformed chunk')
        if (flags & SPLIT and flags != SPLIT) or flags & 7 == PRESET:
            raise Refused('contradicting flags')
        self.device_number, self.device, self.split = device, devices[device], bool(flags & SPLIT)
        self.block = Cursor(b'')
        if not self.split:
            self.open_single(flags)
        self.open_heads()
        self.open_system()
        for group in self.groups:
            for column in group.columns:
                column.open(self, group.n_rows)
        self.block.end()
        self.payload.end()

    def add_block(self, stored, raw_bytes, deflated, preset=b''):
        self.inflated += raw_bytes
        if self.inflated > MAX_RAW:
            raise Refused('a chunk is too large')
        raw = inflate(stored, raw_bytes, preset) if deflated else stored
        if len(raw) != raw_bytes:
            raise Refused('a block of another length')
        self.block = Cursor(raw)

    def open_single(self, flags):
        preset = b''
        if flags & PRESET:
            preset = DICTIONARIES.get(self.payload.take(4))
            if not preset:
                raise Refused('an unknown dictionary')
        raw_bytes = self.payload.varint()
        self.add_block(self.payload.take(self.payload.left()), raw_bytes, flags & DEFLATED, preset)

    def next_block(self):
        if self.split:
            self.block.end()
            raw_bytes, stored = self.payload.varint(), self.payload.varint()
            self.add_block(self.payload.take(stored >> 1), raw_bytes, stored & 1)
        return self.block

    def open_heads(self):
        cursor = self.next_block()
        n = cursor.varint()
        if not 1 <= n <= self.n:
            raise Refused('an impossible number of groups')
        self.groups = [Group(cursor) for _ in range(n)]
        if sum(len(group.columns) for group in self.groups) > MAX_COLUMNS:
            raise Refused('too many columns')

    def steps(self, cursor):
        value = cursor.zigzag()
        out = [value]
        for step in numbers(cursor, self.n - 1):
            value = value + step + 1 & MASK
            out.append(value)
        return out

    def open_system(self):
        cursor = self.next_block()
        self.row_seqs = [value & MASK for value in self.steps(cursor)]
        self.lamports = [value & MASK for value in self.steps(cursor)]
        cursor = self.next_block()
        self.walls = [(value & MASK) - (1 << 64) if value & 1 << 63 else value & MASK for value in self.steps(cursor)]
        cursor = self.next_block()
        self.operators = texts(cursor, self.n)
        self.group_of = numbers(cursor, self.n)
        if min(self.group_of) < 0 or max(self.group_of) >= len(self.groups):
            raise Refused('an unknown group')
        for group in self.group_of:
            self.groups[group].n_rows += 1
        edits = sum(not self.groups[group].creates for group in self.group_of)
        self.records = Refs(cursor, edits, len(self.devices))
        self.subjects = Refs(cursor, self.n, len(self.devices))
        extended = cursor.u8()
        if extended > 1:
            raise Refused('a malformed block')
        self.extensions = texts(cursor, self.n) if extended else None

    def find(self, device, seq, own_seq):
        """A digest that was left out."""
        if device == self.device and seq < own_seq:
            low = bisect.bisect_left(self.seqs, seq)
            high = bisect.bisect_right(self.seqs, seq)
            if high - low == 1:
                return self.digests[low]
            if high - low > 1:
                self.unresolved = True
                return bytes(16)
        digest = self.resolve(device, seq)
        if digest is None:
            self.unresolved = True
            return bytes(16)
        return digest

    def fields(self, group, row, day):
        last_base, at = None, group.taken
        group.taken += 1
        for column in group.columns:
            if not column.present[at]:
                continue
            value, bases = column.value(self, row, day), []
            for _ in range(next(column.counts) if column.bases else 0):
                last_base = column.bases.take(self, row['seq'], row['record'], last_base)
                if not last_base:
                    raise Refused('a base that is none')
                bases.append(last_base)
            row['fields'].append((column.tag, column.kind, value, bases))

    def row(self, i):
        seq, day = self.row_seqs[i], (self.walls[i] + 8 * 3600) // 86400
        group = self.groups[self.group_of[i]]
        row = {'device': self.device, 'seq': seq, 'lamport': self.lamports[i], 'wall': self.walls[i],
               'form': group.form, 'record': None, 'fields': []}
        if not 1 <= seq <= MAX_SEQ or (i and seq < self.seqs[i - 1]):
            raise Refused('numbers do not ascend')
        row['operator'] = self.operators.take(day)
        row['extensions'] = self.extensions.take(day) if self.extensions else b''
        if not group.creates:
            row['record'] = self.records.take(self, seq, None, None)
            if not row['record']:
                raise Refused('a change of nothing')
        row['subject'] = self.subjects.take(self, seq, row['record'], None)
        self.fields(group, row, day)
        return canonical(row)

    def rows(self):
        total, out = 0, []
        for i in range(self.n):
            entry = self.row(i)
            total += len(entry)
            if total > MAX_RAW:
                raise Refused('the entries of a chunk are too large')
            self.digests.append(hash16(entry))
            self.seqs.append(self.row_seqs[i])
            out.append(entry)
        self.sure = not self.unresolved and hash16(b''.join(self.digests)) == self.root
        return out
