"""Real name servers: what is said where one cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from probe.lab.daemons import program
from probe.lab.faults import Faults, Software
from probe.lab.stage import StageError

PACKAGES: dict[Software, str] = {"unbound": "unbound", "dnsmasq": "dnsmasq-base"}


@pytest.mark.parametrize(("software", "package"), PACKAGES.items(), ids=PACKAGES)
def test_a_missing_server_is_one_line_to_type(software: Software, package: str, tmp_path: Path) -> None:
    """The package that Debian has it in, which is not always called as the server is."""
    with pytest.raises(StageError) as refusal:
        program(software, str(tmp_path))
    assert f"the scenario needs a real {software}: run apt-get install {package}" == str(refusal.value)


@pytest.mark.parametrize(
    "fault", [{"drop": "tcp"}, {"rcode": "REFUSED"}, {"delay": 1}, {"upstream": "world"}]
)
def test_a_real_server_has_no_faults_of_ours(fault: dict[str, object]) -> None:
    """Whoever asks for both is told so while the scenario is read, not given half of it."""
    with pytest.raises(ValueError, match="leave out software"):
        Faults().name_server("10.0.0.53", software="unbound", **fault)  # type: ignore[arg-type]
