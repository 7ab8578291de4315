"""What it costs to read a common feed in a process of its own, against reading it here.

    python tests/bench/parsing_apart.py [ROUNDS]

Both ways are tried in turn on the same 200 KB, warm; what is printed is the median of each and their ratio.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from digestly.feeds.parse import parse
from digestly.parsing.apart import apart

NOTES = "<p>We talk about boats &amp; tides with <a href='https://harbour.example/'>Mina</a>.</p> " * 16
ITEM = (
    "<item><title>Episode {n}: what the tide brings in</title><guid isPermaLink='false'>harbour-{n}</guid>"
    "<link>https://harbour.example/{n}</link><pubDate>Mon, 05 Jan 2026 06:00:00 GMT</pubDate>"
    "<enclosure url='https://harbour.example/{n}.mp3' type='audio/mpeg' length='31415926'/>"
    "<itunes:duration>31:20</itunes:duration>"
    "<podcast:transcript url='https://harbour.example/{n}.vtt' type='text/vtt'/>"
    "<description><![CDATA[{notes}]]></description></item>"
)
HEAD = (
    "<rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
    "xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel><title>Harbour Talk</title>"
)


def main(rounds: int) -> None:
    items = "".join(ITEM.format(n=number, notes=NOTES) for number in range(110))
    feed = f"{HEAD}{items}</channel></rss>".encode()
    cold = milliseconds(lambda: apart(parse, feed))
    ways: dict[str, Callable[[], object]] = {"here": lambda: parse(feed), "apart": lambda: apart(parse, feed)}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(milliseconds(way))
    here, away = (statistics.median(taken[name]) for name in ways)
    print(f"{len(feed) / 1000:.0f} KB, {rounds} rounds, milliseconds (median)")
    print(
        f"here {here:.2f}, apart {away:.2f}, ratio {away / here:.2f}; the first, with its start: {cold:.0f}"
    )


def milliseconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
