"""The report: one document, its renderings, and the way back from a file.

``document.build(case, findings, *, tool_version, started, took) -> Report`` makes the whole
(``started`` is a UTC time in ISO 8601, ``took`` is in seconds); ``terminal.render(reports, console)``
writes what a run came to for people on a rich console, ``as_json.encode(*reports) -> bytes`` for scripts.
``replay.load(data: bytes) -> Report`` reads a JSON report again (``replay.Unreadable``, a
``ValueError`` with one line, when it cannot) and ``replay.case(report) -> Case`` gives back what it
was diagnosed from, so that ``build(case, diagnose(case), ...)`` is the same report without a network.
"""
