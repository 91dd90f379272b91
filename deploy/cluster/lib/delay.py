"""Passes Ethernet frames between two interfaces and holds each back for some milliseconds, both ways: what tc netem would do."""

import collections
import select
import socket
import sys
import time

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_VNET_HDR = 15
# With its header a frame may be larger than the wire's: kernels leave cutting and checksums to the receiving card.
LARGEST = 1 << 17
# More than a second of a fast link; what comes beyond that is lost, as on any link.
MOST_HELD = 20_000


def opened(interface):
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    link.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    link.bind((interface, ETH_P_ALL))
    link.setblocking(False)
    return link


def take(link, held, due):
    while True:
        try:
            frame, sender = link.recvfrom(LARGEST)
        except BlockingIOError:
            return
        if sender[2] != socket.PACKET_OUTGOING and len(held) < MOST_HELD:
            held.append((due, frame))


def give(link, held, now):
    while held and held[0][0] <= now:
        try:
            link.send(held.popleft()[1])
        except OSError:
            # The interface is down or full: the frame is lost.
            pass


def main():
    one, other, delay = opened(sys.argv[1]), opened(sys.argv[2]), int(sys.argv[3]) / 1000
    there, back = collections.deque(), collections.deque()
    while True:
        now = time.monotonic()
        give(other, there, now)
        give(one, back, now)
        next_due = min((held[0][0] for held in (there, back) if held), default=now + 1)
        ready, _, _ = select.select([one, other], [], [], max(0, next_due - time.monotonic()))
        due = time.monotonic() + delay
        if one in ready:
            take(one, there, due)
        if other in ready:
            take(other, back, due)


main()
