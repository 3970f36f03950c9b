"""CloudFormation: what a template describes is what the API's calls would have made."""

from __future__ import annotations

import json
from typing import Any

import pytest

from probe.lab.cloud import Cloud

Resources = dict[str, dict[str, Any]]


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::EC2::{kind}", "Properties": properties}


RESOURCES: Resources = {
    "Vpc": resource("VPC", CidrBlock="10.9.0.0/16", EnableDnsHostnames=True),
    "Subnet": resource("Subnet", VpcId=ref("Vpc"), CidrBlock="10.9.1.0/24", AvailabilityZone="us-east-1a"),
    "Table": resource("RouteTable", VpcId=ref("Vpc")),
    "Bound": resource("SubnetRouteTableAssociation", RouteTableId=ref("Table"), SubnetId=ref("Subnet")),
    "Nat": resource("NatGateway", SubnetId=ref("Subnet"), ConnectivityType="private"),
    "Route": resource(
        "Route", RouteTableId=ref("Table"), DestinationCidrBlock="0.0.0.0/0", NatGatewayId=ref("Nat")
    ),
    "Acl": resource("NetworkAcl", VpcId=ref("Vpc")),
    "In": resource(
        "NetworkAclEntry",
        NetworkAclId=ref("Acl"),
        RuleNumber=100,
        Protocol=6,
        RuleAction="allow",
        CidrBlock="0.0.0.0/0",
        PortRange={"From": 443, "To": 443},
    ),
    "Under": resource("SubnetNetworkAclAssociation", NetworkAclId=ref("Acl"), SubnetId=ref("Subnet")),
    "Group": resource(
        "SecurityGroup",
        VpcId=ref("Vpc"),
        GroupName="svc",
        GroupDescription="-",
        SecurityGroupEgress=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.9.0.0/16"}],
    ),
    "Out": resource(
        "SecurityGroupEgress",
        GroupId=ref("Group"),
        IpProtocol="tcp",
        FromPort=443,
        ToPort=443,
        DestinationSecurityGroupId=ref("Group"),
    ),
    "Options": resource("DHCPOptions", DomainNameServers=["10.9.1.53"]),
    "Given": resource("VPCDHCPOptionsAssociation", VpcId=ref("Vpc"), DhcpOptionsId=ref("Options")),
    "Logs": resource(
        "VPCEndpoint",
        VpcId=ref("Vpc"),
        ServiceName="com.amazonaws.us-east-1.logs",
        VpcEndpointType="Interface",
        SubnetIds=[ref("Subnet")],
        SecurityGroupIds=[ref("Group")],
        PrivateDnsEnabled=True,
    ),
    "Kms": resource(
        "VPCEndpoint",
        VpcId=ref("Vpc"),
        ServiceName="com.amazonaws.us-east-1.kms",
        VpcEndpointType="Interface",
        SubnetIds=[ref("Subnet")],
    ),
    "S3": resource(
        "VPCEndpoint",
        VpcId=ref("Vpc"),
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=[ref("Table")],
        PolicyDocument={"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]},
    ),
}


@pytest.fixture(scope="module")
def made(cloud: Cloud) -> dict[str, str]:
    """The stack's physical ids by their names in the template."""
    formation = cloud.client("cloudformation")
    formation.create_stack(StackName="net", TemplateBody=json.dumps({"Resources": RESOURCES}))
    found = formation.describe_stack_resources(StackName="net")["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


@pytest.fixture(scope="module")
def ec2(cloud: Cloud) -> Any:
    return cloud.client("ec2")


def test_attributes_and_options_of_the_vpc_arrive(made: dict[str, str], ec2: Any) -> None:
    """DNS attributes and DHCP options are the template's."""
    hostnames = ec2.describe_vpc_attribute(VpcId=made["Vpc"], Attribute="enableDnsHostnames")
    options = ec2.describe_vpcs(VpcIds=[made["Vpc"]])["Vpcs"][0]["DhcpOptionsId"]

    assert (True, made["Options"]) == (hostnames["EnableDnsHostnames"]["Value"], options)


def test_subnet_is_bound_to_its_table(made: dict[str, str], ec2: Any) -> None:
    """The route table is associated, and has the NAT gateway's route and the S3 endpoint's."""
    table = ec2.describe_route_tables(RouteTableIds=[made["Table"]])["RouteTables"][0]
    targets = [route.get("NatGatewayId") or route.get("GatewayId") for route in table["Routes"]]

    assert [made["Subnet"]] == [each["SubnetId"] for each in table["Associations"]]
    assert {"local", made["Nat"], made["S3"]} == set(targets)


def test_acl_has_its_entry_and_the_last_word(made: dict[str, str], ec2: Any) -> None:
    """A custom ACL denies what its entries do not allow, in both directions."""
    acl = ec2.describe_network_acls(NetworkAclIds=[made["Acl"]])["NetworkAcls"][0]

    found = sorted((each["Egress"], each["RuleNumber"], each["RuleAction"]) for each in acl["Entries"])

    assert [(False, 100, "allow"), (False, 32767, "deny"), (True, 32767, "deny")] == found
    assert [made["Subnet"]] == [each["SubnetId"] for each in acl["Associations"]]


def test_egress_of_a_template_replaces_the_default(made: dict[str, str], ec2: Any) -> None:
    """A group that names its egress has no other, save what a resource of its own adds."""
    group = ec2.describe_security_groups(GroupIds=[made["Group"]])["SecurityGroups"][0]

    rules = group["IpPermissionsEgress"]

    assert {443} == {rule["FromPort"] for rule in rules}
    assert ["10.9.0.0/16"] == [block["CidrIp"] for rule in rules for block in rule["IpRanges"]]
    assert [made["Group"]] == [pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]]


def test_private_dns_is_off_unless_the_template_says(made: dict[str, str], ec2: Any) -> None:
    """Unlike the API, a template that is silent leaves private DNS off."""
    wanted = [made["Logs"], made["Kms"]]

    found = ec2.describe_vpc_endpoints(VpcEndpointIds=wanted)["VpcEndpoints"]

    assert {made["Logs"]: True, made["Kms"]: False} == {
        each["VpcEndpointId"]: each["PrivateDnsEnabled"] for each in found
    }


def test_changed_entry_is_changed_in_the_acl(made: dict[str, str], cloud: Cloud, ec2: Any) -> None:
    """A stack update is how such people fix their network."""
    changed = json.loads(json.dumps(RESOURCES))
    changed["In"]["Properties"]["RuleAction"] = "deny"

    cloud.client("cloudformation").update_stack(
        StackName="net", TemplateBody=json.dumps({"Resources": changed})
    )

    acl = ec2.describe_network_acls(NetworkAclIds=[made["Acl"]])["NetworkAcls"][0]
    assert ["deny"] == [each["RuleAction"] for each in acl["Entries"] if each["RuleNumber"] == 100]


def test_removed_entry_leaves_the_acl(made: dict[str, str], cloud: Cloud, ec2: Any) -> None:
    """A resource that the new template lacks is undone."""
    less = {name: each for name, each in RESOURCES.items() if name != "In"}

    cloud.client("cloudformation").update_stack(StackName="net", TemplateBody=json.dumps({"Resources": less}))

    acl = ec2.describe_network_acls(NetworkAclIds=[made["Acl"]])["NetworkAcls"][0]
    assert [32767, 32767] == [each["RuleNumber"] for each in acl["Entries"]]


FARGATE = """
Parameters:
  Image: {Type: String, Default: "123456789012.dkr.ecr.us-east-1.amazonaws.com/checkout:1"}
  Public: {Type: String, AllowedValues: ["yes", "no"], Default: "no"}
Conditions: {IsPublic: !Equals [!Ref Public, "yes"]}
Resources:
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!GetAtt Topic.TopicName]}}
  Topic: {Type: AWS::SNS::Topic}
  Gateway: {Type: AWS::EC2::InternetGateway, Condition: IsPublic}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - {PolicyName: pull, PolicyDocument: {Statement: [{Effect: Allow, Action: "ecr:*", Resource: "*"}]}}
  Definition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: 256
      Memory: 512
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions: [{Name: app, Image: !Ref Image, PortMappings: [{ContainerPort: "80"}]}]
Outputs:
  Definition: {Value: !Ref Definition, Export: {Name: !Sub "${AWS::StackName}:Definition"}}
"""


def deployed(cloud: Cloud, name: str, template: str, **given: str) -> dict[str, Any]:
    """The stack that a template became, whatever became of it."""
    formation = cloud.client("cloudformation")
    formation.create_stack(
        StackName=name,
        TemplateBody=template,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
    )
    stack: dict[str, Any] = formation.describe_stacks(StackName=name)["Stacks"][0]
    return stack


def kinds(cloud: Cloud, name: str) -> set[str]:
    """The logical ids of a stack's resources."""
    return set(physical(cloud, name))


def physical(cloud: Cloud, name: str) -> dict[str, str]:
    """The physical ids of a stack's resources by their logical ones."""
    found = cloud.client("cloudformation").list_stack_resources(StackName=name)
    summaries = found["StackResourceSummaries"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in summaries}


def test_a_definition_is_registered_as_ecs_registers_it(cloud: Cloud) -> None:
    """Numbers are text in its CPU and numbers in its ports, and the role is the stack's own."""
    output = deployed(cloud, "fargate", FARGATE)["Outputs"][0]
    found = cloud.client("ecs").describe_task_definition(taskDefinition=output["OutputValue"])[
        "taskDefinition"
    ]
    port = found["containerDefinitions"][0]["portMappings"][0]["containerPort"]
    assert ("256", 80, "fargate:Definition") == (found["cpu"], port, output["ExportName"])
    assert found["executionRoleArn"].startswith("arn:aws:iam::123456789012:role/fargate-Role-")


def test_conditions_choose_what_is_made(cloud: Cloud) -> None:
    """A resource whose condition does not hold is not there."""
    deployed(cloud, "public", FARGATE, Public="yes")
    deployed(cloud, "private", FARGATE)
    assert {"Gateway"} == kinds(cloud, "public") - kinds(cloud, "private")


def test_what_no_start_depends_on_has_a_stand_in(cloud: Cloud) -> None:
    """An alarm and its topic are there by name, and nothing was made for them."""
    deployed(cloud, "aside", FARGATE)
    assert {"Alarm", "Topic"} <= kinds(cloud, "aside")
    assert [] == cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]


