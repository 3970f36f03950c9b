"""The session: what a command finds in the operator's seat, and what is left when it is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.processes import DEADLINE, alive, descendants, until

pytestmark = pytest.mark.lab

LOOK = """
import boto3, json, os, socket
ec2 = boto3.client("ec2")
groups = {one["GroupName"]: one for one in ec2.describe_security_groups()["SecurityGroups"]}
ours = [{"Name": "vpc-id", "Values": [groups["service"]["VpcId"]]}]
subnet = ec2.describe_subnets(Filters=ours)["Subnets"][0]["SubnetId"]
eni = ec2.create_network_interface(SubnetId=subnet, Groups=[groups["service"]["GroupId"]])
name = eni["NetworkInterface"]["NetworkInterfaceId"]
interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
endpoint = next(one for one in interfaces if one["InterfaceType"] == "vpc_endpoint")
from probe.lab import netns
def dial():
    try:
        netns.connect(name, endpoint["PrivateIpAddress"], 443, 1).close()
        return "connected"
    except TimeoutError:
        return "silence"
before = dial()
rule = {"GroupId": groups["endpoints"]["GroupId"], "IpPermissions": groups["endpoints"]["IpPermissions"]}
ec2.revoke_security_group_ingress(**rule)
revoked = dial()
ec2.authorize_security_group_ingress(**rule)
print(json.dumps({
    "caller": boto3.client("sts").get_caller_identity()["Arn"],
    "address": socket.gethostbyname("secretsmanager.us-east-1.amazonaws.com"),
    "environment": {key: os.environ[key] for key in os.environ if key.startswith(("AWS_", "RUN_PROBE_"))},
    "dials": [before, revoked, dial()],
}))
"""

SLEEP = """
import boto3, time
try:
    print("up", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print(boto3.client("sts").get_caller_identity()["Account"], flush=True)
"""


def lab(*command: str, scenario: str = "healthy-private", **more: Any) -> subprocess.Popen[str]:
    """A lab that runs a command."""
    line = [sys.executable, "-m", "probe.lab", scenario, "--", *command]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def ended(running: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code and both outputs."""
    said, complained = running.communicate(timeout=DEADLINE)
    return running.returncode, said, complained


@pytest.fixture(scope="module")
def look() -> dict[str, Any]:
    """What a command sees in a healthy lab, whose surroundings hold real-looking credentials."""
    foreign = {"AWS_PROFILE": "prod", "AWS_ACCESS_KEY_ID": "AKIAREAL", "https_proxy": "http://192.0.2.9:3128"}
    code, said, complained = ended(lab(sys.executable, "-c", LOOK, env=os.environ | foreign))
    assert code == 0, complained
    seen: dict[str, Any] = json.loads(said)
    return seen


def test_the_operator_is_an_administrator_of_the_labs_account(look: dict[str, Any]) -> None:
    """An unmodified boto3 reaches the lab's AWS by its real names over TLS."""
    assert look["caller"] == "arn:aws:iam::123456789012:user/operator"
    assert look["address"].startswith("198.51.100.")


def test_nothing_of_the_machines_aws_is_left(look: dict[str, Any]) -> None:
    """Profiles, keys and files are the lab's own, and the probe's image has a name."""
    seen = look["environment"]
    assert "AWS_PROFILE" not in seen
    assert seen["AWS_ACCESS_KEY_ID"] != "AKIAREAL"
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "us-east-1"
    assert seen["RUN_PROBE_IMAGE"] == "123456789012.dkr.ecr.us-east-1.amazonaws.com/run-probe:lab"


def test_a_change_holds_before_it_is_answered(look: dict[str, Any]) -> None:
    """An interface reaches an endpoint, does not while the endpoint's rule is revoked, and does again."""
    assert look["dials"] == ["connected", "silence", "connected"]


def test_the_commands_exit_code_is_the_labs() -> None:
    """As a shell would give it, and so is a signal's."""
    first, second = lab("sh", "-c", "exit 42"), lab("sh", "-c", "kill -9 $$")
    assert [ended(first)[0], ended(second)[0]] == [42, 137]


def test_a_command_that_does_not_exist_is_one_line() -> None:
    """127, as in a shell."""
    code, _, complained = ended(lab("no-such-command"))
    assert code == 127
    assert complained.endswith("cannot run no-such-command: No such file or directory\n")


def test_a_build_that_fails_is_one_line(tmp_path: Path) -> None:
    """Exit 2 and the scenario's own line; no traceback."""
    path = tmp_path / "wrong.py"
    path.write_text("def build(aws):\n    aws.client('ec2').create_vpc(CidrBlock='nonsense')\n")
    code, _, complained = ended(lab("true", scenario=str(path)))
    assert code == 2
    assert "scenario wrong failed: line 2: ClientError: " in complained.splitlines()[-1]


def test_a_fault_of_what_there_is_not_is_refused(tmp_path: Path) -> None:
    """Exit 2, what it is, and what to write instead: a typing error must not look like a healthy world."""
    path = tmp_path / "wrong.py"
    path.write_text("def build(aws):\n    pass\n\ndef faults(lab):\n    lab.blackhole('docker.io')\n")
    code, _, complained = ended(lab("true", scenario=str(path)))
    assert code == 2
    assert complained.splitlines()[-2:] == [
        "cannot represent this scenario: its faults name docker.io, which is no service and no host",
        "  give an endpoint's suffix (ecr.api, s3, logs), or a registry's host",
    ]


@pytest.fixture
def sleeping() -> Iterator[subprocess.Popen[str]]:
    """A lab in a process group of its own, whose command says when it runs and calls AWS when interrupted."""
    running = lab(sys.executable, "-c", SLEEP, start_new_session=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "up\n"
    yield running
    running.kill()
    running.communicate(timeout=DEADLINE)


def test_ctrl_c_leaves_the_command_its_aws(sleeping: subprocess.Popen[str]) -> None:
    """The command is interrupted, calls AWS once more, and then the lab ends with it."""
    os.killpg(sleeping.pid, signal.SIGINT)
    code, said, _ = ended(sleeping)
    assert (code, said) == (0, "123456789012\n")


def test_sigterm_reaches_the_command(sleeping: subprocess.Popen[str]) -> None:
    """Though ``unshare`` would block it."""
    sleeping.terminate()
    assert ended(sleeping)[0] == 143


def test_kill_9_leaves_nothing(sleeping: subprocess.Popen[str]) -> None:
    """Every process below the lab is gone: registry, command and the namespaces with them."""
    below = descendants(sleeping.pid)
    assert len(below) >= 3
    sleeping.kill()
    sleeping.wait()
    assert until(lambda: not alive(below))
