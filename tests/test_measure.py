"""Targets at once, layers in order, one deadline, a word for every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from typing import Any

import pytest
import trustme

from probe import measure as measuring
from probe.exits import Exit, judge
from probe.measure import Inbox, Told, from_here, measure
from probe.model import Call, Layer, Observation, Status, Target
from probe.vantage import Vantage, system_look_up
from tests.authority import shown, trusting
from tests.clients import Answer, answering
from tests.loopback import Pages, Zone, full, listener, name_server, page, secured, silent, unused
from tests.vantages import NAME, kinds, target, vantage

OURS = trustme.CA()
IDENTITY = Call(operation="sts:GetCallerIdentity")
WHO = Answer("get_caller_identity", {}, {"Arn": "arn:aws:sts::123456789012:assumed-role/exec/r1"})
ABOVE = ["connect", "handshake", "request", "sts:GetCallerIdentity"]


def run(here: Vantage, inbox: Inbox | None = None) -> list[Observation]:
    """Everything that a vantage's work comes to."""
    return list(measure(here.work, vantage=here, inbox=inbox))


@pytest.fixture
def service() -> Iterator[int]:
    """The port of a service that is what it says."""
    pages = Pages({"/": [page(403, headers={"x-amzn-requestid": "r"})]})
    with listener(secured(shown(OURS, NAME), pages)) as port:
        yield port


def test_a_healthy_target_passes_every_layer_in_order(service: int) -> None:
    """From the name to the signed call, each step above the one before; healthy."""
    asked = target(service, calls=(IDENTITY,))
    with (
        name_server(Zone(a=("127.0.0.1",)), Zone(a=("127.0.0.1",))) as server,
        answering("sts", [WHO]) as client,
    ):
        told = run(vantage(asked, servers=[server], trust=trusting(OURS), clients={"sts": client}))
    chain = [one.operation for one in told if one.operation not in {"resolve-udp", "resolve-tcp"}]
    assert (["resolve-system", *ABOVE], {Status.PASS}, Exit.HEALTHY) == (
        chain,
        {one.status for one in told},
        judge(asked, told),
    )


def test_steps_above_a_broken_layer_are_skipped_and_say_why() -> None:
    """Nobody measures a handshake where nothing connects; the cells say so."""
    asked = target(unused(), calls=(IDENTITY,))
    told = run(vantage(asked))
    assert (
        ["pass", "refused", "skip", "skip", "skip"],
        {"connect failed: refused"},
        Exit.TCP,
    ) == (
        [kind for _, kind in kinds(told)],
        {one.because for one in told if one.status is Status.SKIP},
        judge(asked, told),
    )


def test_dns_fails_only_when_the_system_resolver_does(service: int) -> None:
    """A name server that is silent over TCP is told, and the chain goes on."""
    asked = target(service)
    with name_server(Zone(a=("127.0.0.1",)), None) as server:
        told = run(vantage(asked, servers=[server], trust=trusting(OURS), timeout=1.0))
    failed = [one.operation for one in told if one.status is Status.FAIL]
    assert (["resolve-tcp"], Exit.HEALTHY) == (failed, judge(asked, told))


def test_one_dead_address_of_two_does_not_end_the_chain(service: int) -> None:
    """The layer passes, the dead address is told, and the handshake goes to the living one."""
    asked = target(service)
    told = run(vantage(asked, addresses={NAME: ["127.0.0.2", "127.0.0.1"]}, trust=trusting(OURS)))
    found = {(one.operation, one.address): one.status.value for one in told}
    assert ("fail", "pass", Exit.HEALTHY) == (
        found["connect", "127.0.0.2"],
        found["handshake", "127.0.0.1"],
        judge(asked, told),
    )


def test_targets_wait_at_once() -> None:
    """Six black holes take the time of one."""
    with full() as port:
        holes = [target(port, service=f"hole-{number}") for number in range(6)]
        here = vantage(*holes, timeout=1.0)
        told = run(here)
        took = here.elapsed()
    assert (6, True) == (sum(kind == "timeout" for _, kind in kinds(told)), took < 4)


def test_the_deadline_leaves_a_word_for_every_step() -> None:
    """What was under way and what was never begun are skips that say why, and the code is out of time."""
    with full() as port:
        asked = target(port, calls=(IDENTITY,))
        here = vantage(asked, timeout=5, deadline=0.3, servers=[("127.0.0.1", unused())])
        told = run(here)
    late = [one.operation for one in told if one.because == "no answer before the deadline of 0.3 s"]
    assert (["resolve-udp", *ABOVE], Exit.OUT_OF_TIME) == (late, judge(asked, told))