def test_a_stack_that_fails_is_rolled_back_and_says_why(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of it is left, its events have the API's words, and the lab says them at once."""
    route = "{RouteTableId: rtb-1, DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-1}"
    wrong = f"  Route: {{Type: AWS::EC2::Route, DependsOn: Definition, Properties: {route}}}\nOutputs:"
    stack = deployed(cloud, "broken", FARGATE.replace("Outputs:", wrong))
    events = cloud.client("cloudformation").describe_stack_events(StackName="broken")["StackEvents"]
    reasons = [each["ResourceStatusReason"] for each in events if each["ResourceStatus"] == "CREATE_FAILED"]
    assert ("ROLLBACK_COMPLETE", set()) == (stack["StackStatus"], kinds(cloud, "broken"))
    assert ["The routeTable ID 'rtb-1' does not exist"] == reasons
    assert "lab: stack broken failed: Route (AWS::EC2::Route): The routeTable" in capsys.readouterr().err


def test_a_deleted_stack_takes_its_resources_away(cloud: Cloud) -> None:
    """In the order that their dependence on each other allows."""
    deployed(cloud, "gone", FARGATE)
    cloud.client("cloudformation").delete_stack(StackName="gone")
    roles = cloud.client("iam").list_roles()["Roles"]
    assert [] == [role["RoleName"] for role in roles if role["RoleName"].startswith("gone-")]


def test_a_key_without_a_policy_of_its_own_is_switched_off(cloud: Cloud) -> None:
    """``KeyPolicy`` may be left out, and the key changed all the same."""
    template = "Resources: {{Key: {{Type: AWS::KMS::Key, Properties: {{Enabled: {0}}}}}}}"
    formation, named = cloud.client("cloudformation"), {"StackName": "key"}
    formation.create_stack(**named, TemplateBody=template.format("true"))
    formation.update_stack(**named, TemplateBody=template.format("false"))
    stack = formation.describe_stacks(**named)["Stacks"][0]
    key = formation.describe_stack_resource(**named, LogicalResourceId="Key")["StackResourceDetail"]
    state = cloud.client("kms").describe_key(KeyId=key["PhysicalResourceId"])["KeyMetadata"]["KeyState"]
    assert ("UPDATE_COMPLETE", "Disabled") == (stack["StackStatus"], state)


def test_a_stacks_tags_are_its_resources(cloud: Cloud) -> None:
    """Beneath those of a resource's own."""
    tags = "[{Key: Name, Value: own}]"
    cloud.client("cloudformation").create_stack(
        StackName="tagged",
        TemplateBody=f"Resources: {{V: {{Type: AWS::EC2::InternetGateway, Properties: {{Tags: {tags}}}}}}}",
        Tags=[{"Key": "Name", "Value": "stack's"}, {"Key": "team", "Value": "shop"}],
    )
    wanted = [{"Name": "tag:team", "Values": ["shop"]}]
    made = cloud.client("ec2").describe_internet_gateways(Filters=wanted)["InternetGateways"]
    assert [{"Name": "own", "team": "shop"}] == [{t["Key"]: t["Value"] for t in one["Tags"]} for one in made]


SERVED = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.30.0.0/16, EnableDnsHostnames: false}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.30.0.0/24}}
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: g}}
  Other: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: o}}
  Logs:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      ServiceName: com.amazonaws.us-east-1.logs
      VpcEndpointType: Interface
      SubnetIds: [!Ref Subnet]
      SecurityGroupIds: [!Ref Group]
      PrivateDnsEnabled: false
