"""The lab's Lambda: functions in a VPC, from CreateFunction to the interface that lingers after deletion.

moto has no part in it.  ``actions`` answers calls, ``creating`` makes a function active, ``invoking`` runs it
in a ``sandbox`` in the network namespace of its interface, which ``network`` keeps.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from probe.lab.function import actions, creating, invoking
from probe.lab.function.creating import Workshop
from probe.lab.function.functions import Function
from probe.lab.function.network import Network
from probe.lab.function.shelf import Shelf

if TYPE_CHECKING:
    from probe.lab.api.calls import Call
    from probe.lab.cloud import Cloud

PACE = 36.0
"""How many times faster than Lambda the lab is, unless the scenario says otherwise."""


class Functions:
    """Lambda for one cloud.

    ``ca`` is the file of the lab's certificate authority, ``workdir`` a directory for packages and for
    invocations.  Functions stay Pending until ``start`` says that the world holds.
    """

    def __init__(self, cloud: Cloud, *, ca: Path, workdir: Path) -> None:
        self._open = threading.Event()
        shelf = Shelf(lambda name: f"arn:aws:lambda:{cloud.region}:{cloud.account}:function:{name}")
        network = Network(cloud, self._pace)
        self._cloud = cloud
        self._workshop = Workshop(
            cloud=cloud,
            shelf=shelf,
            network=network,
            workdir=workdir / "packages",
            pace=self._pace,
            wait=self._open.wait,
        )
        floor = invoking.Floor(cloud=cloud, shelf=shelf, workdir=workdir / "invocations", authorities=ca)
        cloud.handlers.update(actions.lacks())
        cloud.handlers.update(
            actions.handlers(cloud, shelf, self._create, lambda call: invoking.invoke(floor, call))
        )
        cloud.handlers.update([actions.deletion(shelf, network)])

    def start(self) -> None:
        """Say that the world holds: functions get their interfaces.  Returns at once."""
        self._open.set()

    def _pace(self) -> float:
        return self._cloud.faults.pace_factor or PACE

    def _create(self, call: Call) -> Function:
        function = creating.create(self._workshop, call)
        threading.Thread(target=creating.finish, args=(self._workshop, function.name), daemon=True).start()
        return function
