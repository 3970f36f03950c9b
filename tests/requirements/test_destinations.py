"""Where the log drivers besides ``awslogs`` send to, over what, and whether a start waits for it."""

from __future__ import annotations

import pytest

from probe.requirements.destinations import destination, firelens_service

SPLUNK, HOST = "https://logs.example.com:8088", "logs.example.com"


@pytest.mark.parametrize(
    ("driver", "options", "expected"),
    [
        ("splunk", {"splunk-url": SPLUNK}, (HOST, 8088, "tls", True)),
        ("splunk", {"splunk-url": f"http://{HOST}"}, (HOST, 80, "tcp", True)),
        ("splunk", {"splunk-url": f"http://{HOST}:443"}, (HOST, 443, "tcp", True)),
        ("splunk", {"splunk-url": SPLUNK, "splunk-insecureskipverify": "1"}, (HOST, 8088, "tcp", True)),
        ("splunk", {"splunk-url": SPLUNK, "splunk-verify-connection": "false"}, (HOST, 8088, "tls", False)),
        ("fluentd", {"fluentd-address": HOST}, (HOST, 24224, "tcp", True)),
        ("fluentd", {"fluentd-address": f"tls://{HOST}:1"}, (HOST, 1, "tls", True)),
        ("fluentd", {"fluentd-address": HOST, "fluentd-async": "true"}, (HOST, 24224, "tcp", False)),
        ("fluentd", {"fluentd-address": "unix:///run/fluent.sock"}, None),
        ("gelf", {"gelf-address": f"udp://{HOST}:12201"}, (HOST, 12201, "udp", True)),
        ("gelf", {"gelf-address": f"tcp://{HOST}"}, (HOST, 12201, "tcp", True)),
        ("syslog", {"syslog-address": f"udp://{HOST}"}, (HOST, 514, "udp", True)),
        ("syslog", {"syslog-address": f"tcp+tls://{HOST}:6514"}, (HOST, 6514, "tls", True)),
        ("syslog", {}, None),
        ("syslog", {"syslog-address": f"tcp://{HOST}:no"}, None),
        ("logentries", {}, ("data.logentries.com", 443, "tls", True)),
        ("awsfirelens", {"Name": "es", "HOST": HOST}, (HOST, 9200, "tcp", False)),
        ("awsfirelens", {"Name": "loki", "host": HOST, "port": "443"}, (HOST, 443, "tls", False)),
        ("awsfirelens", {"Name": "http", "Host": HOST, "tls": "On"}, (HOST, 80, "tls", False)),
        (
            "awsfirelens",
            {"Name": "http", "Host": HOST, "tls": "On", "tls.verify": "Off"},
            (HOST, 80, "tcp", False),
        ),
        ("awsfirelens", {"Name": "syslog", "Host": HOST}, (HOST, 514, "udp", False)),
        ("awsfirelens", {"Name": "syslog", "Host": HOST, "Mode": "tcp"}, (HOST, 514, "tcp", False)),
        ("awsfirelens", {"Name": "grafana-loki", "Url": f"https://{HOST}/push"}, (HOST, 443, "tls", False)),
        ("awsfirelens", {"Name": "s3", "endpoint": f"https://{HOST}:9000"}, (HOST, 9000, "tls", False)),
        ("awsfirelens", {"Name": "stdout"}, None),
        ("json-file", {"max-size": "1m"}, None),
        ("journald", {}, None),
    ],
)
def test_a_driver_dials_what_its_options_say(
    driver: str, options: dict[str, str], expected: tuple[str, int, str, bool] | None
) -> None:
    """A datagram is no connection, a certificate that nobody verifies is no TLS, FireLens gates nothing."""
    found = destination(driver, options)
    assert expected == (found and (found.host, found.port, found.transport, found.gates))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"Name": "cloudwatch_logs"}, "logs"),
        ({"name": "Firehose"}, "kinesis-firehose"),
        ({"@type": "kinesis_streams"}, "kinesis-streams"),
        ({"Name": "datadog"}, None),
        ({"Name": "s3", "Endpoint": "https://minio.example.com"}, None),
        ({}, None),
    ],
)
def test_an_output_of_firelens_to_aws_has_its_endpoint(options: dict[str, str], expected: str | None) -> None:
    """Under the name that VPC endpoints have, which is not always the host's."""
    assert expected == firelens_service(options)
