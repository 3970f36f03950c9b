"""The policies of docs/iam.md by mode, whole and with one action taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PAGE = Path(__file__).resolve().parents[2] / "docs/iam.md"
_BLOCKS = re.findall(r"^```json\n(.*?)^```$", _PAGE.read_text(), re.DOTALL | re.MULTILINE)
STATEMENTS: dict[str, dict[str, Any]] = {
    one["Sid"]: one for block in _BLOCKS for one in json.loads(block)["Statement"]
}

NETWORK = ("ReadTheNetwork", "ReadTheNames")
READING = ("ReadTheService", "ReadTheDefinition", *NETWORK)
LAUNCHING = (
    "RegisterTheProbe",
    "StartTheProbe",
    "FollowTheProbe",
    "TagWhatWasMade",
    "LendTheExecutionRole",
    "ReadTheProbesLines",
)
EXPLAINING = ("ReadPoliciesAfterADenial", "ReadANatInstance", "ReadBlockPublicAccess", "FindWhatIsElsewhere")
FINDING = ("FindWhatIsLeft", "ReadWhoseItIs", "FindTheProbesLines")
REMOVING = (
    "RemoveTheDefinitions",
    "RemoveTheTasks",
    "RemoveTheFunctions",
    "RemoveTheirLogs",
    "RemoveTheRoles",
    "RemoveTheProbesLines",
)
BY_FUNCTION = ("MeasureByAFunction", "LendTheFunctionsRole", "RemoveTheFunctionsLog")
WITH_OWN_ROLE = ("MakeTheFunctionsRole", "LendTheMadeRole")
OF_ANOTHER = {"OfTheRoleItself"}
"""Statements for others than the person who calls run-probe."""
SERVICE = "billing"
"""The lab's service whose role is denied its secret and its image; docs/iam.md writes ``checkout``."""


@dataclass(frozen=True, kw_only=True)
class Mode:
    """A way to use run-probe, and the statements that it needs.

    ``code`` is its exit code with all of them, ``without`` where an action is missing and that changes it.
    ``deprived`` are the statements whose actions are taken away in turn.  A mode that is ``alone`` takes
    away what other runs make.  Names in braces among the ``arguments`` are the lab's to fill in.
    """

    sids: tuple[str, ...]
    arguments: tuple[str, ...]
    code: int
    deprived: tuple[str, ...] = ()
    without: dict[str, int] = field(default_factory=dict)
    alone: bool = False

    def actions(self) -> list[str]:
        """Every action that is taken away in turn."""
        return actions_of(self.deprived)

    def policy(self, without: str = "") -> str:
        """The mode's policy, for the lab's service, as JSON."""
        kept = [_without(STATEMENTS[sid], without) for sid in self.sids]
        policy = {"Version": "2012-10-17", "Statement": [one for one in kept if one["Action"]]}
        return json.dumps(policy).replace("checkout", SERVICE)


def actions_of(sids: Iterable[str] = STATEMENTS.keys() - OF_ANOTHER) -> list[str]:
    """The actions of some statements, of all the caller's without any, each once."""
    return list(dict.fromkeys(action for sid in sids for action in _actions(STATEMENTS[sid])))


def _actions(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def _without(statement: dict[str, Any], action: str) -> dict[str, Any]:
    return {**statement, "Action": [one for one in _actions(statement) if one != action]}


_LIKE_SERVICE = ("--like-service", SERVICE, "--cluster", "prod")
_CLEANUP = ("cleanup", "--older-than", "0", "--logs")
_HEALTHY, _USAGE, _DENIED, _NO_REPORT, _LEFT = 0, 2, 15, 20, 21
_UNREADABLE = {"ecs:DescribeServices": _USAGE, "ecs:DescribeTaskDefinition": _USAGE}
_IN_VPC = ("--subnets", "{subnet}", "--security-groups", "{group}", "--cluster", "prod")
_UNSTARTABLE = (
    "ecs:DescribeTasks",
    "ecs:RegisterTaskDefinition",
    "ecs:RunTask",
    "ecs:TagResource",
    "iam:PassRole",
)
MODES = {
    "reading": Mode(
        sids=READING,
        deprived=READING,
        arguments=(*_LIKE_SERVICE, "--no-launch"),
        code=_NO_REPORT,
        without=_UNREADABLE,
    ),
    "history": Mode(
        sids=(*READING, *LAUNCHING, "SeeWhoChangedIt"),
        deprived=("SeeWhoChangedIt",),
        arguments=(*_LIKE_SERVICE, "--since", "1h"),
        code=_DENIED,
    ),
    "like-task": Mode(
        sids=READING,
        deprived=("ReadTheService", "ReadTheDefinition"),
        arguments=("--like-task", "{task}", "--cluster", "prod", "--no-launch"),
        code=_NO_REPORT,
        without=_UNREADABLE | {"ecs:DescribeTasks": _USAGE},
    ),
    "launching": Mode(
        sids=(*READING, *LAUNCHING),
        deprived=LAUNCHING,
        arguments=_LIKE_SERVICE,
        code=_DENIED,
        without=dict.fromkeys(_UNSTARTABLE, _NO_REPORT),
    ),
    "in-vpc": Mode(
        sids=(*NETWORK, *LAUNCHING, "LookBeforehand"),
        deprived=("LookBeforehand",),
        arguments=(*_IN_VPC, "--role", "{role}"),
        code=_HEALTHY,
    ),
    "in-vpc-with-a-definition": Mode(
        sids=("ReadTheDefinition", *NETWORK, *LAUNCHING, "LookBeforehand"),
        deprived=("ReadTheDefinition",),
        arguments=(*_IN_VPC, "--task-definition", SERVICE),
        code=_DENIED,
        without=_UNREADABLE,
    ),
    "blind": Mode(
        sids=("ReadTheService", "ReadTheDefinition", *LAUNCHING), arguments=_LIKE_SERVICE, code=_DENIED
    ),
    "explaining": Mode(
        sids=(*READING, *LAUNCHING, *EXPLAINING), deprived=EXPLAINING, arguments=_LIKE_SERVICE, code=_DENIED
    ),
    "by-function": Mode(
        sids=(*READING, *BY_FUNCTION),
        deprived=BY_FUNCTION,
        arguments=(*_LIKE_SERVICE, "--carrier", "function"),
        code=_NO_REPORT,
    ),
    "with-own-role": Mode(
        sids=(*READING, "MeasureByAFunction", *WITH_OWN_ROLE),
        deprived=WITH_OWN_ROLE,
        arguments=(*_LIKE_SERVICE, "--carrier", "function", "--create-function-role"),
        code=_NO_REPORT,
    ),
    "finding": Mode(
        sids=(*FINDING, *REMOVING),
        deprived=FINDING,
        arguments=(*_CLEANUP, "--dry-run"),
        code=_LEFT,
        without=dict.fromkeys(actions_of(FINDING), _DENIED),
    ),
    "removing": Mode(
        sids=(*FINDING, *REMOVING),
        deprived=REMOVING,
        arguments=_CLEANUP,
        code=_LEFT,
        without=dict.fromkeys(actions_of(REMOVING), _DENIED),
        alone=True,
    ),
}
"""In the order in which they are tried; ``blind`` is launching without any right to read the network.

``removing`` leaves what AWS releases late: the interface of a function.
"""
