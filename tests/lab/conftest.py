"""Every rehearsal that this session's tests ask for, started at the first of them and shared by all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.catalogue import NOT_YET, Company, Rehearsal


@pytest.fixture(scope="session")
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    """The labs of the selected tests, in the order in which the tests will ask.

    A parameter that is called ``scenario`` is the catalogue's: no other test may use that name.
    """
    calls = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    gathered = Company(call.params["scenario"] for call in calls if "scenario" in call.params)
    yield gathered
    gathered.leave()


@pytest.fixture
def rehearsal(company: Company, scenario: str) -> Rehearsal:
    """The rehearsal of the scenario that a test is about."""
    return company.rehearsal(scenario)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Whoever runs the catalogue reads what the diagnosis cannot do yet."""
    lacking = [f"{name} ({why})" for name, why in sorted(NOT_YET.items())]
    terminalreporter.write_line(f"scenarios not met yet: {'; '.join(lacking) or 'none'}")