def test_being_told_to_stop_ends_the_run_at_once() -> None:
    """The steps that were not reached name who ended the run."""
    inbox: Inbox = SimpleQueue()
    inbox.put(Told("told to stop (SIGTERM)"))
    with full() as port:
        asked = target(port, layers=(Layer.TCP,), host="127.0.0.1")
        told = run(vantage(asked, timeout=5), inbox)
    assert [("connect", "told to stop (SIGTERM)")] == [(one.operation, one.because) for one in told]


def test_a_fault_of_the_tool_is_an_error_and_not_a_verdict(
    service: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A thread that breaks leaves errors in its own cells, a traceback in the log, and the rest alone."""
    broken = target(service, calls=(IDENTITY,))
    whole = target(service, service="kms")
    told = run(vantage(broken, whole, trust=trusting(OURS), clients={}))
    errors = [(one.target, one.operation, one.because) for one in told if one.status is Status.ERROR]
    assert [("secretsmanager", "sts:GetCallerIdentity", "KeyError: 'sts'")] == errors
    assert (Exit.HEALTHY, True) == (
        judge(whole, [one for one in told if one.target == "kms"]),
        "Traceback" in capsys.readouterr().err,
    )


def test_the_port_range_is_recorded_once() -> None:
    """Replies come back to it: one connect of the run carries it, whichever was first."""
    with listener(silent) as port:
        plain = [target(port, service=f"t{number}", layers=(Layer.DNS, Layer.TCP)) for number in range(3)]
        told = run(vantage(*plain))
    ranges = [one.facts["local_ports"] for one in told if "local_ports" in one.facts]
    expected = "-".join(measuring.PORTS.read_text().split())
    assert [expected] == ranges


def test_a_host_without_layers_above_tcp_is_connected_and_no_more() -> None:
    """A file system's port is not spoken to."""
    with listener(silent) as port:
        asked = target(port, service="host", host="127.0.0.1", layers=(Layer.DNS, Layer.TCP))
        told = run(vantage(asked))
    assert [("resolve-system", "pass"), ("connect", "pass")] == kinds(told)


@pytest.mark.parametrize(
    ("port_of", "expected"), [("living", "not-found"), ("dead", "skip")], ids=["token", "no-token"]
)
def test_a_pull_waits_for_its_regions_token(service: int, port_of: str, expected: str) -> None:
    """The pull is made with the api's token, or skipped when the api's chain ends without one."""
    pull = Call(operation="registry:Pull", reference="r/web:1")
    token = Call(operation="ecr:GetAuthorizationToken")
    got = {"authorizationData": [{"authorizationToken": "dG9rZW4="}]}
    pages = Pages({"/v2/": [page(401, headers={"docker-distribution-api-version": "registry/2.0"})]})
    answers = [Answer("get_authorization_token", {}, got)] if port_of == "living" else []
    with answering("ecr", answers) as client, listener(secured(shown(OURS, NAME), pages)) as registry:
        api = target(service if port_of == "living" else unused(), service="ecr.api", calls=(token,))
        dkr = target(registry, service="ecr.dkr", calls=(pull,))
        told = run(vantage(api, dkr, trust=trusting(OURS), clients={"ecr": client}))
    assert [expected] == [kind for operation, kind in kinds(told) if operation == "registry:Pull"]


def test_from_here_takes_the_machines_own_settings() -> None:
    """Name servers, resolver and trust are this machine's, and a region with an api has a token coming."""
    api: Target = target(service="ecr.api")
    work = vantage(api, target()).work
    here = from_here(work)
    assert ({"eu-north-1"}, 53) == (set(here.tokens), here.servers[0][1])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([(2, 1, 6, "", ("192.0.2.1", 443)), (2, 1, 6, "", ("192.0.2.1", 443))], ["192.0.2.1"]),
        ([], []),
    ],
    ids=["twice", "none"],
)
def test_the_system_resolver_is_asked_for_an_absolute_name(found: Sequence[Any], expected: list[str]) -> None:
    """A trailing dot keeps search domains out; an address is told once."""
    asked: list[str] = []

    def ask(name: str, *_: object, **__: object) -> Sequence[Any]:
        asked.append(name)
        return found

    told = [system_look_up(name, 443, ask) for name in ("a.example.test", "a.example.test.")]
    assert ([expected] * 2, ["a.example.test."] * 2) == (told, asked)
