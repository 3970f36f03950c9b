"""The function carrier: makes a function, asks it once, and leaves none behind, whatever Lambda says."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from probe.launch.carriers import function
from probe.launch.carriers.function import NOT_ITS_CALL, Answer
from probe.launch.carriers.making import Order
from probe.launch.package import Package
from probe.model import Call, Layer, LogSink, Road, Status, Target, Work
from tests.launch.fake_ecs import denied
from tests.launch.fake_lambda import Lambda, refusal

NAME = "run-probe-r-subnet-a"
ROLE = "arn:aws:iam::123456789012:role/run-probe-function"
ORDER = Order(
    run="r",
    role=ROLE,
    groups=("sg-1",),
    package=Package(place="f.zip", code=b"zip", runtime="python3.13", architecture="arm64"),
)
S3 = Target(
    name="s3",
    service="s3",
    host="s3.us-east-1.amazonaws.com",
    region="us-east-1",
    needed=True,
    because="layers",
    group="s3",
    calls=(Call(operation="s3:GetObject", reference="bucket/key"),),
)
WORK = Work(
    run="r",
    subnet="subnet-a",
    region="us-east-1",
    targets=(S3,),
    deadline=30.0,
    logs=LogSink(group="g", stream="s", region="us-east-1"),
)
PENDING, ACTIVE = {"State": "Pending"}, {"State": "Active"}
FULL = {"State": "Failed", "StateReasonCode": "SubnetOutOfIPAddresses", "StateReason": "no address left"}
BUSY = refusal("ResourceConflictException", "Pending", "DeleteFunction")


def asked(cloud: Lambda, dismissed: Event | None = None) -> tuple[Answer, list[str]]:
    """The answer, and what was told."""
    told: list[str] = []
    return function.measured(cloud, ORDER, WORK, dismissed or Event(), told.append), told


def test_the_request_is_the_services_own_network() -> None:
    """One subnet, the service's groups, the package's runtime and architecture, and the run's tag."""
    cloud = Lambda()
    asked(cloud)
    expected = {
        "FunctionName": NAME,
        "Runtime": "python3.13",
        "Architectures": ["arm64"],
        "Role": ROLE,
        "Handler": "probe.function.handler",
        "Code": {"ZipFile": b"zip"},
        "Timeout": 50,
        "MemorySize": 512,
        "VpcConfig": {"SubnetIds": ["subnet-a"], "SecurityGroupIds": ["sg-1"]},
        "Tags": {"run-probe": "r"},
    }
    assert [expected] == cloud.requests


def test_calls_and_log_lines_stay_at_the_desk() -> None:
    """The function is given the same targets without what its role cannot show."""
    cloud = Lambda()
    asked(cloud)
    (work,) = (payload["work"] for payload in cloud.payloads)
    assert ([("s3", [])], None) == (
        [(target["name"], target["calls"]) for target in work["targets"]],
        work["logs"],
    )


def test_what_it_saw_is_of_its_road_and_each_call_is_a_skip_with_its_reason() -> None:
    """No cell is blank: the desk answers for the calls."""
    answer, _ = asked(Lambda())
    seen = [(one.layer, one.status, one.road, one.reference, one.because) for one in answer.observations]
    assert [
        (Layer.TCP, Status.PASS, Road.FUNCTION, None, None),
        (Layer.CALL, Status.SKIP, Road.FUNCTION, "bucket/key", NOT_ITS_CALL),
    ] == seen


def test_it_is_waited_for_until_it_is_active() -> None:
    """Lambda makes its interface first."""
    answer, _ = asked(Lambda([PENDING, PENDING, ACTIVE]))
    assert answer.because is None


