#!/usr/bin/env python3
"""Prints count, p50, p99 and max (microseconds) of each tag of an interval log, read by another implementation.

Needs `pip install hdrhistogram`. Usage: check_hlog.py FILE.hlog
"""
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

HOUR = 3_600_000_000


def main(path):
    reader = HistogramLogReader(path, HdrHistogram(1, HOUR, 3))
    by_tag = {}
    while True:
        interval = reader.get_next_interval_histogram()
        if interval is None:
            break
        tag = interval.get_tag()
        by_tag.setdefault(tag, HdrHistogram(1, HOUR, 3)).add(interval)
    for tag in sorted(by_tag):
        total = by_tag[tag]
        p50, p99 = (total.get_value_at_percentile(p) for p in (50, 99))
        print(tag, total.get_total_count(), p50, p99, total.get_max_value(), sep="\t")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: check_hlog.py FILE.hlog")
    main(sys.argv[1])
