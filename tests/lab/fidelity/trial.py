"""Every documented rule tried in one kernel: ``{flow: outcome}`` as JSON on stdout.

Started in namespaces of its own (``python -m tests.lab.fidelity.trial``).
"""

from __future__ import annotations

import json
import sys

from tests.lab.fidelity.documented import FLOWS
from tests.lab.flows import outcomes

if __name__ == "__main__":
    sys.stdout.write(json.dumps(outcomes(FLOWS)))
