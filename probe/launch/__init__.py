"""The operator's side: reading what failed, starting probes like it, and bringing home what they saw."""
