"""The code of the functions that the errands make: it runs in the lab's Lambda, never in a test."""

# A package for Lambda: modules by path, with their permissions.
from __future__ import annotations

import io
import zipfile

APP = """
import json, os, socket, sys, threading, time

def dial(hosts):
    found = {}
    for host in hosts:
        try:
            with socket.create_connection((host, 443), 0.5) as line:
                found[host] = line.getpeername()[0]
        except OSError as error:
            found[host] = type(error).__name__
    return found

def look(context):
    readable = {"resolv.conf": open("/etc/resolv.conf").read(), "task": sorted(os.listdir("."))}
    try:
        open("/var/task/new", "w")
        written = "written"
    except OSError as error:
        written = error.strerror
    with open("/tmp/own", "w") as own:
        own.write("mine")
    return {
        **readable,
        "written": written,
        "user": os.getuid(),
        "process": os.getpid(),
        "ports": open("/proc/sys/net/ipv4/ip_local_port_range").read().split(),
        "variables": sorted(os.environ),
        "region": os.environ["AWS_REGION"],
        "setting": os.environ["SETTING"],
        "arn": context.invoked_function_arn,
        "left": 4000 < context.get_remaining_time_in_millis() <= 5000,
    }

def ask(secret):
    import boto3
    try:
        boto3.client("secretsmanager").get_secret_value(SecretId=secret)
    except Exception as error:
        return str(error)

def imported(name):
    __import__(name)
    return True

def handler(event, context):
    print("asked for", event["do"])
    match event["do"]:
        case "dial": return dial(event["hosts"])
        case "from":
            with socket.create_connection((event["host"], 443), 2) as line:
                return line.getsockname()[0]
        case "look": return look(context)
        case "ask": return ask(event["secret"])
        case "echo": return event
        case "import": return imported(event["module"])
        case "raise": raise ValueError("no such thing")
        case "set": return {1, 2}
        case "large": return "x" * 6_291_556
        case "exit": sys.exit(3)
        case "vanish": os._exit(0)
        case "sleep": time.sleep(60)
        case "thread":
            threading.Thread(target=time.sleep, args=(60,)).start()
            return "left a thread"
"""

MODULES = {
    "app.py": (APP, 0o644),
    "grammar.py": ("def handler(", 0o644),
    "refuses.py": ("raise RuntimeError('not today')", 0o644),
    "quits.py": ("import sys\nsys.exit(4)", 0o644),
    "closed.py": ("def handler(event, context): return 1", 0o600),
}
"""File name to its text and permissions."""


def archive() -> bytes:
    """All modules in a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        for name, (text, mode) in MODULES.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            opened.writestr(entry, text)
    return packed.getvalue()
