"""Forms of ECS stop reasons: wrapper, family, phase, clause; the names in them are made up."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

PULL = "ResourceInitializationError: unable to pull secrets or registry auth: "
AUTH = f"{PULL}execution resource retrieval failed: unable to retrieve ecr registry auth: "
SECRET = f"{PULL}execution resource retrieval failed: unable to retrieve secret from asm: "
DENIED = (
    "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/run/1 is not authorized to perform: "
)
ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:checkout-a1B2c3"
DIAL = (
    "service call has been retried 3 time(s): RequestError: send request failed caused by: "
    'Post "https://{}/": {}'
)


class Form(NamedTuple):
    """One text, its stage, and every cause that may be answered first."""

    name: str
    stage: str
    causes: tuple[str, ...]
    text: str


def _read(number: int, line: str) -> Form:
    stage, causes, text = line.split("|", 2)
    return Form(f"{number}-{stage}", stage, tuple(causes.split(",")), text)


_LINES = Path(__file__).with_name("forms.txt").read_text(encoding="utf-8").splitlines()
FORMS = tuple(_read(number, line) for number, line in enumerate(_LINES, 1) if not line.startswith("#"))