"""


def changed(cloud: Cloud, name: str, *changes: tuple[str, str]) -> tuple[str, dict[str, str]]:
    """What becomes of a stack that stands when its template is changed, and its physical ids."""
    template = SERVED
    for before, after in changes:
        template = template.replace(before, after)
    formation = cloud.client("cloudformation")
    formation.update_stack(StackName=name, TemplateBody=template)
    stack = formation.describe_stacks(StackName=name)["Stacks"][0]
    return stack["StackStatus"], physical(cloud, name)


def test_an_endpoint_is_changed_where_it_stands(cloud: Cloud, ec2: Any) -> None:
    """Its groups and its private DNS: an update is how people mend one."""
    deployed(cloud, "served", SERVED)
    before = ec2.describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": ["*.logs"]}])
    status, ids = changed(
        cloud,
        "served",
        ("Hostnames: false", "Hostnames: true"),
        ("DnsEnabled: false", "DnsEnabled: true"),
        ("[!Ref Group]", "[!Ref Other]"),
    )
    found = ec2.describe_vpc_endpoints(VpcEndpointIds=[ids["Logs"]])["VpcEndpoints"][0]
    assert ("UPDATE_COMPLETE", True, [ids["Other"]]) == (
        status,
        found["PrivateDnsEnabled"],
        [group["GroupId"] for group in found["Groups"]],
    )
    assert ids["Logs"] in {one["VpcEndpointId"] for one in before["VpcEndpoints"]}


KEPT = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.31.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.31.0.0/24}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Repository: {Type: AWS::ECR::Repository, Properties: {RepositoryName: kept}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: kept-bucket}}
"""
PULLED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}],
    }
)
MORE = {
    "Vpc": "EnableDnsHostnames: true, CidrBlock: 10.31.0.0/16",
    "Subnet": "MapPublicIpOnLaunch: true, CidrBlock: 10.31.0.0/24",
    "Table": "Tags: [{Key: a, Value: b}], VpcId: !Ref Vpc}}\n  Repo",
    "Repository": f"RepositoryPolicyText: {PULLED}, RepositoryName: kept",
    "Bucket": "VersioningConfiguration: {Status: Enabled}, BucketName: kept-bucket",
}


