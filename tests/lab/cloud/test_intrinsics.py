"""A template's functions, each as CloudFormation's reference documents it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from probe.lab.api.errors import ApiError
from probe.lab.cloudformation.intrinsics import Scope, resolve
from probe.lab.cloudformation.loops import written_out
from probe.lab.cloudformation.templates import read

TEMPLATE = read("""
Mappings: {Blocks: {us-east-1: {Vpc: 10.0.0.0/16}}}
Conditions: {Live: !Equals [!Ref Stage, live], Test: !Not [Condition: Live]}
Resources: {Any: {Type: AWS::EC2::VPC}}
""")


def scope() -> Scope:
    """A stack in us-east-1 of which a VPC stands."""
    made = {("Vpc", ""): "vpc-1", ("Vpc", "CidrBlock"): "10.0.0.0/16"}
    return Scope(
        template=TEMPLATE,
        values={
            "Stage": "live",
            "Rest": "pc",
            "Ids": ["a", "b"],
            "AWS::Region": "us-east-1",
            "AWS::StackName": "net",
        },
        made=lambda name, attribute: made[name, attribute],
        exports=lambda: {"net:Vpc": "vpc-9"},
        zones=lambda region: [f"{region}a", f"{region}b"],
        stored=lambda where, key: f"<{where} {key}>",
    )


VALUES = {
    "Ref of a parameter": ("!Ref Stage", "live"),
    "Ref of a resource": ("!Ref Vpc", "vpc-1"),
    "Ref of a function": ("Ref: !Sub 'V${Rest}'", "vpc-1"),
    "GetAtt of functions": ("Fn::GetAtt: [!Sub 'V${Rest}', !Join ['', [Cidr, Block]]]", "10.0.0.0/16"),
    "GetAtt in its short form": ("!GetAtt Vpc.CidrBlock", "10.0.0.0/16"),
    "GetAtt in its long form": ("{'Fn::GetAtt': [Vpc, CidrBlock]}", "10.0.0.0/16"),
    "Sub": ("!Sub '${AWS::StackName}/${Vpc}/${Vpc.CidrBlock}'", "net/vpc-1/10.0.0.0/16"),
    "Sub with a map": ("!Sub ['${A}-${Stage}', {A: !Ref Vpc}]", "vpc-1-live"),
    "Sub leaves literals": ("!Sub '${!Stage}'", "${Stage}"),
    "Join": ("!Join ['-', [!Ref Stage, 1, true]]", "live-1-true"),
    "Select": ("!Select [1, !Ref Ids]", "b"),
    "Split": ("!Split [',', 'x,y']", ["x", "y"]),
    "FindInMap": ("!FindInMap [Blocks, !Ref 'AWS::Region', Vpc]", "10.0.0.0/16"),
    "FindInMap with a default": ("!FindInMap [Blocks, mars, Vpc, {DefaultValue: none}]", "none"),
    "Cidr": ("!Cidr [!GetAtt Vpc.CidrBlock, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
    "GetAZs of here": ("!GetAZs ''", ["us-east-1a", "us-east-1b"]),
    "GetAZs of nothing": ("Fn::GetAZs: null", ["us-east-1a", "us-east-1b"]),
    "GetAZs with a function in it": ("Fn::GetAZs: !Ref AWS::Region", ["us-east-1a", "us-east-1b"]),
    "ImportValue": ("Fn::ImportValue: !Sub '${AWS::StackName}:Vpc'", "vpc-9"),
    "If": ("!If [Live, 1, 2]", 1),
    "If of what does not hold": ("!If [Test, 1, 2]", 2),
    "And and Or": ("!And [!Or [Condition: Test, Condition: Live], Condition: Live]", True),
    "Base64": ("Fn::Base64: hello", "aGVsbG8="),
    "Length": ("Fn::Length: !Ref Ids", 2),
    "ToJsonString": ("Fn::ToJsonString: {a: !Ref Stage}", '{"a": "live"}'),
    "Contains": ("Fn::Contains: [[a, live], !Ref Stage]", True),
    "EachMemberIn": ("Fn::EachMemberIn: [!Ref Ids, [a]]", False),
    "EachMemberEquals": ("Fn::EachMemberEquals: [[live, live], !Ref Stage]", True),
    "no value is no property": ("{a: !Ref AWS::NoValue, b: [1, !Ref AWS::NoValue]}", {"b": [1]}),
    "a parameter of Systems Manager": ("'{{resolve:ssm:/a/b:1}}'", "<ssm /a/b:1>"),
    "a secret inside a text": (
        "'x{{resolve:secretsmanager:n:SecretString:k}}'",
        "x<secretsmanager n:SecretString:k>",
    ),
    "a date is a text": ("2012-10-17", "2012-10-17"),
}


@pytest.mark.parametrize(("written", "value"), VALUES.values(), ids=VALUES.keys())
def test_a_function_gives_what_the_reference_says(written: str, value: Any) -> None:
    """The value of each function, as it is written in YAML."""
    template = read(
        f"Resources: {{Any: {{Type: 'AWS::EC2::VPC'}}}}\nOutputs:\n  It:\n    Value:\n      {written}\n"
    )
    assert value == resolve(template.outputs["It"]["Value"], scope())


REFUSED = {
    "an alias": ("Resources: {A: &a {Type: AWS::EC2::VPC}, B: *a}", "YAML aliases are not allowed"),
    "not YAML": ("Resources: {", "YAML not well-formed. (line 1"),
    "a list": ("[1]", "unsupported structure"),
    "no resources": ("Outputs: {}", "At least one Resources member"),
    "an unknown section": ("Resource: {A: {Type: AWS::EC2::VPC}}", "Invalid template property or properties"),
    "properties that are a list": (
        "Resources: {A: {Type: X, Properties: [1]}}",
        "[/Resources/A/Properties] must be an object",
    ),
    "an output without a value": (
        "Resources: {A: {Type: X}}\nOutputs: {B: {Description: b}}",
        "Output B must have a Value",
    ),
    "a macro": ("Transform: [MyMacro]\nResources: {A: {Type: X}}", "runs no macros: MyMacro"),
    "a file included": (
        "Transform: {Name: 'AWS::Include', Parameters: {}}\nResources: {A: {Type: X}}",
        "runs no macros: AWS::Include",
    ),
    "a loop without its transform": (
        "Resources: {'Fn::ForEach::L': [X, [a], {}]}",
        "Fn::ForEach::L wants the transform AWS::LanguageExtensions",
    ),
    "a resource without a type": ("Resources: {A: {Properties: {}}}", "Every resource must have a Type"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_template_is_refused_in_cloudformations_words(text: str, words: str) -> None:
    """A ValidationError that says what is wrong, and where."""
    with pytest.raises(ApiError) as refused:
        read(text)
    assert ("ValidationError", True) == (refused.value.code, words in refused.value.message)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("!Select [2, [a, b]]", "cannot select nonexistent value at index 2"),
        ("!FindInMap [Blocks, mars, Vpc]", "Unable to get mapping for Blocks::mars::Vpc"),
        ("Fn::ImportValue: nothing", "No export named nothing found."),
        ("!If [Never, 1, 2]", "unresolved condition dependency Never"),
        ("!Join [a]", "Fn::Join is not as its reference wants it"),
        ("!Select [x, [a]]", "Fn::Select is not as its reference wants it"),
        ("Fn::Sub: [1, {}]", "Fn::Sub is not as its reference wants it"),
    ],
    ids=["select", "map", "import", "condition", "too-few", "no-number", "no-text"],
)
def test_a_function_that_finds_nothing_says_so(written: str, words: str) -> None:
    """No function gives a made-up value."""
    template = read(
        f"Resources: {{Any: {{Type: 'AWS::EC2::VPC'}}}}\nOutputs:\n  It:\n    Value:\n      {written}\n"
    )
    with pytest.raises(ApiError, match=words):
        resolve(template.outputs["It"]["Value"], scope())


def test_a_template_in_json_may_have_tabs() -> None:
    """Which YAML, of which JSON is said to be a part, may not; and a mark before its first byte."""
    assert {"A": {"Type": "X"}} == read('\ufeff{\t"Resources": {\n\t"A": {"Type": "X"}}}').resources


LOOPS = """
Transform: AWS::LanguageExtensions
Mappings: {Zones: {All: {Letters: [a, b]}}}
Resources:
  Fn::ForEach::Subnets:
    - Zone
    - !FindInMap [Zones, All, Letters]
    - Subnet${Zone}:
        Type: AWS::EC2::Subnet
        Properties:
          AvailabilityZone: !Sub "us-east-1${Zone}"
          Fn::ForEach::Inner: [Key, [x/1], {"K&{Key}": !Ref Key}]
Outputs:
  Fn::ForEach::Ids: [Zone, [a], {"Id${Zone}": {Value: !Ref "Zone"}}]
"""


def test_a_loop_is_written_out_for_each_item() -> None:
    """In keys, in texts and for references; ``&{}`` drops what a logical id cannot have; loops nest."""
    made = written_out(
        template := read(LOOPS), lambda over: resolve(over, replace(scope(), template=template))
    )
    assert ({"Subneta", "Subnetb"}, {"Ida": {"Value": "a"}}) == (set(made.resources), made.outputs)
    assert {"AvailabilityZone": {"Fn::Sub": "us-east-1b"}, "Kx1": "x/1"} == made.resources["Subnetb"][
        "Properties"
    ]


def test_a_loop_of_another_form_is_refused() -> None:
    """It wants an identifier, a collection and a fragment."""
    broken = read(LOOPS.replace("[Zone, [a], {", "[Zone, {"))
    with pytest.raises(ApiError, match="Fn::ForEach::Ids wants an identifier"):
        written_out(broken, lambda _: [])
