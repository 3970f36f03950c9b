"""One run against the large definition, and what CloudTrail remembers of the probe's own session.

Started by the lab: ``python tests/lab/counting.py --like-service ...``.  Writes one JSON object a line.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

import boto3

from tests.lab.large_scenario import REGIONS
from tests.lab.rehearsal import probed, told


def main() -> None:
    """The run, then the calls of its task by region and operation."""
    first = probed(*sys.argv[1:])
    told("first", first)
    tasks = [run["task"].rpartition("/")[2] for run in json.loads(first["stdout"])["runs"]]
    told("calls", {region: _calls(region, tasks) for region in REGIONS})


def _calls(region: str, sessions: list[str]) -> dict[str, int]:
    pages = boto3.client("cloudtrail", region_name=region).get_paginator("lookup_events").paginate()
    return Counter(
        event["EventName"] for page in pages for event in page["Events"] if event["Username"] in sessions
    )


if __name__ == "__main__":
    main()
