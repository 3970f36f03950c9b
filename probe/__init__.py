"""run-probe: measure, from inside the VPC, why a Fargate task cannot start."""

__version__ = "0.1.0"
