"""Prints pipeline/search/norm_table.c from this Python's Unicode data."""
import sys
import unicodedata as u

ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)


def pairs():
    """Canonical decompositions: character, first, second (0: a single one)."""
    for c in ALL:
        d = u.decomposition(chr(c))
        if d and not d.startswith('<') and c not in HANGUL:
            parts = [int(x, 16) for x in d.split()]
            yield c, parts[0], parts[1] if len(parts) > 1 else 0


def ranges(values):
    """(first, last, value) of neighbours with the same value other than 0."""
    out = []
    for c, v in values:
        if not v:
            continue
        if out and out[-1][1] == c - 1 and out[-1][2] == v:
            out[-1][1] = c
        else:
            out.append([c, c, v])
    return out


def stepped(values):
    """The same for lower case, where every second character may be meant."""
    out = []
    for c, v in values:
        if not v:
            continue
        if out and out[-1][2] == v and c - out[-1][1] in (1, 2) and \
                (out[-1][0] == out[-1][1] or c - out[-1][1] == out[-1][3]):
            out[-1][3] = c - out[-1][1]
            out[-1][1] = c
        else:
            out.append([c, c, v, 1])
    return out


def lower(c):
    low = chr(c).lower()
    return ord(low) - c if len(low) == 1 else 0


def rows(items):
    line = '   '
    for i in items:
        text = ' {' + ', '.join(i) + '},'
        if len(line) + len(text) > 88:
            yield line
            line = '   '
        line += text
    yield line


def table(kind, name, items):
    print(f'\nconst struct {kind} {name}[] = {{')
    print('\n'.join(rows(items)))
    print('};')
    print(f'const size_t {name}_n = OD_ARRAY_LEN({name});')


def main():
    h = '{:#x}'.format
    decompositions = list(pairs())
    first = [c for c in ALL if u.combining(chr(c))]
    compositions = sorted((a, b, c) for c, a, b in decompositions if b and
                          u.normalize('NFC', chr(c)) == chr(c))
    print(f'/* norm_table.c - Unicode {u.unidata_version}: made by '
          'tests/unit/search/norm_table.py. */')
    print('/* clang-format off */\n#include "search/norm_table.h"')
    table('od_norm_pair', 'od_norm_split', [(h(c), h(a), h(b)) for c, a, b in decompositions])
    table('od_norm_pair', 'od_norm_join', [(h(a), h(b), h(c)) for a, b, c in compositions])
    table('od_norm_range', 'od_norm_class',
          [(h(a), h(b), str(v), '1') for a, b, v in ranges((c, u.combining(chr(c))) for c in first)])
    table('od_norm_range', 'od_norm_lower',
          [(h(a), h(b), str(v), str(s)) for a, b, v, s in stepped((c, lower(c)) for c in ALL)])


sys.exit(main())
