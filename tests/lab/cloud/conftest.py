"""One cloud for all tests here: moto's state is the process's, so each test makes a VPC of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from probe.lab.certificates import Certificates
from probe.lab.cloud import Cloud
from probe.lab.faults import Faults
from probe.lab.front import Front
from probe.lab.resolver import Resolver
from tests.lab.cloud.loopback import Loopback
from tests.lab.cloud.networks import Network


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The lab's AWS, with policies in force; ``cloud.client`` is AWS's own hand and asks none."""
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    made = Cloud(workdir=tmp_path_factory.mktemp("registry"))
    made.enforced = True
    yield made
    made.registry.child.stop()


@pytest.fixture
def faults(cloud: Cloud) -> Iterator[Faults]:
    """The scenario's switches, all off again afterwards."""
    yield cloud.faults
    vars(cloud.faults).update(vars(Faults()))


@pytest.fixture
def network(cloud: Cloud) -> Network:
    """A VPC with three subnets and both DNS attributes."""
    return Network.made(cloud)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def loopback(certificates: Certificates) -> Loopback:
    return Loopback(certificates.bundle)


@pytest.fixture
def front(cloud: Cloud, certificates: Certificates, loopback: Loopback) -> Iterator[Front]:
    made = Front(cloud, certificates, loopback.open)
    yield made
    made.apply([])


@pytest.fixture
def resolver(cloud: Cloud, loopback: Loopback) -> Iterator[Resolver]:
    made = Resolver(cloud, loopback.open)
    yield made
    made.apply([])


@pytest.fixture
def refused() -> Callable[[Callable[..., Any]], tuple[str, str]]:
    """Calls something that AWS must refuse, and gives its code and message."""

    def code_of(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
        from botocore.exceptions import ClientError

        with pytest.raises(ClientError) as caught:
            call(**arguments)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    return code_of
