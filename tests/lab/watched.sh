# Runs a command in a network that leads everywhere, and tells how many packets left through it:
#     unshare --user --map-root-user --net sh tests/lab/watched.sh COMMAND...
# Its whole network is one device with a default route, so nothing is lost for want of a way out.
set -eu
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
ip link set lo up
ip link add out type veth peer name hole
ip link set out up
ip link set hole up
ip addr add 192.0.2.2/24 dev out
ip route add default via 192.0.2.1
nft -f - <<'RULES'
table ip watch {
  counter left { }
  chain output { type filter hook output priority 0; oifname "out" counter name left; }
}
RULES
"$@" >&2 </dev/null
nft list counter ip watch left
