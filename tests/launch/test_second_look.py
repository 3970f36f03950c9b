"""What is read only where the first look, or a measurement, gives reason to."""

from __future__ import annotations

from msgspec.structs import replace

from probe.evidence.controls import Instance, PublicAccess, RoleSummary
from probe.evidence.snapshot import UNREAD, Denied, Interface, Route, RouteTable
from probe.launch import second_look, snapshot, stop_reasons
from probe.model import Outcome, Stop
from tests.clients import Answer, answering
from tests.launch.test_spec import Session

NOTHING = snapshot.unread(Denied(action="", resource="", words="a test"))
ROLE = "arn:aws:iam::123456789012:role/path/exec"
ASKED = {"RoleName": "exec"}


def leading_to(target: str) -> RouteTable:
    return RouteTable(
        id="rtb-1", main=True, subnets=(), routes=(Route(destination="0.0.0.0/0", target=target),)
    )


def unassumed() -> Outcome:
    reason = f"ECS was unable to assume the role '{ROLE}' that was provided for this task."
    outcome = Outcome(subnet="a", ended="", stop_reason=reason)
    return replace(outcome, observations=stop_reasons.observations(outcome, ()))


def test_an_instance_is_read_when_a_route_leads_to_its_interface() -> None:
    """A stopped NAT instance swallows everything, and nothing else shows it."""
    seen = replace(
        NOTHING,
        route_tables=(leading_to("eni-1"),),
        interfaces=(Interface(id="eni-1", subnet="a", addresses=(), attached_to="i-1"),),
    )
    asked = {"Filters": [{"Name": "instance-id", "Values": ["i-1"]}]}
    answer = {"Reservations": [{"Instances": [{"InstanceId": "i-1", "State": {"Name": "stopped"}}]}]}
    with answering("ec2", [Answer("describe_instances", asked, answer)]) as ec2:
        found = second_look.instances(Session(ec2), seen)
    assert (Instance(id="i-1", state="stopped"),) == found


def test_no_instance_is_read_where_no_route_leads_to_one() -> None:
    """An account may have thousands, and none of them matters."""
    seen = replace(NOTHING, route_tables=(leading_to("igw-1"),), interfaces=())
    with answering("ec2", []) as ec2:
        assert UNREAD == second_look.instances(Session(ec2), seen)


def test_block_public_access_is_read_where_a_route_leads_to_an_internet_gateway() -> None:
    """Its mode, and the exclusions that are in force, by what they let through."""
    arn, mode = "arn:aws:ec2:us-east-1:123456789012:", "InternetGatewayExclusionMode"
    exclusions = [
        {"ResourceArn": f"{arn}vpc/vpc-1", mode: "allow-bidirectional", "State": "create-complete"},
        {"ResourceArn": f"{arn}subnet/subnet-1", mode: "allow-egress", "State": "update-complete"},
        {"ResourceArn": f"{arn}vpc/vpc-2", mode: "allow-egress", "State": "delete-complete"},
    ]
    options = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "block-bidirectional"}}
    first = {"VpcBlockPublicAccessExclusions": exclusions[:1], "NextToken": "more"}
    answers = [
        Answer("describe_vpc_block_public_access_options", {}, options),
        Answer("describe_vpc_block_public_access_exclusions", {}, first),
        Answer(
            "describe_vpc_block_public_access_exclusions",
            {"NextToken": "more"},
            {"VpcBlockPublicAccessExclusions": exclusions[1:]},
        ),
    ]
    with answering("ec2", answers) as ec2:
        found = second_look.public_access(Session(ec2), replace(NOTHING, route_tables=(leading_to("igw-1"),)))
    both = PublicAccess(mode="block-bidirectional", exclusions=("vpc-1",), egress_exclusions=("subnet-1",))
    assert (both,) == found


def test_block_public_access_is_not_read_where_no_route_leads_out() -> None:
    """It closes gateways, and there is none."""
    with answering("ec2", []) as ec2:
        found = second_look.public_access(Session(ec2), replace(NOTHING, route_tables=(leading_to("nat-1"),)))
    assert UNREAD == found


def test_a_role_that_ecs_could_not_assume_is_read_with_its_trust() -> None:
    """Whom a role trusts is IAM's to say."""
    role = {
        "Path": "/path/",
        "RoleName": "exec",
        "RoleId": "AROAEXAMPLEEXAMPLE",
        "Arn": ROLE,
        "CreateDate": 0,
        "AssumeRolePolicyDocument": "{}",
    }
    with answering("iam", [Answer("get_role", ASKED, {"Role": role})]) as iam:
        found = second_look.roles(Session(iam), [unassumed()])
    assert (RoleSummary(arn=ROLE, trust="{}"),) == found


def test_a_role_that_a_stopped_task_of_the_service_names_is_read_too() -> None:
    """The probe takes the execution role alone; of a task role only the service's own tasks tell."""
    stop = Stop(
        task="t", reason=f"ECS was unable to assume the role '{ROLE}' that was provided for this task."
    )
    with answering("iam", [Answer("get_role", ASKED, code="NoSuchEntity", words="gone")]) as iam:
        assert (RoleSummary(arn=ROLE, exists=False),) == second_look.roles(Session(iam), [], [stop])


def test_a_role_that_is_gone_is_a_finding_of_its_own() -> None:
    """It does not exist: that is an answer, not a refusal."""
    with answering("iam", [Answer("get_role", ASKED, code="NoSuchEntity", words="gone")]) as iam:
        assert (RoleSummary(arn=ROLE, exists=False),) == second_look.roles(Session(iam), [unassumed()])


def test_a_role_that_may_not_be_read_is_denied() -> None:
    """Could not look is never nothing wrong."""
    with answering("iam", [Answer("get_role", ASKED, code="AccessDenied", words="no")]) as iam:
        found = second_look.roles(Session(iam), [unassumed()])
    assert isinstance(found, Denied)
    assert ("iam:GetRole", ROLE) == (found.action, found.resource)


def test_no_role_is_read_where_all_could_be_assumed() -> None:
    """IAM is asked only when ECS complained."""
    with answering("iam", []) as iam:
        assert UNREAD == second_look.roles(Session(iam), [Outcome(subnet="a", ended="the probe ran")])
