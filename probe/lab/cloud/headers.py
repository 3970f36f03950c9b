"""The headers by which AWS's answers are known."""

from __future__ import annotations

import uuid

from probe.lab.api.errors import HOST_ID
from probe.lab.names import Place
from probe.lab.wire import Answer


def dressed(answer: Answer, place: Place) -> Answer:
    """The answer with the request id, and with what the service in particular adds."""
    if "x-lab-not-aws" in answer.headers:
        return Answer(
            answer.status, {k: v for k, v in answer.headers.items() if k != "x-lab-not-aws"}, answer.body
        )
    request_id = answer.headers.get("x-amzn-requestid") or str(uuid.uuid4())
    match place.suffix:
        case "s3":
            plain = {name: value for name, value in answer.headers.items() if name != "x-amzn-requestid"}
            more = {"x-amz-request-id": request_id.replace("-", "")[:16].upper(), "x-amz-id-2": HOST_ID}
            return Answer(answer.status, {**plain, **more, "server": "AmazonS3"}, answer.body)
        case "ecr.dkr":
            return answer.having({"docker-distribution-api-version": "registry/2.0"})
        case "ec2":
            return answer.having({"x-amzn-requestid": request_id, "server": "AmazonEC2"})
        case _ if place.service.api is None:
            return answer
        case _:
            return answer.having({"x-amzn-requestid": request_id})
