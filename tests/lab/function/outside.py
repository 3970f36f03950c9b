"""One function in a public subnet, at the desk of a lab: writes what its invocation answered, as JSON."""

from __future__ import annotations

import json
import sys

from tests.lab.function.desk import SERVICES, Desk


def main() -> None:
    desk = Desk()
    desk.create("outside")
    desk.ready("outside")
    json.dump(desk.invoke("outside", "dial", hosts=SERVICES), sys.stdout)


if __name__ == "__main__":
    main()