REFUSED = {
    "create-denied": (
        Lambda(errors={"create_function": [denied("CreateFunction", "lambda:CreateFunction", NAME)]}),
        ("lambda:CreateFunction", NAME, "is denied", "policy"),
    ),
    "role-cannot-be-passed": (
        Lambda(errors={"create_function": [denied("CreateFunction", "iam:PassRole", ROLE)]}),
        ("iam:PassRole", ROLE, "is denied"),
    ),
    "role-unusable": (
        Lambda(errors={"create_function": [refusal("InvalidParameterValueException", "cannot be assumed")]}),
        ("InvalidParameterValueException", "cannot be assumed"),
    ),
    "state-denied": (
        Lambda(
            errors={"get_function_configuration": [denied("Get", "lambda:GetFunctionConfiguration", NAME)]}
        ),
        ("lambda:GetFunctionConfiguration", NAME),
    ),
    "invoke-denied": (
        Lambda(errors={"invoke": [denied("Invoke", "lambda:InvokeFunction", NAME)]}),
        ("lambda:InvokeFunction", NAME),
    ),
    "no-address": (Lambda([PENDING, FULL]), ("SubnetOutOfIPAddresses", "no address left")),
    "it-broke": (
        Lambda(answer={"errorMessage": "no module named dns", "errorType": "Runtime.ImportModuleError"}),
        ("Runtime.ImportModuleError", "no module named dns"),
    ),
}


@pytest.mark.parametrize(("cloud", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_is_an_answer_that_names_what_is_missing(cloud: Lambda, words: tuple[str, ...]) -> None:
    """The run goes on; nothing was seen, the reason says why, and no function is left."""
    answer, _ = asked(cloud)
    assert ((), [], set()) == (
        answer.observations,
        [word for word in words if word not in (answer.because or "")],
        cloud.left,
    )


def test_a_function_that_is_still_being_made_is_deleted_when_it_can_be() -> None:
    """Lambda refuses to delete what is pending; it is asked again."""
    cloud = Lambda(errors={"delete_function": [BUSY, BUSY]})
    _, told = asked(cloud)
    assert (set(), False) == (cloud.left, any("could not remove" in line for line in told))


def test_what_cannot_be_removed_is_told_with_the_command_that_can() -> None:
    """The measurement stands, whoever may not clean up."""
    cloud = Lambda(errors={"delete_function": [denied("Delete", "lambda:DeleteFunction", NAME)]})
    answer, told = asked(cloud)
    assert (None, True) == (answer.because, any("run-probe cleanup" in line for line in told))


NOT_KNOWN = refusal(
    "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."
)


def test_a_role_that_was_made_a_moment_ago_is_waited_for() -> None:
    """IAM tells Lambda of it some seconds late."""
    cloud, order = Lambda(errors={"create_function": [NOT_KNOWN]}), replace(ORDER, is_new=True)
    answer = function.measured(cloud, order, WORK, Event(), lambda _: None)
    assert (None, 1) == (answer.because, len(cloud.requests))


def test_nobody_waits_for_a_role_when_nobody_needs_the_function() -> None:
    """It is not even made."""
    cloud, order = Lambda(errors={"create_function": [NOT_KNOWN]}), replace(ORDER, is_new=True)
    dismissed = Event()
    dismissed.set()
    answer = function.measured(cloud, order, WORK, dismissed, lambda _: None)
    assert ("it was no longer needed", []) == (answer.because, cloud.requests)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal("ResourceNotFoundException", "no such group", "DeleteLogGroup"), False),
        (denied("DeleteLogGroup", "logs:DeleteLogGroup", f"log-group:/aws/lambda/{NAME}"), True),
    ],
    ids=["there-is-none", "denied"],
)
def test_a_log_group_that_stays_is_told(error: ClientError, expected: bool) -> None:  # noqa: FBT001  a column
    """Lambda makes one where the role may, and none elsewhere."""
    _, told = asked(Lambda(errors={"delete_log_group": [error]}))
    assert expected == any(f"could not remove log group /aws/lambda/{NAME}" in line for line in told)


def test_one_that_nobody_needs_any_more_is_not_waited_for() -> None:
    """The Fargate probe answered while it was measuring: it is deleted at once."""
    cloud, dismissed = Lambda(silent=True), Event()

    def dismiss() -> None:
        cloud.invoked.wait(20)
        dismissed.set()

    Thread(target=dismiss, daemon=True).start()
    answer, told = asked(cloud, dismissed)
    assert set() == cloud.left
    assert "it was no longer needed" == answer.because
    assert f"Lambda may yet write the log group /aws/lambda/{NAME}: run-probe cleanup removes it" in told


def test_a_fault_of_the_tool_leaves_no_function_either() -> None:
    """The error goes on, and the function is gone."""
    cloud = Lambda(errors={"get_function_configuration": [RuntimeError("a fault of the tool")]})
    with pytest.raises(RuntimeError):
        asked(cloud)
    assert set() == cloud.left
