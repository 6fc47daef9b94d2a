"""Hands sockets to a program as a service manager does.

    activate.py [--unprivileged] FD[=NAME][,FD[=NAME]...] PROGRAM [ARGUMENT...]

The descriptors become 3, 4, ...; LISTEN_FDS, LISTEN_FDNAMES and LISTEN_PID say so
(sd_listen_fds(3)). With --unprivileged the program runs as nobody with no capability, and the system calls that would change
users, groups or capabilities fail with EPERM, as under the unit's system call filter.
"""

import ctypes
import errno
import fcntl
import os
import platform
import struct
import sys

NOBODY = 65534
PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 24, 38, 2
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7fff0000, 0x00050000
# setgroups, setresgid, setresuid, setuid, setgid, capset
DENIED = {"x86_64": (116, 119, 117, 105, 106, 126), "aarch64": (159, 149, 147, 146, 144, 91)}


def deny_calls(libc, numbers):
    program = struct.pack("=HBBI", LOAD_NUMBER, 0, 0, 0)
    for left, number in zip(range(len(numbers), 0, -1), numbers):
        program += struct.pack("=HBBI", JUMP_IF_EQUAL, left, 0, number)
    program += struct.pack("=HBBI", RETURN, 0, 0, ALLOW)
    program += struct.pack("=HBBI", RETURN, 0, 0, FAIL | errno.EPERM)
    code = ctypes.create_string_buffer(program, len(program))
    whole = ctypes.create_string_buffer(
        struct.pack("@HP", len(program) // 8, ctypes.addressof(code)))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, whole, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def give_up_privileges():
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    deny_calls(libc, DENIED.get(platform.machine(), ()))


def main():
    words = sys.argv[1:]
    unprivileged = words[0] == "--unprivileged"
    if unprivileged:
        words = words[1:]
    passed = [word.partition("=") for word in words[0].split(",")]
    descriptors = [int(number) for number, _, _ in passed]
    names = ":".join(name or "given" for _, _, name in passed)
    # Out of the way first, so that no descriptor is overwritten before it was moved.
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 100) for fd in descriptors]
    for number, fd in enumerate(moved):
        os.dup2(fd, 3 + number, inheritable=True)
    if unprivileged:
        give_up_privileges()
    environment = dict(os.environ, LISTEN_FDS=str(len(moved)), LISTEN_PID=str(os.getpid()),
                       LISTEN_FDNAMES=names)
    os.execve(words[1], words[1:], environment)


if __name__ == "__main__":
    main()
