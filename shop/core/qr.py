"""QR codes (ISO/IEC 18004) as squares to draw: bytes, error correction M, versions 1 to 10, up to 213 bytes.

Of the symbol's features only what a text needs that a phone reads from a screen; the mask is always the first, which
scanners read as well as the one with the fewest penalties.
"""

from __future__ import annotations

from collections.abc import Iterator

# Version: error-correction bytes of each block, and how many data bytes its blocks have (table 9 of the standard, M).
BLOCKS = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32,) * 2),
    5: (24, (43,) * 2),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38, 38, 39, 39)),
    9: (22, (36, 36, 36, 37, 37)),
    10: (26, (43, 43, 43, 43, 44)),
}
ALIGNED = {1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34)} | {
    7: (6, 22, 38),
    8: (6, 24, 42),
    9: (6, 26, 46),
    10: (6, 28, 50),
}
FORMAT_M_0 = 0b101010000010010  # correction M, mask 0, with its own check bits
LONG_COUNT = 10  # from this version on the length has two bytes
VERSION_SHOWN = 7  # from this version on it is written beside the finders

_EXP = [1]
for _ in range(254):
    _EXP.append(_EXP[-1] << 1 ^ (0x11D if _EXP[-1] & 0x80 else 0))
_LOG = {value: power for power, value in enumerate(_EXP)}

Grid = list[list[bool | None]]  # None is not decided yet


def squares(text: str) -> list[list[bool]]:
    """Rows from the top; True is dark. Without the quiet zone, four squares wide. Raises ValueError for a long text."""
    data = text.encode()
    version = next((each for each, (_ec, sizes) in BLOCKS.items() if len(data) + _head(each) <= sum(sizes)), None)
    if version is None:
        raise ValueError(f"{len(data)} bytes are too long")
    size = 17 + 4 * version
    grid: Grid = [[None] * size for _ in range(size)]
    _draw_patterns(grid, version)
    bits = _bits(_interleaved(_padded(data, version), version))
    for row, column in _path(size):
        if grid[row][column] is None:
            grid[row][column] = next(bits, False) ^ ((row + column) % 2 == 0)
    return [[bool(square) for square in row] for row in grid]


def path(text: str) -> tuple[int, str]:
    """The side of the square with its quiet zone, and the path of an SVG that draws what is dark in it."""
    rows = squares(text)
    dark = (f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, square in enumerate(row) if square)
    return len(rows) + 8, "".join(dark)


def _head(version: int) -> int:
    """Bytes that mode, length and end take, rounded up."""
    return 3 if version >= LONG_COUNT else 2


def _padded(data: bytes, version: int) -> list[int]:
    room = sum(BLOCKS[version][1])
    count = 16 if version >= LONG_COUNT else 8
    bits = f"0100{len(data):0{count}b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    bits = bits[: room * 8].ljust(-(-len(bits[: room * 8]) // 8) * 8, "0")
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    return words + [(0xEC, 0x11)[at % 2] for at in range(room - len(words))]


def _interleaved(words: list[int], version: int) -> list[int]:
    check, sizes = BLOCKS[version]
    blocks, at = [], 0
    for size in sizes:
        blocks.append(words[at : at + size])
        at += size
    checks = [_remainder(block, check) for block in blocks]
    data = [block[place] for place in range(max(sizes)) for block in blocks if place < len(block)]
    return data + [block[place] for place in range(check) for block in checks]


def _remainder(block: list[int], count: int) -> list[int]:
    """Reed and Solomon's check bytes."""
    generator = [1]
    for power in range(count):
        longer = [*generator, 0]
        for place, factor in enumerate(generator):
            longer[place + 1] ^= _times(factor, _EXP[power])
        generator = longer
    rest = block + [0] * count
    for place in range(len(block)):
        factor = rest[place]
        for offset, by in enumerate(generator):
            rest[place + offset] ^= _times(factor, by)
    return rest[-count:]


def _times(a: int, b: int) -> int:
    return _EXP[(_LOG[a] + _LOG[b]) % 255] if a and b else 0


def _bits(words: list[int]) -> Iterator[bool]:
    for word in words:
        for place in range(7, -1, -1):
            yield bool(word >> place & 1)


def _path(size: int) -> Iterator[tuple[int, int]]:
    """Every square in the order in which data is laid: two columns at a time, up and down, from the right."""
    upwards = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):  # the column of the timing pattern is skipped
        for row in range(size - 1, -1, -1) if upwards else range(size):
            yield row, right
            yield row, right - 1
        upwards = not upwards


def _draw_patterns(grid: Grid, version: int) -> None:
    size = len(grid)
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for row in range(max(0, top - 1), min(size, top + 8)):
            for column in range(max(0, left - 1), min(size, left + 8)):
                far = max(abs(row - top - 3), abs(column - left - 3))
                grid[row][column] = far in (0, 1, 3)
    for row in ALIGNED[version]:
        for column in ALIGNED[version]:
            if grid[row][column] is None:
                for y in range(-2, 3):
                    for x in range(-2, 3):
                        grid[row + y][column + x] = max(abs(y), abs(x)) != 1
    for at in range(8, size - 8):
        grid[6][at] = grid[at][6] = at % 2 == 0
    _draw_format(grid)
    if version >= VERSION_SHOWN:
        _draw_version(grid, version)


def _draw_format(grid: Grid) -> None:
    size = len(grid)
    corner = [(8, at) for at in (0, 1, 2, 3, 4, 5, 7, 8)] + [(at, 8) for at in (7, 5, 4, 3, 2, 1, 0)]
    apart = [(size - 1 - at, 8) for at in range(7)] + [(8, size - 8 + at) for at in range(8)]
    for places in (corner, apart):
        for at, (row, column) in enumerate(places):
            grid[row][column] = bool(FORMAT_M_0 >> 14 - at & 1)
    grid[size - 8][8] = True


def _draw_version(grid: Grid, version: int) -> None:
    rest = version << 12
    for place in range(5, -1, -1):
        if rest >> 12 + place & 1:
            rest ^= 0x1F25 << place
    bits, size = version << 12 | rest, len(grid)
    for at in range(18):
        row, column = at // 3, size - 11 + at % 3
        grid[row][column] = grid[column][row] = bool(bits >> at & 1)
