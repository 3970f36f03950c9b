"""Route 53 as a VPC sees it: private zones, Resolver rules and endpoints, DNS Firewall.

What a question comes to is in ``view``; sockets and name servers are the lab's ``resolver``'s.
"""
