"""AWS's state compiled into what Linux understands: namespaces, links, ``ip`` lines and nftables text.

Pure: :func:`compile_state` takes a State and gives a Blueprint, ``kernel.py`` builds it.  One module a topic:
``topology`` names and joins namespaces, ``routes`` writes routing tables, ``acls`` and ``groups`` write
their chains, ``ruleset`` puts a namespace's nftables text together.
"""

from probe.lab.compile.blueprint import Blueprint, Link, Node
from probe.lab.compile.conditions import Conditions
from probe.lab.compile.topology import compile_state

__all__ = ["Blueprint", "Conditions", "Link", "Node", "compile_state"]