def test_what_need_not_be_replaced_is_not(cloud: Cloud) -> None:
    """A subnet's switches, a repository's policy, a bucket's settings, anybody's tags."""
    deployed(cloud, "lasting", KEPT)
    before = physical(cloud, "lasting")
    template = KEPT
    for more in MORE.values():
        template = template.replace(more[more.rindex(", ") + 2 :], more)
    cloud.client("cloudformation").update_stack(StackName="lasting", TemplateBody=template)
    subnet = cloud.client("ec2").describe_subnets(SubnetIds=[before["Subnet"]])["Subnets"][0]
    policy = cloud.client("ecr").get_repository_policy(repositoryName="kept")["policyText"]
    assert (before, True) == (physical(cloud, "lasting"), subnet["MapPublicIpOnLaunch"])
    assert json.loads(PULLED) == json.loads(policy)
    cloud.client("cloudformation").delete_stack(StackName="lasting")
    left = cloud.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.31.0.0/16"]}])
    assert [] == left["Vpcs"]


def test_an_update_that_fails_leaves_what_was(cloud: Cloud, ec2: Any) -> None:
    """What was replaced by then has its place back, and what replaced it is gone."""
    deployed(cloud, "kept", SERVED)
    _, before = changed(cloud, "kept", ("GroupDescription: o", "GroupDescription: p"))
    status, after = changed(
        cloud, "kept", ("10.30.0.0/24", "10.30.1.0/24"), ("DnsEnabled: false", "DnsEnabled: true")
    )
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [after["Vpc"]]}])["Subnets"]
    assert ("UPDATE_ROLLBACK_COMPLETE", before["Subnet"]) == (status, after["Subnet"])
    assert [before["Subnet"]] == [one["SubnetId"] for one in subnets]


