"""TLS and HTTP: refused handshakes, strangers' certificates, answers that are not the service's."""

from __future__ import annotations

from collections.abc import Iterator

from probe.diagnosis.case import Case
from probe.diagnosis.clues import Clue, Clues, Rule, Symptom, about, nothing, says
from probe.diagnosis.symptoms import heard, named
from probe.model import Kind, Layer, Road, Status

_TLS = {
    Kind.CERTIFICATE_UNTRUSTED: "tls-intercepted",
    Kind.CERTIFICATE_WRONG_HOST: "tls-wrong-host",
    Kind.CERTIFICATE_EXPIRED: "tls-certificate-expired",
    Kind.TIMEOUT: "tls-handshake-stalled",
    Kind.UNREACHABLE: "tls-handshake-stalled",
    Kind.RESET: "tls-handshake-reset",
    Kind.CLOSED: "tls-handshake-reset",
    Kind.REFUSED: "tls-handshake-reset",
    Kind.TLS_REJECTED: "tls-handshake-reset",
}
_HTTP = {
    Kind.THROTTLED: "service-throttling",
    Kind.SERVICE_FAILED: "service-failing",
}
_CALL = frozenset({Kind.NOT_THE_SERVICE, Kind.THROTTLED, Kind.SERVICE_FAILED})


def clues(case: Case, symptom: Symptom) -> Iterator[Clue]:
    """One clue a symptom: these layers have no configuration of ours behind them."""
    if symptom.layer is Layer.TLS:
        code = _TLS.get(symptom.kind or Kind.UNKNOWN, "tls-intercepted")
        yield about(code, _subject(case, code, symptom), symptom)
    elif symptom.layer is Layer.HTTP or (symptom.layer is Layer.CALL and symptom.kind in _called(symptom)):
        code = _HTTP.get(symptom.kind or Kind.UNKNOWN, "answered-by-middlebox")
        yield about(code, symptom.at if code == "answered-by-middlebox" else _service(symptom), symptom)


def _called(symptom: Symptom) -> frozenset[Kind]:
    """A registry that is not AWS's limits pulls, which is a finding about images."""
    return _CALL - {Kind.THROTTLED} if symptom.target.service == "host" else _CALL


def _subject(case: Case, code: str, symptom: Symptom) -> str:
    """The issuer where a handshake showed one, on whichever road; else the name."""
    if code != "tls-intercepted":
        return symptom.at
    own = (symptom.observation,) if symptom.observation is not None else ()
    shown = (*own, *heard(case, symptom.subnet, symptom.target.name))
    issuers = (one.facts.get("issuer") for one in shown if one.status is Status.FAIL)
    return next((str(one) for one in issuers if one), symptom.at)


def _service(symptom: Symptom) -> str:
    return symptom.target.name if symptom.target.service == "host" else symptom.target.service


def _bare(clues: Clues) -> str:
    """What a road without words leaves open."""
    seen = [clue.symptom for clue in clues if clue.symptom is not None]
    short = all(one.road is Road.EXIT_CODE and one.kind is Kind.UNKNOWN for one in seen)
    return " Only an exit code tells so, which names the layer and not the kind of failure." if short else ""


def _hosts(clues: Clues) -> str:
    return ", ".join(named(clue.symptom.at for clue in clues if clue.symptom is not None))


def _intercepted_why(_: Case, clues: Clues) -> str:
    signer = "" if ":" in clues[0].subject else f" It is signed by {clues[0].subject}."
    return (
        f"The task does not trust the certificate that {_hosts(clues)} shows: something opens TLS on the way."
        f"{signer} The agent will not talk to it.{_bare(clues)}"
    )


def _wrong_host_why(_: Case, clues: Clues) -> str:
    return f"{_hosts(clues)} shows a valid certificate for other names: the name leads to another server."


def _expired_why(_: Case, clues: Clues) -> str:
    return (
        f"The certificate of {_hosts(clues)} is out of its dates; an AWS endpoint's never is, a proxy's may "
        "be."
    )


def _stalled_why(_: Case, clues: Clues) -> str:
    return (
        f"{_hosts(clues)} accepts connections, and after the ClientHello nothing comes back: a firewall "
        f"filters by name, or large packets are lost (MTU).{_bare(clues)}"
    )


def _reset_why(_: Case, clues: Clues) -> str:
    return (
        f"{_hosts(clues)} accepts connections and ends them after the ClientHello: a firewall filters by "
        "name."
    )


def _middlebox_why(_: Case, clues: Clues) -> str:
    return (
        f"What answers HTTP at {clues[0].subject} is not the service: its answer carries none of AWS's "
        f"headers. A proxy or a block page is in between.{_bare(clues)}"
    )


def _refused_why(_: Case, clues: Clues) -> str:
    return (
        f"{clues[0].subject} answered actively, with a refusal: groups, NACLs and routes are silent instead, "
        "so a host or a firewall is there and nothing listens, or it does not want this traffic."
    )


RULES = (
    Rule("connection-refused", "The connection is refused", _refused_why, nothing),
    Rule("connection-reset", "The connection is reset", _refused_why, nothing),
    Rule("tls-intercepted", "Somebody opens TLS on the way", _intercepted_why, nothing),
    Rule("tls-wrong-host", "The certificate is for another name", _wrong_host_why, nothing),
    Rule("tls-certificate-expired", "The certificate is out of its dates", _expired_why, nothing),
    Rule("tls-handshake-stalled", "The TLS handshake gets no answer", _stalled_why, nothing),
    Rule("tls-handshake-reset", "The TLS handshake is cut off", _reset_why, nothing),
    Rule("answered-by-middlebox", "Something else answers in the service's place", _middlebox_why, nothing),
    Rule(
        "service-throttling",
        "The service is throttling",
        says("{subject} answers that too much is asked of it, after the agent's own retries too."),
        nothing,
    ),
    Rule(
        "service-failing",
        "The service is failing",
        says("{subject} answers with a failure of its own (5xx), after the agent's own retries too."),
        nothing,
    ),
)
