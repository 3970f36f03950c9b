"""The AWS API's form: calls read by their service's model, errors in each protocol's shape.  No behaviour."""