JOINED = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.20.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.20.0.0/24}}
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.21.0.0/16}}
  Peering: {Type: AWS::EC2::VPCPeeringConnection, Properties: {VpcId: !Ref Vpc, PeerVpcId: !Ref Other}}
  Hub: {Type: AWS::EC2::TransitGateway, Properties: {DefaultRouteTablePropagation: disable}}
  Spoke:
    Type: AWS::EC2::TransitGatewayAttachment
    Properties: {TransitGatewayId: !Ref Hub, VpcId: !Ref Vpc, SubnetIds: [!Ref Subnet]}
  Table: {Type: AWS::EC2::TransitGatewayRouteTable, Properties: {TransitGatewayId: !Ref Hub}}
  Out:
    Type: AWS::EC2::TransitGatewayRoute
    Properties:
      TransitGatewayRouteTableId: !Ref Table
      TransitGatewayAttachmentId: !Ref Spoke
      DestinationCidrBlock: 0.0.0.0/0
Outputs: {Peering: {Value: !GetAtt Peering.Id}, Hub: {Value: !GetAtt Hub.Id}}
"""


def test_networks_of_one_account_are_joined_at_once(cloud: Cloud) -> None:
    """A peering is active without anybody's acceptance, and a gateway's options are the API's."""
    ec2 = cloud.client("ec2")
    said = {one["OutputKey"]: one["OutputValue"] for one in deployed(cloud, "joined", JOINED)["Outputs"]}
    peering = ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[said["Peering"]])
    hub = ec2.describe_transit_gateways(TransitGatewayIds=[said["Hub"]])["TransitGateways"][0]
    assert ("active", "disable") == (
        peering["VpcPeeringConnections"][0]["Status"]["Code"],
        hub["Options"]["DefaultRouteTablePropagation"],
    )


def test_names_that_are_made_up_fit_what_they_name(cloud: Cloud) -> None:
    """A bucket's and a role's have an end; both parts are still to be recognised."""
    stack, logical = "a-stack-with-quite-a-long-name-of-its-own", "FargateServiceTaskDefExecutionRole9194820E"
    template = f"""
    Resources:
      {logical}:
        Type: AWS::IAM::Role
        Properties: {{AssumeRolePolicyDocument: {{Statement: []}}}}
      {logical}Bucket: {{Type: AWS::S3::Bucket}}
    """
    assert "CREATE_COMPLETE" == deployed(cloud, stack, template)["StackStatus"]
    found = cloud.client("cloudformation").list_stack_resources(StackName=stack)["StackResourceSummaries"]
    assert {"a-stack-with-quite-a-lon-fargateservicetaskdefexec"} == {
        each["PhysicalResourceId"].lower().rpartition("-")[0] for each in found
    }


