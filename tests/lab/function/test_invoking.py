"""Invocations in a lab: what functions see and answer, and how the network decides about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.function.desk import NO_ENDPOINT, SERVICES, arn

pytestmark = pytest.mark.lab

ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
FAULTS = {
    "module": ("Runtime.ImportModuleError", r"Unable to import module 'absent': No module named 'absent'"),
    "function": ("Runtime.HandlerNotFound", r"Handler 'absent' missing on module 'app'"),
    "name": ("Runtime.MalformedHandlerName", r"Bad handler 'app': not enough values to unpack .*"),
    "syntax": ("Runtime.UserCodeSyntaxError", r"Syntax error in module 'grammar': .*"),
    "import": ("RuntimeError", r"not today"),
    "exit": ("Runtime.ExitError", rf"RequestId: {ID} Error: Runtime exited with error: exit status 4"),
    "permissions": (
        "Runtime.ImportModuleError",
        r"Unable to import module 'closed': \[Errno 13\] Permission denied: '/var/task/closed\.py'",
    ),
}
ENDINGS = {
    "raise": ("ValueError", r"no such thing"),
    "set": (
        "Runtime.MarshalError",
        r"Unable to marshal response: Object of type set is not JSON serializable",
    ),
    "large": (
        "Function.ResponseSizeTooLarge",
        r"Response payload size exceeded maximum .* \(6291556 bytes\)\.",
    ),
    "exit": ("Runtime.ExitError", rf"RequestId: {ID} Error: Runtime exited with error: exit status 3"),
    "vanish": ("Runtime.ExitError", rf"RequestId: {ID} Error: Runtime exited without providing a reason"),
}


@pytest.mark.parametrize(
    ("errand", "name"), [*(("faults", one) for one in FAULTS), *(("endings", one) for one in ENDINGS)]
)
def test_a_function_that_fails_answers_with_its_error(errand: str, name: str, said: dict[str, Any]) -> None:
    """The call itself succeeds, FunctionError tells the failure, and the payload is the error's."""
    kind, text = (FAULTS if errand == "faults" else ENDINGS)[name]
    answer = said[errand][name]
    assert (200, "Unhandled", kind) == (answer["status"], answer["failed"], answer["payload"]["errorType"])
    assert re.fullmatch(text, answer["payload"]["errorMessage"]), answer["payload"]


def test_an_exception_shows_the_functions_own_lines(said: dict[str, Any]) -> None:
    """Nothing of the runtime's, in the answer as in the log."""
    answer = said["endings"]["raise"]
    (line,) = answer["payload"]["stackTrace"]
    assert line.startswith('  File "/var/task/app.py", line ')
    assert f"[ERROR] ValueError: no such thing\nTraceback (most recent call last):\n{line}" in answer["log"]


def test_a_function_that_is_late_is_killed(said: dict[str, Any]) -> None:
    """At its timeout: left alone it would answer a minute later."""
    late = said["late"]
    assert late["payload"]["errorType"] == "Sandbox.Timedout"
    assert late["payload"]["errorMessage"].endswith("Task timed out after 1.00 seconds")


def test_a_function_sees_its_own_machine(said: dict[str, Any]) -> None:
    """The VPC's resolver, its package read-only, its own user, Lambda's source ports."""
    seen = said["look"]["payload"]
    expected = {
        "resolv.conf": "search ec2.internal\nnameserver 10.0.0.2\n",
        "task": ["app.py", "closed.py", "grammar.py", "quits.py", "refuses.py"],
        "written": "Read-only file system",
        "user": 993,
        "process": 1,
        "ports": ["1024", "65535"],
        "region": "us-east-1",
        "setting": "seven",
        "arn": arn("first"),
        "left": True,
    }
    assert expected == {name: value for name, value in seen.items() if name != "variables"}


def test_a_functions_environment_is_lambdas(said: dict[str, Any]) -> None:
    """What Lambda sets, what was asked for, and the product's own trust settings: the lab's only hook."""
    keys = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    own = {f"AWS_LAMBDA_FUNCTION_{what}" for what in ("NAME", "VERSION", "MEMORY_SIZE")}
    own |= {f"AWS_LAMBDA_LOG_{what}_NAME" for what in ("GROUP", "STREAM")}
    own |= {"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV"}
    own |= {"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "_HANDLER", "LANG", "PATH", "PYTHONPATH", "TZ"}
    hook, python = {"SSL_CERT_FILE", "AWS_CA_BUNDLE"}, {"LC_CTYPE"}
    assert keys | own | hook | python | {"SETTING"} == set(said["look"]["payload"]["variables"]) | python


def test_a_function_calls_as_its_role(said: dict[str, Any]) -> None:
    """Over the VPC's endpoint, with boto3 as Lambda provides it, trusting the lab's authority."""
    who = "arn:aws:sts::123456789012:assumed-role/run-probe-function/first"
    denied = f"User: {who} is not authorized to perform: secretsmanager:GetSecretValue on resource: "
    assert f"{denied}{said['secret']} because no identity-based policy allows" in said["ask"]["payload"]


def test_a_function_has_what_its_package_holds(said: dict[str, Any]) -> None:
    """A package that the lab's own interpreter has is none of Lambda's."""
    assert said["outside"]["payload"]["errorMessage"] == "No module named 'msgspec'"


def test_a_thread_that_is_left_keeps_no_function_from_answering(said: dict[str, Any]) -> None:
    """The answer is there when the handler returns."""
    assert said["thread"]["payload"] == "left a thread"


def test_routes_and_groups_decide_about_a_function(said: dict[str, Any]) -> None:
    """The endpoints answer and nothing else does; with the group's rule gone neither do they."""
    endpoint, s3 = (said["open"]["payload"][name] for name in SERVICES)
    assert re.fullmatch(r"10\.0\.\d\.\d+", endpoint)
    assert re.fullmatch(r"192\.0\.2\.\d+", s3)
    assert said["open"]["payload"][NO_ENDPOINT] == "TimeoutError"
    assert {"TimeoutError"} == set(said["sealed"]["payload"].values())


def test_a_function_of_several_subnets_uses_all(said: dict[str, Any]) -> None:
    """Its calls come from one interface after the other."""
    assert sorted(one["PrivateIpAddress"] for one in said["interfaces"]) == sorted(said["wide"])


def test_what_a_function_wrote_is_in_its_log(said: dict[str, Any]) -> None:
    """Between START and END, in the group that Lambda made, and in the tail that the caller asked for."""
    start, own, end, report = said["logged"]
    assert "asked for sleep\n" == own
    assert f"{start}{own}{end}{report}" == said["late"]["log"]
    assert re.fullmatch(rf"START RequestId: {ID} Version: \$LATEST\n", start)
    assert report.endswith("Memory Size: 128 MB\tStatus: timeout\t\n")


def test_a_function_in_a_public_subnet_gets_nowhere(at_desk: Callable[[str, str], dict[str, Any]]) -> None:
    """It has no public address: what a task with one reaches through the gateway stays silent for it."""
    found = at_desk("healthy-public", "tests.lab.function.outside")
    assert dict.fromkeys(SERVICES, "TimeoutError") == found["payload"]
