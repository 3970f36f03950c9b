"""What carries a plan into the VPC; one file a carrier."""
