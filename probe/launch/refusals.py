"""What AWS, or the operator's own set-up, refuses; said as ``{what happened}: {why}`` and what to do.

Every question to AWS that a run cannot do without goes through ``asking``, so that a missing permission names
its action and its resource, once, in the same words everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from probe.launch.refused import RefusedError

NO_ANSWER = (BotoCoreError, ResponseParserError)
"""How boto3 says that AWS gave no answer: nobody did, or a page of something else in between."""

FAILURES = (ClientError, *NO_ANSWER)
"""How boto3 says that a call came to nothing."""

_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Client.UnauthorizedOperation"}
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN_KEYS = frozenset(
    {"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "SignatureDoesNotMatch"}
)
_LINE = 300
_ACTION = re.compile(r"perform:? (?P<action>[\w-]+:\w+)(?: on resource:? (?P<resource>\S+))?")


@contextmanager
def asking(what: str, action: str, resource: str = "*") -> Iterator[None]:
    """Turn AWS's refusal of what happens inside into a ``RefusedError`` about ``what``.

    ``action`` and ``resource`` are IAM's, for a refusal that does not name them.
    """
    try:
        yield
    except ClientError as error:
        raise refused(what, error, action, resource) from error
    except NO_ANSWER as error:
        raise RefusedError(what, in_one_line(error), _advice_of_client(error)) from error


def refused(what: str, error: ClientError, action: str, resource: str) -> RefusedError:
    """The refusal that an AWS error is."""
    code, words = code_of(error), words_of(error)
    if code in _DENIED:
        action, resource = named_in(words, action, resource)
        why = f"{action} on {resource} is denied"
        return RefusedError(
            what, why, f"allow {action} on {resource} in a policy of your own role or user; AWS said: {words}"
        )
    if code in _EXPIRED:
        return RefusedError(
            what, "the credentials have expired", "sign in again (for example: aws sso login)"
        )
    if code in _UNKNOWN_KEYS:
        return RefusedError(
            what, f"AWS does not know these credentials ({code})", "check --profile and the AWS_* variables"
        )
    return RefusedError(what, f"{code}: {words}", f"see what {action} says of this request")


def is_denied(error: ClientError) -> bool:
    """Whether AWS refused for want of a right, and for no other reason."""
    return code_of(error) in _DENIED


def named_in(words: str, action: str, resource: str) -> tuple[str, str]:
    """The action and the resource that AWS's words name; those that are given where they name none."""
    named = _ACTION.search(words)
    return (named["action"], named["resource"] or resource) if named else (action, resource)


def code_of(error: ClientError) -> str:
    """AWS's code of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def words_of(error: ClientError) -> str:
    """AWS's message of an error, on one line."""
    return " ".join(str(error.response.get("Error", {}).get("Message", "")).split())


def in_one_line(error: Exception) -> str:
    """What an error says, short enough for a progress line."""
    return " ".join(str(error).split())[:_LINE]


def _advice_of_client(error: Exception) -> str:
    match type(error).__name__:
        case "NoCredentialsError" | "PartialCredentialsError" | "CredentialRetrievalError":
            return "sign in, or name a profile with --profile"
        case "SSOTokenLoadError" | "UnauthorizedSSOTokenError" | "TokenRetrievalError":
            return "sign in again: aws sso login"
        case "ProfileNotFound":
            return "name a profile of ~/.aws/config with --profile"
        case _:
            return "check the region, the network of this machine and its proxy settings"
