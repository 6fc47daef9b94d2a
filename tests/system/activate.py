"""Hands sockets to a program as a service manager does: activate.py FD[,FD...] PROGRAM
[ARGUMENT...].

The descriptors become 3, 4, ...; LISTEN_FDS and LISTEN_PID say so (sd_listen_fds(3)).
"""

import fcntl
import os
import sys


def main():
    descriptors = [int(word) for word in sys.argv[1].split(",")]
    # Out of the way first, so that no descriptor is overwritten before it was moved.
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 100) for fd in descriptors]
    for number, fd in enumerate(moved):
        os.dup2(fd, 3 + number, inheritable=True)
    environment = dict(os.environ, LISTEN_FDS=str(len(moved)), LISTEN_PID=str(os.getpid()))
    os.execve(sys.argv[2], sys.argv[2:], environment)


if __name__ == "__main__":
    main()
