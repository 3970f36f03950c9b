"""A denial in AWS's own words, which differ a little from service to service."""

from __future__ import annotations

from probe.lab.iam.policies import Question


def denial(question: Question, clause: str) -> str:
    """The message of an AccessDenied error, reason clause included."""
    who = question.principal.arn if question.principal else "anonymous"
    service = question.action.partition(":")[0]
    on = f' on resource: "{question.resource}"' if service == "s3" else f" on resource: {question.resource}"
    if service == "ec2" and question.resource == "*":
        on = ""
    if question.action == "sts:AssumeRole" and "role trust policy" in clause:
        on = ""
    text = f"User: {who} is not authorized to perform: {question.action}{on} {clause}"
    return f"You are not authorized to perform this operation. {text}" if service == "ec2" else text
