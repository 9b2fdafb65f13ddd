#!/usr/bin/env python3
"""Runs a program in a terminal of its own, presses keys, and draws the last screen as SVG: the pictures of the README are real runs.

    screenshot.py OUTPUT.svg SECONDS KEYS COMMAND…      KEYS are pressed one a second at the end; needs pyte (PyPI)
"""
import fcntl, os, pty, select, struct, sys, termios, time
from xml.sax.saxutils import escape

import pyte

COLUMNS, ROWS, CELL, LINE = 100, 24, 8.4, 18
COLOURS = {"green": "#7ec699", "red": "#f08080", "brown": "#e5c07b", "default": "#d8dee9"}


def run(seconds, keys, command):
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def watch(until):
        while time.monotonic() < until:
            if select.select([terminal], [], [], 0.1)[0]:
                stream.feed(os.read(terminal, 65536))

    watch(time.monotonic() + seconds)
    for key in keys:
        os.write(terminal, key.encode())
        watch(time.monotonic() + 1)
    # The screen as it is now: leaving would bring the old one back.
    picture = svg(screen)
    os.write(terminal, b"q")
    os.waitpid(child, 0)
    return picture


def svg(screen):
    width, height = COLUMNS * CELL + 24, ROWS * LINE + 24
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        'font-family="ui-monospace, DejaVu Sans Mono, Menlo, monospace" font-size="14">',
        '<rect width="100%" height="100%" rx="8" fill="#22272e"/>',
    ]
    for row in range(ROWS):
        y = 12 + (row + 1) * LINE - 4
        cells, column = screen.buffer[row], 0
        while column < COLUMNS:
            first, end = cells[column], column
            while end < COLUMNS and style(cells[end]) == style(first):
                end += 1
            text = "".join(cells[index].data for index in range(column, end))
            x, length = 12 + column * CELL, (end - column) * CELL
            if first.reverse:
                lines.append(f'<rect x="{x:.1f}" y="{y - LINE + 5}" width="{length:.1f}" height="{LINE}" fill="#3b4654"/>')
            if text.strip():
                weight = ' font-weight="bold"' if first.bold else ""
                lines.append(
                    f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}" xml:space="preserve" '
                    f'fill="{COLOURS.get(first.fg, COLOURS["default"])}"{weight}>{escape(text)}</text>')
            column = end
    return "\n".join(lines + ["</svg>", ""])


def style(cell):
    return cell.fg, cell.bold, cell.reverse


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    picture = run(float(sys.argv[2]), sys.argv[3], sys.argv[4:])
    with open(sys.argv[1], "w") as file:
        file.write(picture)
