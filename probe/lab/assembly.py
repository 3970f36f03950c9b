"""The lab put together: AWS's state on one side, the kernel, the fronts and the name servers on the other.

Nothing is configured twice.  After every change AWS's state is read and compiled again before the change is
answered, so that a fix that somebody prints and runs takes effect at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from probe.lab import posts
from probe.lab.certificates import Certificates
from probe.lab.cloud import Cloud
from probe.lab.compile import Conditions, compile_state
from probe.lab.compile.conditions import Shut
from probe.lab.compile.hosts import with_hosts
from probe.lab.daemons import Daemons
from probe.lab.fargate import Fargate
from probe.lab.fargate.runtime import Runtime
from probe.lab.faults import Faults
from probe.lab.front import Front
from probe.lab.function import Functions
from probe.lab.kernel import Kernel
from probe.lab.names import Names, service_of_endpoint
from probe.lab.resolver import Resolver
from probe.lab.servers import Servers
from probe.lab.stage import WORKSHOP
from probe.lab.state import State
from probe.lab.survey import survey


class Lab:
    """A running lab.  As a context manager it ends the task processes that it started."""

    def __init__(self, region: str, runtime: Runtime, *, verbose: bool = False) -> None:
        for place in ("registry", "certificates", "tasks", "functions", "name-servers"):
            (WORKSHOP / place).mkdir()
        self.cloud = Cloud(region, workdir=WORKSHOP / "registry")
        self.certificates = Certificates(WORKSHOP / "certificates")
        self._kernel = Kernel()
        self._front = Front(self.cloud, self.certificates)
        self._resolver = Resolver(self.cloud)
        self._daemons = Daemons(WORKSHOP / "name-servers")
        self._servers = Servers()
        self._fargate = Fargate(
            self.cloud,
            ca=self.certificates.bundle,
            workdir=WORKSHOP / "tasks",
            verbose=verbose,
            runtime=runtime,
        )
        self._functions = Functions(self.cloud, ca=self.certificates.bundle, workdir=WORKSHOP / "functions")
        self._turn = threading.Lock()
        self._realise(State())

    def __enter__(self) -> Self:
        self._fargate.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fargate.__exit__(kind, error, trace)

    def hold(self) -> None:
        """From now on policies hold: routes and groups in the kernel, IAM in the API; services start."""
        self._fail_endpoints()
        self.refresh()
        self.cloud.after_change = self.refresh
        self.cloud.enforced = True
        self._functions.start()
        self._fargate.start_services()

    def _fail_endpoints(self) -> None:
        """Put endpoints into the states that the scenario asks for: no customer's call of EC2 does."""
        with self.cloud.lock:
            for endpoint in self.cloud.backend("ec2").vpc_end_points.values():
                service = service_of_endpoint(endpoint.service_name)
                if service is not None:
                    endpoint.state = self.cloud.faults.endpoints.get(service.suffix, endpoint.state)

    def settle(self, timeout: float) -> None:
        """Wait until every service's first task runs or has failed, at most ``timeout`` seconds."""
        self._fargate.settle(timeout)

    def refresh(self) -> None:
        """Read AWS's state and make the kernel and the servers what it says."""
        with self._turn:
            with self.cloud.lock:
                state = survey(self.cloud.backend("ec2"))
            self._realise(state)

    def _realise(self, surveyed: State) -> None:
        faults = self.cloud.faults
        state = with_hosts(surveyed, faults.hosts())
        self._kernel.apply(compile_state(state, self._conditions()))
        self._front.apply(posts.listeners(state))
        servers = tuple(posts.name_servers(state, faults))
        self._resolver.apply(one for one in servers if one.software is None)
        self._daemons.apply((one for one in servers if one.software), posts.upstreams(state))
        self._servers.apply(posts.servers(state, faults))

    def _conditions(self) -> Conditions:
        faults, names = self.cloud.faults, self.cloud.names
        shut = tuple(_shut(faults))
        blocks = ((_public(one, names), how) for one, how in shut)
        return Conditions(
            shut=shut,
            shut_blocks=tuple((block, how) for block, how in blocks if block),
            largest=faults.mtu_bytes,
            hosts=faults.hosts(),
        )


def _shut(faults: Faults) -> Iterator[tuple[str, Shut]]:
    ways: tuple[tuple[set[str], Shut], ...] = (
        (faults.blackholes, "drop"),
        (faults.refusals, "refuse"),
        (faults.resets, "reset"),
    )
    for services, how in ways:
        yield from ((one, how) for one in sorted(services))


def _public(suffix: str, names: Names) -> str | None:
    """The public address of a service; S3 has a whole block, since every bucket is a name of its own."""
    return names.s3_range(names.home) if suffix == "s3" else names.address(names.host(suffix, names.home))
