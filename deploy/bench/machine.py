"""What the machine is, how busy others keep it, and what a process has used."""

import os
import pathlib
import platform
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
BUSY_SECONDS = 0.25


def _cpu_times():
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(fields), fields[3] + fields[4]


def busy():
    """Share of all cores that was in use during a quarter of a second; asked while the bench itself rests."""
    total, idle = _cpu_times()
    time.sleep(BUSY_SECONDS)
    total_after, idle_after = _cpu_times()
    return 1 - (idle_after - idle) / max(1, total_after - total)


def cores():
    return os.cpu_count()


def load():
    return os.getloadavg()[0]


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no VmRSS")


def is_java(pid):
    return os.path.basename(os.path.realpath(f"/proc/{pid}/exe")) == "java"


def _jdk(pid):
    """Version of the Java that this process runs on."""
    release = pathlib.Path(os.path.realpath(f"/proc/{pid}/exe")).parent.parent / "release"
    for line in release.read_text().splitlines():
        if line.startswith("JAVA_RUNTIME_VERSION=") or line.startswith("JAVA_VERSION="):
            return line.split("=", 1)[1].strip('"')
    return "unknown"


def describe(engine, pid=None):
    """The facts that stand above every table."""
    version = engine.version()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    facts = {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cores": cores(),
        "ram_gib": round(pages / (1 << 30), 1),
        "kernel": platform.release(),
        "engine": f"{version['Version']} (API {version['ApiVersion']})",
        "jdk": _jdk(pid) if pid and is_java(pid) else "unknown",
        "wrk": " ".join(wrk.split()[:2]),
    }
    return facts
