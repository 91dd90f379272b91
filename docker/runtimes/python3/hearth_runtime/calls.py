"""The page shared with the bridge: by it a call that left nothing behind ends without a word on the control socket."""

import mmap
import os
from fcntl import ioctl
from os import fstatvfs, pread

PAGE_BYTES = 4096
NUMBER = 0
QUIET = 1

_FIONREAD = 0x541B
# The first is the cheaper to read and not in every kernel; the last pid is the last field of either.
_LAST_PID_FILES = ("/proc/sys/kernel/ns_last_pid", "/proc/loadavg")
_LAST_PID_BYTES = 64


class Calls:
    """Looks for what a call can leave behind: output, files in /tmp, processes and threads."""

    def __init__(self, fd):
        try:
            self._page = memoryview(mmap.mmap(fd, PAGE_BYTES)).cast("Q")
        finally:
            os.close(fd)
        # Own descriptors of the pipes: the function may put something else at 1 and 2.
        self._pipes = os.dup(1), os.dup(2)
        # Where the kernel writes to: bytes that ioctl returns take it twice the time.
        self._waiting = memoryview(bytearray(4)).cast("i")
        self._scratch = os.open("/tmp", os.O_RDONLY | os.O_DIRECTORY)
        self._last_pid_file = _open_first(_LAST_PID_FILES)
        self._last_pid = None

    def init_over(self):
        self._last_pid = self._read_last_pid()

    def end_quietly(self, number):
        """Whether call `number` left nothing behind, so that the next one may start at once."""
        page = self._page
        if not page[QUIET]:
            return False
        try:
            for pipe in self._pipes:
                ioctl(pipe, _FIONREAD, self._waiting)
                if self._waiting[0]:
                    return False
            # A tmpfs counts its root, and each other file until it is deleted and closed.
            scratch = fstatvfs(self._scratch)
            if scratch.f_files - scratch.f_ffree != 1:
                return False
            # Taken before the bridge looks: who comes after that changes it again.
            last_pid = self._read_last_pid()
        except OSError:
            return False
        if last_pid != self._last_pid:
            self._last_pid = last_pid
            return False
        # Again, as the pipes may be empty because the bridge has just read them.
        if not page[QUIET]:
            return False
        page[NUMBER] = number + 1
        return True

    def close(self):
        self._page.release()
        for fd in (*self._pipes, self._scratch, self._last_pid_file):
            os.close(fd)

    def _read_last_pid(self):
        return pread(self._last_pid_file, _LAST_PID_BYTES, 0).rpartition(b" ")[2]


def _open_first(paths):
    for path in paths[:-1]:
        try:
            return os.open(path, os.O_RDONLY)
        except OSError:
            pass
    return os.open(paths[-1], os.O_RDONLY)
