#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command in a network namespace of its own with one address beside loopback (VISAVIS_E2E_IP): WebRTC clients gather
# no candidate on 127.0.0.1, and nothing can reach the servers under test from outside.
set -euo pipefail
as_root=()
[ "$(id -u)" = 0 ] || as_root=(--map-root-user)
exec unshare --net "${as_root[@]}" bash -c '
  ip link set lo up
  # Chromium gathers none on the loopback device either, so the address is on a device of another kind.
  # Neither end makes itself an IPv6 address: browsers drop what they are loading when an address appears a second later.
  { ip link add net0 type veth peer name net1 && ip link set net1 addrgenmode none up; } || ip tuntap add net0 mode tap
  ip link set net0 addrgenmode none up
  ip address add 10.9.0.1/24 dev net0
  ip route add default via 10.9.0.2
  export VISAVIS_E2E_IP=10.9.0.1
  exec "$@"' alone "$@"
