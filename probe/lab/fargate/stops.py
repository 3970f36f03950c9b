"""Why a task stopped before any container ran: the stop reasons of Fargate 1.4.0, word for word.

The grammar is AWS's (the forms of 2024 and later, where the agent speaks with SDK v2); the values are the
task's.
"""

from __future__ import annotations

REASON_LIMIT = 1024
"""ECS cuts a stop reason here."""

_INIT = "ResourceInitializationError: "
_PULL = "CannotPullContainerError: "
_STAGE_ONE = f"{_INIT}unable to pull secrets or registry auth: "
_CHECK = "Check your task network configuration."


class StartError(Exception):
    """The task never ran.  ``reason`` is its stop reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:REASON_LIMIT]


def registry_unreachable(words: str) -> StartError:
    return StartError(
        f"{_STAGE_ONE}The task cannot pull registry auth from Amazon ECR: There is a connection issue "
        f"between the task and Amazon ECR. {_CHECK} {words}"
    )


def registry_refused(words: str) -> StartError:
    return StartError(
        f"{_STAGE_ONE}execution resource retrieval failed: unable to retrieve ecr registry auth: "
        f"service call has been retried 1 time(s): {words}"
    )


def secret_unreachable(arn: str, words: str) -> StartError:
    return StartError(
        f"{_STAGE_ONE}unable to retrieve secret from asm: There is a connection issue between the task and "
        f"AWS Secrets Manager. {_CHECK} failed to fetch secret {arn} from secrets manager: {words}"
    )


def secret_refused(arn: str, words: str) -> StartError:
    return secret_wrong(
        f"service call has been retried 1 time(s): failed to fetch secret {arn} from secrets manager: {words}"
    )


def secret_wrong(words: str) -> StartError:
    return StartError(
        f"{_STAGE_ONE}execution resource retrieval failed: unable to retrieve secret from asm: {words}"
    )


def parameters_unreachable(words: str) -> StartError:
    return StartError(
        f"{_STAGE_ONE}unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems "
        "Manager. There is a connection issue between the task and AWS Systems Manager Parameter Store. "
        f"{_CHECK} {words}"
    )


def parameters_refused(words: str) -> StartError:
    return StartError(
        f"{_STAGE_ONE}execution resource retrieval failed: unable to retrieve secrets from ssm: "
        f"service call has been retried 1 time(s): {words}"
    )


def parameters_invalid(names: list[str]) -> StartError:
    return StartError(f"{_INIT}invalid ssm parameters: {','.join(names)}")


def manifest(words: str, tries: int) -> StartError:
    return StartError(f"{_PULL}pull image manifest has been retried {tries} time(s): {words}")


def layer_unreachable(image: str, words: str) -> StartError:
    return StartError(
        f"{_PULL}The task cannot pull {image} from the registry {image}. There is a connection issue "
        f"between the task and the registry. {_CHECK} : failed to copy: httpReadSeeker: failed open: "
        f"failed to do request: Get {image}: {words}"
    )


def layer_refused(image: str, status: str) -> StartError:
    return StartError(
        f"{_PULL}ref pull has been retried 1 time(s): failed to copy: httpReadSeeker: failed open: "
        f"unexpected status code {image}: {status}"
    )


def layer_foreign(digest: str, found: str) -> StartError:
    """The words of containerd for content that is not what its digest says."""
    return StartError(
        f'{_PULL}ref pull has been retried 1 time(s): failed to copy: failed commit on ref "layer-{digest}": '
        f"unexpected commit digest {found}, expected {digest}: failed precondition"
    )


def log_silent() -> StartError:
    return StartError(
        f"{_INIT}failed to validate logger args: The task cannot find the Amazon CloudWatch log group "
        "defined in the task definition. There is a connection issue between the task and Amazon "
        "CloudWatch. Check your network configuration. : signal: killed"
    )


def log_options(words: str) -> StartError:
    return StartError(f"{_INIT}failed to validate logger args: {words} : exit status 1")


def log_failed(what: str, words: str) -> StartError:
    return StartError(
        f"{_INIT}failed to validate logger args: create stream has been retried 1 times: "
        f"failed to create Cloudwatch log {what}: {words} : exit status 1"
    )


def env_file_unreachable() -> StartError:
    return StartError(
        f"{_INIT}failed to download env files: The task can't download the environment variable files from "
        f"Amazon S3. There is a connection issue between the task and Amazon S3. {_CHECK} service call has "
        "been retried 5 time(s): RequestCanceled: request context canceled "
        "caused by: context deadline exceeded"
    )


def env_file_refused(status: int, code: str, message: str) -> StartError:
    asked = "GetObject" if ":kms:" in message else "HeadObject"
    return StartError(
        f"{_INIT}failed to download env files: service call has been retried 1 time(s): operation error S3: "
        f"{asked}, https response error StatusCode: {status}, api error {code}: {message}"
    )


def routing_unreachable() -> StartError:
    return _routing("context deadline exceeded")


def routing_refused(status: int, code: str, message: str) -> StartError:
    return _routing(f"operation error S3: GetObject, StatusCode: {status}, api error {code}: {message}")


def _routing(words: str) -> StartError:
    """The open agent's words for a FireLens configuration; Fargate's own have not been seen."""
    return StartError(f"{_INIT}unable to download firelens s3 config file: {words}")


def collector_unreachable(url: str, words: str) -> StartError:
    return StartError(
        "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: "
        f'Options "{url}": {words}'
    )


def mount_unresolved(host: str) -> StartError:
    return _mount(
        f'Failed to resolve "{host}" - check that your file system ID is correct, and ensure that the VPC '
        "has an EFS mount target for this file system ID. See "
        "https://docs.aws.amazon.com/console/efs/mount-dns-name for more detail. Attempting to lookup mount "
        "target ip address using botocore. Failed to import necessary dependency botocore, please install "
        "botocore first. ",
        1,
    )


def mount_failed(words: str, tries: int, *, timed_out: bool) -> StartError:
    if not timed_out:
        return _mount(f"mount.nfs4: {words.rpartition(': ')[2].capitalize()} ", 32)
    attempts = (
        f"Mount attempt {number}/{tries} failed due to timeout after 15 sec, wait 0 sec before next attempt. "
        for number in range(1, tries)
    )
    return _mount(f"{''.join(attempts)}b'mount.nfs4: Connection timed out' ", 32)


def mount_denied(host: str, root: str) -> StartError:
    return _mount(f"b'mount.nfs4: access denied by server while mounting {host}:{root}' ", 32)


def _mount(words: str, code: int) -> StartError:
    return StartError(
        f"{_INIT}failed to invoke EFS utils commands to set up EFS volumes: stderr: {words}: "
        f"unsuccessful EFS utils command execution; code: {code}"
    )


def role_not_assumable(role_arn: str) -> StartError:
    return StartError(
        f"ECS was unable to assume the role '{role_arn}' that was provided for this task. Please verify that "
        "the role being passed has the proper trust relationship and permissions and that your IAM user has "
        "permissions to pass this role."
    )


def interface_refused(subnet: str, code: str, *, public: bool) -> StartError:
    where = f"with public IP assignment enabled in subnet '{subnet}'" if public else f"in subnet '{subnet}'"
    return StartError(f"Unexpected EC2 error while attempting to Create Network Interface {where}: {code}")