def test_a_name_is_exported_once(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    """The second stack that exports it is rolled back."""
    template = "Resources: {A: {Type: AWS::SNS::Topic}}\nOutputs: {B: {Value: b, Export: {Name: once}}}"
    states = [deployed(cloud, name, template)["StackStatus"] for name in ("once-one", "once-two")]
    assert ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"] == states
    assert "Export with name once is already exported" in capsys.readouterr().err


def test_a_stack_imports_what_another_exports(cloud: Cloud) -> None:
    """``Fn::ImportValue`` is the other stack's output."""
    first = deployed(cloud, "exporting", FARGATE)["Outputs"][0]["OutputValue"]
    template = """
    Resources: {Any: {Type: AWS::EC2::InternetGateway}}
    Outputs: {Same: {Value: !ImportValue "exporting:Definition"}}
    """
    assert first == deployed(cloud, "importing", template)["Outputs"][0]["OutputValue"]


def test_an_export_in_use_holds_its_stack(cloud: Cloud) -> None:
    """It is deleted after the stack that imports it, not before."""
    formation = cloud.client("cloudformation")
    deployed(
        cloud,
        "lender",
        "Resources: {A: {Type: AWS::SNS::Topic}}\nOutputs: {B: {Value: b, Export: {Name: loan}}}",
    )
    topic = "{Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue loan}}"
    deployed(cloud, "borrower", f"Resources: {{A: {topic}}}")
    formation.delete_stack(StackName="lender")
    refused = formation.describe_stacks(StackName="lender")["Stacks"][0]
    for name in ("borrower", "lender"):
        formation.delete_stack(StackName=name)
    left = {one["StackName"] for one in formation.describe_stacks()["Stacks"]}
    words = "Delete canceled. Cannot delete export loan as it is in use by borrower."
    assert ("DELETE_FAILED", words) == (refused["StackStatus"], refused["StackStatusReason"])
    assert not {"borrower", "lender"} & left


def test_a_change_set_is_carried_out_when_it_is_executed(cloud: Cloud) -> None:
    """``aws cloudformation deploy``: described first, nothing made, then made."""
    formation = cloud.client("cloudformation")
    named = {"StackName": "deployed", "ChangeSetName": "first"}
    formation.create_change_set(
        **named, ChangeSetType="CREATE", TemplateBody=FARGATE, Capabilities=["CAPABILITY_IAM"]
    )
    before = kinds(cloud, "deployed")
    changes = formation.describe_change_set(**named)["Changes"]
    formation.execute_change_set(**named)
    assert (set(), {"Alarm", "Topic", "Gateway", "Role", "Definition"}) == (
        before,
        {each["ResourceChange"]["LogicalResourceId"] for each in changes},
    )
    assert "CREATE_COMPLETE" == formation.describe_stacks(StackName="deployed")["Stacks"][0]["StackStatus"]


SYNTHESISED = """
Transform: AWS::LanguageExtensions
Parameters:
  BootstrapVersion: {Type: "AWS::SSM::Parameter::Value<String>", Default: /cdk-bootstrap/hnb659fds/version}
  Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /aws/service/ami-al2023/x86_64}
  Zones: {Type: CommaDelimitedList, Default: "a,b"}
Resources:
  Meta: {Type: AWS::CDK::Metadata, Properties: {Analytics: "v2:deflate64:"}}
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.7.0.0/16}}
  Bare:
    Type: Custom::VpcRestrictDefaultSG
    Properties: {ServiceToken: !GetAtt Runs.Arn, DefaultSecurityGroupId: !GetAtt Vpc.DefaultSecurityGroup}
  Runs: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x}}
  Kept: {Type: Custom::LogRetention, Properties: {LogGroupName: /cdk/kept, RetentionInDays: 7}}
  Asked:
    Type: Custom::AWS
    Properties:
      Create: !Sub '{"service":"EC2","action":"describeVpcs","parameters":{"VpcIds":["${Vpc}"]}}'
  Unheard: {Type: Custom::Anything, Properties: {ServiceToken: !GetAtt Runs.Arn}}
  Topic: {Type: AWS::SNS::Topic}
  Stream: {Type: AWS::MSK::Cluster}
  Base: {Type: AWS::RDS::DBInstance, Properties: {Port: 5432}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: base
      SecurityGroupIngress:
        {IpProtocol: tcp, FromPort: !GetAtt Base.Endpoint.Port, ToPort: 5432, CidrIp: 10.7.0.0/16}
  Fn::ForEach::Subnets:
    - Zone
    - !Ref Zones
    - Subnet${Zone}:
        Type: AWS::EC2::Subnet
        Properties:
          VpcId: !Ref Vpc
          CidrBlock: !Select [!FindInMap [Nth, Subnet, !Ref Zone], !Cidr [10.7.0.0/16, 2, 8]]
          AvailabilityZone: !Sub "us-east-1${Zone}"
  Nat:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !Ref Image
      SubnetId: !Ref Subneta
      SourceDestCheck: false
      IamInstanceProfile: !Ref Profile
      Tenancy: default
  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: []}}
  Address: {Type: AWS::EC2::EIP}
  Bound:
    Type: AWS::EC2::EIPAssociation
    Properties: {AllocationId: !GetAtt Address.AllocationId, InstanceId: !Ref Nat}
Outputs:
  Block: {Value: !GetAtt Asked.Vpcs.0.CidrBlock}
  Topic: {Value: !Ref Topic}
  Address: {Value: !Sub "${Address} ${Nat.PublicIp}", Condition: Always}
  Kept: {Value: !GetAtt Kept.LogGroupName}
Conditions: {Always: !Equals [a, a]}
Mappings: {Nth: {Subnet: {a: 0, b: 1}}}
"""


def test_a_template_that_a_program_wrote_is_deployed(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    """The CDK's own resources do what its functions do; another's stands in, and the lab says so."""
    stack = deployed(cloud, "synthesised", SYNTHESISED)
    said = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    address, public = said["Address"].split()

    assert ("CREATE_COMPLETE", "10.7.0.0/16", "/cdk/kept") == (
        stack["StackStatus"],
        said["Block"],
        said["Kept"],
    )
    assert said["Topic"].startswith("arn:aws:sns:us-east-1:123456789012:")
    assert address == public
    assert {"Subneta", "Subnetb", "Stream"} <= kinds(cloud, "synthesised")
    assert "Unheard (Custom::Anything): is a stand-in: the lab runs no function" in capsys.readouterr().err


def test_the_default_group_that_the_cdk_restricts_has_no_rule(cloud: Cloud) -> None:
    """An endpoint in it admits nobody."""
    deployed(cloud, "restricted", SYNTHESISED)
    formation, ec2 = cloud.client("cloudformation"), cloud.client("ec2")
    vpc = formation.describe_stack_resource(StackName="restricted", LogicalResourceId="Vpc")
    wanted = [{"Name": "vpc-id", "Values": [vpc["StackResourceDetail"]["PhysicalResourceId"]]}]
    groups = ec2.describe_security_groups(Filters=wanted)["SecurityGroups"]
    assert [([], [])] == [
        (group["IpPermissions"], group["IpPermissionsEgress"])
        for group in groups
        if group["GroupName"] == "default"
    ]


ABSENT = """
Parameters: {P: {Type: "AWS::SSM::Parameter::Value<String>", Default: /a/b}}
Resources: {A: {Type: AWS::EC2::VPC}}
"""
RULED = """
Parameters: {Size: {Type: String, Default: small}}
Rules:
  Never: {RuleCondition: !Equals [!Ref Size, large], Assertions: [{Assert: !Equals [a, b]}]}
  Sizes:
    Assertions:
      - {Assert: {"Fn::Contains": [[medium, large], !Ref Size]}, AssertDescription: a size for production}
Resources: {A: {Type: AWS::EC2::VPC}}
"""
TWICE = """
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.8.0.0/16}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: twice
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.8.0.0/16}]
  Again:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Group, IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.8.0.0/16}
  Zone: {Type: AWS::Route53::HostedZone, Properties: {Name: twice.example.com}}
  Name:
    Type: AWS::Route53::RecordSet
    DependsOn: Zone
    Properties:
      HostedZoneName: twice.example.com.
      Name: www.twice.example.com
      Type: A
      AliasTarget: {DNSName: there.example.com, HostedZoneId: Z35SXDOTRQ7X7K}
"""


def test_a_rule_that_stands_already_is_as_good(cloud: Cloud) -> None:
    """Inline and as a resource of its own; and what a template may leave out that the API wants is there."""
    formation = cloud.client("cloudformation")
    assert "CREATE_COMPLETE" == deployed(cloud, "twice", TWICE)["StackStatus"]
    formation.delete_stack(StackName="twice")
    with pytest.raises(formation.exceptions.ClientError, match="does not exist"):
        formation.describe_stacks(StackName="twice")


REFUSED = {
    "a type that the lab cannot make": (
        "Resources: {A: {Type: AWS::NetworkFirewall::Firewall}}",
        "Unrecognized resource types: [AWS::NetworkFirewall::Firewall]",
    ),
    "a share of another account's": (
        "Resources: {A: {Type: AWS::RAM::ResourceShare}}",
        "Unrecognized resource types: [AWS::RAM::ResourceShare]",
    ),
    "a parameter that Systems Manager lacks": (
        ABSENT,
        "Unable to fetch parameters [/a/b] from parameter store",
    ),
    "an output of nothing": (
        "Resources: {A: {Type: AWS::EC2::VPC}}\nOutputs: {B: {Value: !Ref Nowhere}}",
        "Unresolved resource dependencies [Nowhere] in the Outputs block",
    ),
    "a parameter that is too short": (
        "Parameters: {P: {Type: String, Default: a, MinLength: 2}}\nResources: {A: {Type: AWS::EC2::VPC}}",
        "Parameter 'P' is beyond its MinLength or its MaxLength",
    ),
    "a parameter that is too large": (
        "Parameters: {P: {Type: Number, Default: 9, MaxValue: 8}}\nResources: {A: {Type: AWS::EC2::VPC}}",
        "Parameter 'P' is beyond its MinValue or its MaxValue",
    ),
    "a rule that does not hold": (RULED, "Rule failed: a size for production"),
    "a name that is nowhere": (
        "Resources: {A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Nowhere}}}",
        "Unresolved resource dependencies [Nowhere]",
    ),
    "a circle": (
        "Resources: {A: {Type: AWS::EC2::VPC, DependsOn: B}, B: {Type: AWS::EC2::VPC, DependsOn: A}}",
        "Circular dependency between resources",
    ),
    "a parameter without a value": (
        "Parameters: {P: {Type: String}}\nResources: {A: {Type: AWS::EC2::VPC}}",
        "Parameters: [P] must have values",
    ),
}


@pytest.mark.parametrize(("template", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_stand_is_refused_before_anything_is_made(
    cloud: Cloud, template: str, words: str
) -> None:
    """A ValidationError in CloudFormation's words, and no stack."""
    formation = cloud.client("cloudformation")
    with pytest.raises(formation.exceptions.ClientError) as refused:
        formation.create_stack(StackName="refused", TemplateBody=template)
    assert words in str(refused.value)
    with pytest.raises(formation.exceptions.ClientError, match="does not exist"):
        formation.describe_stacks(StackName="refused")


def test_who_makes_roles_has_to_say_so(cloud: Cloud) -> None:
    """Without the capability nothing is made."""
    formation = cloud.client("cloudformation")
    with pytest.raises(formation.exceptions.InsufficientCapabilitiesException, match="CAPABILITY_IAM"):
        formation.create_stack(StackName="unsaid", TemplateBody=FARGATE)
