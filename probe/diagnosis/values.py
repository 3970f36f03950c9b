"""How findings about references are worded and mended."""

from __future__ import annotations

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clues, Rule, nothing, says
from probe.diagnosis.commands import aws
from probe.diagnosis.definitions import corrected
from probe.model import Severity


def _missing_why(_: Case, clues: Clues) -> str:
    found = clues[0].detail.get("found", "")
    again = f" There is {found}: it was deleted and made again, or its suffix was mistyped." if found else ""
    return (
        f"The service was reached and let the role in, and has no {clues[0].subject} in that region and "
        f"account.{again} Create it under exactly that name, or correct the task definition."
    )


def _partial_why(_: Case, clues: Clues) -> str:
    found = clues[0].detail.get("found", "")
    whole = f"the whole ARN, {found}" if found else "the whole ARN"
    return (
        f"{clues[0].subject} lacks the six characters that Secrets Manager appends to an ARN, and cannot be "
        f"resolved as it is written. A refusal of such an ARN is not about permissions. Write {whole}."
    )


def _corrected(case: Case, clues: Clues) -> tuple[str, ...]:
    return corrected(case, clues[0].subject)


def _key_why(_: Case, clues: Clues) -> str:
    key = clues[0].detail.get("key", "")
    return f"The secret's value is JSON, and has no key {key!r}. Keys are told apart by case."


def _json_why(_: Case, clues: Clues) -> str:
    key = clues[0].detail.get("key", "")
    return f"The reference asks for the key {key!r}, and the secret's value is no JSON object."


def _deleted_fix(case: Case, clues: Clues) -> tuple[str, ...]:
    secret = clues[0].subject
    region = secret.split(":")[3] if secret.startswith("arn:") else case.spec.region
    return (aws("secretsmanager", "restore-secret", region, secret_id=secret),)


def _mangled_why(_: Case, clues: Clues) -> str:
    kind = clues[0].detail.get("mangled", "value")
    how = {"number": "1.75e+09 for 1750000000", "null": "<nil>"}.get(kind, "map[key:value]")
    return (
        f"The JSON {kind} is injected in Go's notation ({how}), as the open agent does it; Fargate's is "
        "taken to do the same. Store it as a string."
    )


def _region_why(case: Case, clues: Clues) -> str:
    found = clues[0].detail.get("found", "another region")
    return (
        f"A bare name is looked up in the tasks' region, {case.spec.region}; the parameter is in {found}. "
        "Refer to it by its full ARN."
    )


RULES = (
    Rule(
        "secret-reference-malformed",
        "A reference is malformed",
        says(
            "The agent rejects what {subject} refers to: an ARN of a secret has either no selector, or "
            "key, stage and version with all three colons; a parameter is a name or an ARN."
        ),
        _corrected,
    ),
    Rule("secret-not-found", "The secret does not exist", _missing_why, _corrected),
    Rule("parameter-not-found", "The parameter does not exist", _missing_why, nothing),
    Rule("secret-partial-arn", "The secret's ARN is incomplete", _partial_why, _corrected),
    Rule("secret-key-missing", "The secret lacks a JSON key", _key_why, nothing),
    Rule("secret-not-json", "The secret is not JSON", _json_why, nothing),
    Rule(
        "secret-marked-for-deletion",
        "The secret is scheduled for deletion",
        says("{subject} is scheduled for deletion, and nothing can be read from it until it is restored."),
        _deleted_fix,
    ),
    Rule(
        "secret-version-missing",
        "The secret has no such version",
        says(
            "{subject} exists and has no value for the stage or version that is asked for; a secret that "
            "was created without a value has none at all."
        ),
        nothing,
    ),
    Rule(
        "secret-binary",
        "The secret is binary",
        says("Only SecretBinary is set on {subject}, and ECS injects SecretString alone."),
        nothing,
    ),
    Rule(
        "secret-number-mangled", "A value will be injected mangled", _mangled_why, nothing, Severity.WARNING
    ),
    Rule("parameter-wrong-region", "The parameter is in another region", _region_why, _corrected),
    Rule(
        "parameter-secret-versioned",
        "A parameter cannot select a secret's version",
        says("{subject} refers to a secret through a parameter; such a reference takes no version or label."),
        _corrected,
    ),
    Rule(
        "env-file-not-found",
        "The environment file does not exist",
        says(
            "There is no {subject}. S3 answers 403 in place of 404 to a role without s3:ListBucket: that "
            "permission is not what is missing."
        ),
        nothing,
    ),
    Rule(
        "env-file-malformed",
        "The environment file is malformed",
        says(
            "{subject} was read, and the agent rejects it: no line of NAME=value may have more than 65,535 "
            "bytes, and its name ends in .env."
        ),
        nothing,
    ),
)
