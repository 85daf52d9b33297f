#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say what bundles hold, in the words of tests/reader/dump.c, so that the two readers can be compared.

    read_bundle.py KEYS FILE...     print what the files hold, one behind the other, for a reader with these keys
    read_bundle.py --stream         read the keys and many files, each with what the other reader said of it, from
                                    standard input (tests/reader/random.c); print what differs

    read_bundle.py --golden FOLDER  whether the files of a folder hold what its "expected" says (tests/golden/README)

KEYS is a file with lines "box SECRET-KEY PUBLIC-KEY" (of the reader) and "sign DEVICE PUBLIC-KEY" in hexadecimal digits.
"""
import pathlib
import sys

sys.dont_write_bytecode = True

from xybundle import envelope, keyring, wire  # noqa: E402
from xybundle.base import Cursor, Refused, hash16  # noqa: E402
from xybundle.chunk import Chunk  # noqa: E402


class Keys:
    def __init__(self, text):
        self.box, self.sign = [], {}
        for line in text.split('\n'):
            words = line.split()
            if words and words[0] == 'box':
                self.box.append(bytes.fromhex(words[1]))
            elif words and words[0] == 'sign':
                self.sign[bytes.fromhex(words[1])] = bytes.fromhex(words[2])


class Store:
    """The entries that came with earlier parts, by device and number."""

    def __init__(self):
        self.digests = {}

    def find(self, device, seq):
        found = self.digests.get((device, seq), ())
        return next(iter(found)) if len(found) == 1 else None

    def add(self, chunk):
        for seq, digest in zip(chunk.seqs, chunk.digests):
            self.digests.setdefault((chunk.device, seq), set()).add(digest)


class Reader:
    def __init__(self, keys, store):
        self.keys, self.store, self.out = keys, store, []
        self.manifest, self.n_chunks, self.n_rows, self.n_rings, self.seen = None, 0, 0, 0, set()
        self.marked = None  # root of the rows that the roll before this chunk marks

    def say(self, fmt, *args):
        self.out.append(fmt % tuple(arg.hex() if isinstance(arg, bytes) else arg for arg in args))

    def unseal(self, env):
        for box_sk in self.keys.box:
            try:
                return env.unseal(box_sk)
            except Refused:
                continue
        raise Refused('sealed for another recipient')

    def read(self, data):
        env = envelope.Envelope(data)
        if env.sender not in self.keys.sign:
            raise Refused('a stranger')
        env.verify(self.keys.sign[env.sender])
        self.say('bundle kind %d part %d from %s to %s id %s recipients %d frames %d', env.kind, env.part, env.sender,
                 env.recipient, env.bundle, len(env.recipients), len(env.frames))
        for kind, section in env.sections(self.unseal(env)):
            self.section(env, kind, section)
        return '\n'.join(self.out) + '\n'

    def section(self, env, kind, data):
        if not self.manifest and kind != envelope.MANIFEST:
            raise Refused('no manifest in front')
        if kind not in (envelope.CHUNK, envelope.KEYRING, envelope.END, envelope.ROLL) and kind in self.seen:
            raise Refused('a section twice')
        self.seen.add(kind)
        if kind == envelope.MANIFEST:
            self.take_manifest(env, data)
        elif kind == envelope.CHUNK:
            self.take_chunk(data)
        elif kind == envelope.ROLL:
            self.marked = wire.roll(data)
        elif kind == envelope.CERTIFICATE:
            upper, own = wire.certificate(data)
            self.say('certificate of %s for %s name %s', upper['id'], own['id'], own['name'])
        elif kind == envelope.RECEIPT:
            self.take_receipt(wire.receipt(data))
        elif kind == envelope.KEYRING:
            self.take_keyring(keyring.parse(data))
        elif kind == envelope.SIGNATURE:
            self.say('signature %s', hash16(data))
        elif kind == envelope.PACKAGE:
            number, tables = wire.package(data)
            self.say('package %d tables %d', number, len(tables))
            for folder, name, table in tables:
                self.say('table %d %s %s', folder, name, hash16(table))
        else:
            self.take_end(env, data)

    def take_manifest(self, env, data):
        self.manifest = m = wire.manifest(data)
        if (m['kind'], m['sender'], m['recipient'], m['bundle']) != (env.kind, env.sender, env.recipient, env.bundle):
            raise Refused('signed anew')
        self.say('manifest epoch %s wall %d devices %d', m['epoch'], m['wall'], len(m['devices']))
        self.say('believes epoch %s serial %d', m['believed_epoch'], m['believed_serial'])
        for row in m['devices']:
            if row['level'] is None:
                self.say('device %s covered %d', row['id'], row['covered'])
            else:
                self.say('device %s covered %d level %d region %s name %s box %s', row['id'], row['covered'],
                         row['level'], row['region'], row['name'], row['box_pk'])

    def take_chunk(self, data):
        chunk = Chunk(data, [row['id'] for row in self.manifest['devices']], self.store.find)
        rows = chunk.rows()
        if self.marked not in (None, chunk.root):
            raise Refused('a roll that marks other rows')
        self.marked = None
        self.n_chunks += 1
        self.n_rows += len(rows)
        self.say('chunk of %s rows %d %s', chunk.device, len(rows), 'whole' if chunk.sure else 'unsure')
        if chunk.sure:
            self.store.add(chunk)
            for seq, digest in zip(chunk.seqs, chunk.digests):
                self.say('%d %s', seq, digest)

    def take_receipt(self, r):
        self.say('receipt epoch %s serial %d wall %d offset %d devices %d held %d %d', r['epoch'], r['serial'],
                 r['wall'], r['offset'], len(r['devices']), r['quarantined'], r['waiting'])
        for row in r['devices']:
            self.say('vector %s prefix %d highest %d head %s more %d', row['id'], row['prefix'], row['highest'],
                     row['head'], row['more'])
            for first, last, hashed in row['ranges']:
                self.say('range %d %d %s', first, last, hashed)
            for seq, digest in row['forks']:
                self.say('fork %d %s', seq, digest)
        for number, seq, waiting, reason in r['notes']:
            self.say('note %d %d %d %s', number, seq, waiting, reason)

    def take_keyring(self, records):
        self.say('keyring %d records %d %s', records[-1]['number'] if records else 0, len(records),
                 'proved' if keyring.is_proved(records) else 'unproved')
        for record in records:
            self.say('record %d %d %s %s', record['number'], record['type'], record['issuer'], record['digest'])
        self.n_rings += 1
        if self.n_rings > 2:
            raise Refused('too many keyrings')

    def take_end(self, env, data):
        if env.kind != 1:
            return self.say('end')
        cursor = Cursor(data)
        chunks, rows, last = cursor.varint(), cursor.varint(), cursor.u8()
        if chunks != self.n_chunks or rows != self.n_rows:
            raise Refused('not all that was announced')
        return self.say('end last %d', last)


def say_all(keys, store, data):
    try:
        return Reader(keys, store).read(data), None
    except Refused as error:
        return 'refused\n', str(error)


def read_stream(stream):
    """Pieces with their length in front: the keys, then file and dump, file and dump."""
    def piece():
        n = stream.read(4)
        return stream.read(int.from_bytes(n, 'big')) if len(n) == 4 else None

    keys, count, refused, unsure, differ = Keys(piece().decode()), 0, 0, 0, 0
    while (data := piece()) is not None:
        said, (text, why) = piece().decode(), say_all(keys, Store(), data)
        count += 1
        refused += text == 'refused\n'
        unsure += ' unsure\n' in text
        if text != said:
            differ += 1
            if differ <= 5:
                print('# file %d differs (%s)\n# one reader:\n%s\n# the other:\n%s' % (count, why, said, text))
                with open('differs-%d.xyb' % differ, 'wb') as out:
                    out.write(data)
    print('%d files, %d of them refused and %d not wholly resolved by both readers; %d differ' % (
        count, refused, unsure, differ))
    return 1 if differ or not count else 0


def read_golden(folder):
    keys, count, failed = Keys((folder / 'keys').read_text()), 0, 0
    for line in (folder / 'expected').read_text().splitlines():
        name, before, digest, verdict = line.split(' ', 3)
        store, said, why = Store(), '', None
        for one in ([] if before == '-' else [before]) + [name]:
            text, why = say_all(keys, store, (folder / (one + '.xyb')).read_bytes())
            said += text
        good = hash16(said.encode()).hex() == digest and bool(why) == (verdict != 'taken')
        count += 1
        failed += not good
        print('%sok %d - %s%s, by the second reader' % ('' if good else 'not ', count, name,
                                                         '' if before == '-' else ' after ' + before))
    print('1..%d' % count)
    return 1 if failed or not count else 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == '--golden':
        return read_golden(pathlib.Path(sys.argv[2]))
    if sys.argv[1:] == ['--stream']:
        return read_stream(sys.stdin.buffer)
    with open(sys.argv[1], encoding='ascii') as file:
        keys = Keys(file.read())
    store = Store()
    for path in sys.argv[2:]:
        with open(path, 'rb') as file:
            text, why = say_all(keys, store, file.read())
        sys.stdout.write(text)
        if why:
            print('%s: %s' % (path, why), file=sys.stderr)
    return 0


if __name__ == '__main__':
    sys.exit(main())
