"""The fix is true: the commands that a finding prints, run as they stand, make the next run healthy."""

from __future__ import annotations

import pytest

from tests.lab.catalogue import SCENARIOS, Rehearsal

pytestmark = pytest.mark.lab

NO_COMMAND_MENDS = {
    "secret-not-found": "only its owner knows the value of a secret",
    "secret-key-missing": "only its owner knows which key was meant",
    "secret-binary": "only its owner knows the value as text",
    "secret-not-json": "only its owner knows the value as JSON",
    "secret-number-mangled": "only its owner may write the value anew",
    "secret-version-missing": "only its owner knows which version was meant",
    "parameter-not-found": "only its owner knows the value of a parameter",
    "parameter-wrong-region": "a corrected definition alone leads nowhere without a way to that region",
    "env-file-not-found": "only its owner knows what is in it",
    "env-file-malformed": "only its owner knows what is in it",
    "efs-access-denied": "only its owner knows who may mount the file system",
    "subnet-out-of-addresses": "only its owner knows whose address may be freed, or which subnet instead",
    "image-not-found": "only a build makes an image",
    "image-layers-unreachable": "no setting of AWS's is to blame",
    "registry-credentials-invalid": "only its owner knows the login",
    "registry-rate-limited": "the registry is not AWS's, and counts on",
    "tls-intercepted": "no setting of AWS's is to blame: something on the way is",
    "tls-certificate-expired": "no setting of AWS's is to blame",
    "tls-wrong-host": "no setting of AWS's is to blame",
    "tls-handshake-reset": "no setting of AWS's is to blame",
    "tls-handshake-stalled": "no setting of AWS's is to blame",
    "connection-refused": "no setting of AWS's is to blame: nobody listens there",
    "connection-reset": "no setting of AWS's is to blame: something on the way resets",
    "path-blocked-unexplained": "no setting that can be read is to blame",
    "answered-by-middlebox": "no setting of AWS's is to blame",
    "dns-server-failure": "the name server is not AWS's, and says itself that it is at fault",
    "service-throttling": "AWS slows its callers down",
    "service-failing": "AWS itself fails",
    "unexpected-access": "only its owner knows which of the ways to it was meant to be shut",
}
"""Findings that no command of ours can mend, and why; every other one is a fault of configuration."""

NOT_THE_ACCOUNTS = {
    "kms_key_pending_import": "only its owner has the material of the key",
    "service_control_policy_denies": "only the organization's manager changes its policies",
    "resource_control_policy_denies": "only the organization's manager changes its policies",
    "secret_of_another_account_denies": "only the account of a secret changes its policy",
}
"""Scenarios of faults that the account of the service cannot mend, though others of that code it can."""

NOTHING_WRONG = {"start-path-healthy"}
"""What a mended service still says for an hour: its path is whole, and its old tasks have stopped."""

FAULTY = [
    name
    for name, scenario in SCENARIOS.items()
    if name not in NOT_THE_ACCOUNTS
    and scenario.expect
    and {row.code for row in scenario.expect.findings} - NO_COMMAND_MENDS.keys()
]


@pytest.mark.parametrize("scenario", FAULTY)
def test_every_finding_prints_a_fix(rehearsal: Rehearsal) -> None:
    """A finding about a setting comes with at least one command."""
    silent = [
        finding["code"]
        for finding in rehearsal.report()["findings"]
        if not finding["fix"]["cli"] and finding["code"] not in NO_COMMAND_MENDS
    ]
    assert silent == []


@pytest.mark.parametrize("scenario", FAULTY)
def test_the_printed_fix_makes_the_next_run_healthy(rehearsal: Rehearsal) -> None:
    """The AWS CLI accepts every command in order, and run-probe then ends with 0 and finds nothing wrong."""
    fix = rehearsal.act("fix")
    assert (fix["exit_code"], fix["stderr"]) == (0, "")
    again = rehearsal.act("second")
    wrong = [(finding["code"], finding["evidence"]) for finding in again["findings"]]
    assert (again["exit_code"], [row for row in wrong if row[0] not in NOTHING_WRONG]) == (0, [])
