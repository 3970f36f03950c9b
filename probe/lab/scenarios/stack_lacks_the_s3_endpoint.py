"""A CloudFormation stack has endpoints for ECR and Logs, and none for S3, where the layers are."""

from typing import Any

from probe.lab import expect, world

CLUSTER, SERVICE = "prod", "checkout"

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Image: {Type: String}
  Endpoints: {Type: CommaDelimitedList, Default: "ecr.api,ecr.dkr,logs"}
Mappings:
  Blocks: {Vpc: {Cidr: 10.20.0.0/16}}
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !FindInMap [Blocks, Vpc, Cidr], EnableDnsHostnames: true}
  Tasks:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 4, 8]]
      AvailabilityZone: !Select [0, !GetAZs ""]
      Tags: [{Key: Name, Value: !Sub "${AWS::StackName}-tasks"}]
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  TableOfTasks:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref Tasks}
  TaskGroup:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: tasks, VpcId: !Ref Vpc}
  EndpointGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: endpoints
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, SourceSecurityGroupId: !GetAtt TaskGroup.GroupId}
  EcrApi:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      PrivateDnsEnabled: true
      SubnetIds: [!Ref Tasks]
      SecurityGroupIds: [!Ref EndpointGroup]
      ServiceName: !Sub ["com.amazonaws.${AWS::Region}.${Name}", {Name: !Select [0, !Ref Endpoints]}]
  EcrDkr:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      PrivateDnsEnabled: true
      SubnetIds: [!Ref Tasks]
      SecurityGroupIds: [!Ref EndpointGroup]
      ServiceName: !Sub ["com.amazonaws.${AWS::Region}.${Name}", {Name: !Select [1, !Ref Endpoints]}]
  LogsEndpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      PrivateDnsEnabled: true
      SubnetIds: [!Ref Tasks]
      SecurityGroupIds: [!Ref EndpointGroup]
      ServiceName: !Sub ["com.amazonaws.${AWS::Region}.${Name}", {Name: !Select [2, !Ref Endpoints]}]
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /ecs/checkout, RetentionInDays: 7}
  Execution:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}]
      ManagedPolicyArns:
        - !Sub arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
  Cluster:
    Type: AWS::ECS::Cluster
    Properties: {ClusterName: prod}
  Definition:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: checkout
      Cpu: 256
      Memory: 512
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      ExecutionRoleArn: !GetAtt Execution.Arn
      ContainerDefinitions:
        - Name: checkout
          Image: !Ref Image
          LogConfiguration:
            LogDriver: awslogs
            Options: {awslogs-group: !Ref Logs, awslogs-region: !Ref AWS::Region, awslogs-stream-prefix: app}
  Service:
    Type: AWS::ECS::Service
    DependsOn: TableOfTasks
    Properties:
      ServiceName: checkout
      Cluster: !Ref Cluster
      LaunchType: FARGATE
      TaskDefinition: !Ref Definition
      NetworkConfiguration:
        AwsvpcConfiguration: {Subnets: [!Ref Tasks], SecurityGroups: [!GetAtt TaskGroup.GroupId]}
"""


def build(aws: Any) -> None:
    aws.client("ecr").create_repository(repositoryName="checkout")
    image = world.push_image(aws, "checkout", "1.0")
    formation = aws.client("cloudformation")
    formation.create_stack(
        StackName="prod",
        TemplateBody=TEMPLATE,
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": "Image", "ParameterValue": image}],
    )
    formation.get_waiter("stack_create_complete").wait(StackName="prod")


EXPECT = expect(findings=[("vpc-endpoint-missing", "com.amazonaws.us-east-1.s3")], exit_code=12)
