"""Runs a program as on a kernel that lacks something.

    without_kernel.py WHAT... -- PROGRAM [ARGUMENT...]

WHAT: landlock (there is none), landlock-rules (it is there, but takes no rule), seccomp.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7fff0000, 0x00050000
NUMBER, FIRST_ARGUMENT = 0, 16
LANDLOCK = {"landlock": 444, "landlock-rules": 445}
SECCOMP = {"x86_64": (317, 157), "aarch64": (277, 167)}


def step(code, true, false, number):
    return struct.pack("=HBBI", code, true, false, number)


def fail_call(number):
    return (step(JUMP_IF_EQUAL, 0, 1, number) +
            step(RETURN, 0, 0, FAIL | errno.EOPNOTSUPP))


def fail_option(number, option):
    """Fails the call if that is its first argument."""
    return (step(JUMP_IF_EQUAL, 0, 4, number) + step(LOAD, 0, 0, FIRST_ARGUMENT) +
            step(JUMP_IF_EQUAL, 0, 1, option) + step(RETURN, 0, 0, FAIL | errno.EINVAL) +
            step(RETURN, 0, 0, ALLOW))


def main():
    cut = sys.argv.index("--")
    program = step(LOAD, 0, 0, NUMBER)
    for what in sys.argv[1:cut]:
        if what == "seccomp":
            seccomp, prctl = SECCOMP[platform.machine()]
            program += fail_call(seccomp) + fail_option(prctl, PR_SET_SECCOMP)
        else:
            program += fail_call(LANDLOCK[what])
    program += step(RETURN, 0, 0, ALLOW)
    code = ctypes.create_string_buffer(program, len(program))
    whole = ctypes.create_string_buffer(
        struct.pack("@HP", len(program) // 8, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, whole, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    os.execv(sys.argv[cut + 1], sys.argv[cut + 1:])


if __name__ == "__main__":
    main()
