"""Tables of the results, ratios first, as aligned text or as Markdown."""

import statistics

import warm

SIZES = {100: "100 B", 10_240: "10 KiB", 1 << 20: "1 MiB"}
# The figures that docs/performance.md promises for a quiet machine of two cores.
ADDED_MICROS = 150
RATIO = {"nodejs": 0.30, "python3": 0.20}
P99_MS = 10
PREWARMED_MS = {"nodejs": 15, "python3": 10, "java": 20}
COLD_RATIO = 1.15
SUSTAINED_RATIO = 0.85
READY_MS = 3000
RSS_MIB = 300


def median(values):
    return statistics.median(values)


def ms(micros):
    return f"{micros / 1000:.2f}"


class Table:
    """A title, column heads and rows of strings; numbers stand to the right."""

    def __init__(self, title, *heads):
        self.title = title
        self._heads = heads
        self._rows = []

    def row(self, *cells):
        self._rows.append([str(cell) for cell in cells])

    def __bool__(self):
        return bool(self._rows)

    def text(self):
        widths = [max(map(len, column)) for column in zip(self._heads, *self._rows)]

        def line(cells):
            return "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths))).rstrip()

        return "\n".join([self.title, *("  " + line(row) for row in (self._heads, *self._rows))])

    def markdown(self):
        ruler = ["---", *("---:" for _ in self._heads[1:])]
        return "\n".join([f"{self.title}\n", *("| " + " | ".join(row) + " |" for row in (self._heads, ruler, *self._rows))])


def targets(results):
    """One line for each figure that has a target."""
    table = Table("Against the targets", "figure", "measured", "target", "met", "floor", "note")

    def add(what, value, shown, target, most, floor="", note=""):
        met = value <= target if most else value >= target
        table.row(what, shown, f"{'<=' if most else '>='} {target:g}", "yes" if met else "no", floor, note)

    for line in warm_lines(results):
        runtime, case, note = line["runtime"], (line["connections"], line["body"]), errors(line)
        if case == (1, 100):
            what = f"warm, {runtime}, c=1: p50 above the floor, us"
            add(what, line["added_p50"], f"{line['added_p50']:.0f}", ADDED_MICROS, True, f"p50 {line['floor_p50']:.0f} us", note)
        if case == (16, 100):
            floor = f"{line['floor_rate']:.0f}/s"
            what = f"warm, {runtime}, c=16, 100 B: share of the floor's rate"
            if runtime in RATIO:
                add(what, line["ratio"], f"{line['ratio']:.2f}", RATIO[runtime], False, floor, note)
            what = f"warm, {runtime}, c=16, 100 B: p99, ms"
            add(what, line["p99"] / 1000, ms(line["p99"]), P99_MS, True, f"p99 {ms(line['floor_p99'])} ms", note)
    for runtime, samples in results.get("prewarmed", {}).items():
        value = median(s["ms"] for s in samples)
        what = f"prewarmed, {runtime}: first reply, ms"
        if runtime in PREWARMED_MS:
            add(what, value, f"{value:.1f}", PREWARMED_MS[runtime], True, "", kinds(samples, "prewarmed"))
    for runtime, samples in results.get("cold", {}).items():
        floor = median(s["floor_ms"] for s in samples)
        value = median(s["ms"] for s in samples) / floor
        what = f"cold, {runtime}: share of the floor's time"
        add(what, value, f"{value:.2f}", COLD_RATIO, True, f"{floor:.0f} ms", kinds(samples, "cold"))
    for runtime, samples in results.get("sustained", {}).items():
        floor = median(s["floor_rate"] for s in samples)
        value = sustained_ratio(samples)
        what = f"sustained starts, {runtime}: share of the raw loop's rate"
        add(what, value, f"{value:.2f}", SUSTAINED_RATIO, False, f"{floor:.1f}/s", f"n={len(samples)}")
    if "startup" in results:
        value = median(s["ms"] for s in results["startup"])
        add("start of the process to ready, ms", value, f"{value:.0f}", READY_MS, True)
    if "rss" in results:
        rss = results["rss"]
        what = f"RSS after {rss['calls']} calls, MiB"
        note = f"{rss['errors']} ERRORS" if rss["errors"] else ""
        add(what, rss["after_mib"], f"{rss['after_mib']:.0f}", RSS_MIB, True, "", note)
    return table


def warm_lines(results):
    cases = results.get("warm", [])
    return [warm.summary(case, runtime) for runtime in results["runtimes"] for case in cases if runtime in case["rounds"][0]]


def errors(line):
    wrong = line["bad_status"] + line["socket_errors"]
    return f"{wrong} ERRORS of {line['calls']}" if wrong else ""


def kinds(samples, wanted):
    """Names the samples that were not the kind of start they should have been."""
    wrong = [s["start"] for s in samples if s["start"] != wanted]
    return f"{len(wrong)} of {len(samples)} NOT {wanted}" if wrong else f"n={len(samples)}"


def warm_table(results):
    heads = ["runtime", "body", "c", "rate/floor", "p50 added us", "rate/s", "floor/s", "p50 ms", "floor p50"]
    table = Table("Warm", *heads, "p99 ms", "floor p99", "JVM CPU us", "errors", "busy")
    for line in warm_lines(results):
        cpu = f"{line['cpu_micros']:.0f}" if "cpu_micros" in line else "-"
        times = [ms(line[key]) for key in ("p50", "floor_p50", "p99", "floor_p99")]
        rates = [f"{line['rate']:.0f}", f"{line['floor_rate']:.0f}"]
        start = [line["runtime"], SIZES[line["body"]], line["connections"], f"{line['ratio']:.3f}", f"{line['added_p50']:.0f}"]
        table.row(*start, *rates, *times, cpu, errors(line) or 0, f"{line['busy_before']:.0%}")
    return table


def starts_table(results):
    table = Table("Starts", "what", "ratio", "median ms", "best", "worst", "floor median", "floor best", "n", "load")

    def add(what, samples, note=""):
        own = [s["ms"] for s in samples]
        floor = [s["floor_ms"] for s in samples if "floor_ms" in s]
        ratio = f"{median(own) / median(floor):.2f}" if floor else "-"
        floors = [f"{median(floor):.0f}", f"{min(floor):.0f}"] if floor else ["-", "-"]
        spread = [f"{value:.1f}" for value in (median(own), min(own), max(own))]
        table.row(what + note, ratio, *spread, *floors, len(samples), f"{median(s['load'] for s in samples):.1f}")

    for kind in ("prewarmed", "cold"):
        for runtime, samples in results.get(kind, {}).items():
            wrong = kinds(samples, kind)
            add(f"{kind}, {runtime}", samples, f" ({wrong})" if "NOT" in wrong else "")
    if "startup" in results:
        add("process start to ready", results["startup"])
        cpu = median(s["cpu_ms"] for s in results["startup"])
        table.row("  its processor time", "-", f"{cpu:.0f}", "", "", "-", "-", len(results["startup"]), "")
    return table


def sustained_ratio(samples):
    """The median over pairs of windows that followed each other, so that a busy minute weighs on both."""
    return median(s["rate"] / s["floor_rate"] for s in samples)


def sustained_table(results):
    heads = ["what", "ratio", "least", "most", "starts/s, median", "raw loop's, median"]
    table = Table("Sustained starts, one after the other on each core", *heads, "windows", "load")
    for runtime, samples in results.get("sustained", {}).items():
        ratios = [s["rate"] / s["floor_rate"] for s in samples]
        spread = [f"{value:.2f}" for value in (median(ratios), min(ratios), max(ratios))]
        rates = [f"{median(s[key] for s in samples):.1f}" for key in ("rate", "floor_rate")]
        table.row(runtime, *spread, *rates, len(samples), f"{median(s['load'] for s in samples):.1f}")
    return table


def memory_table(results):
    table = Table("Memory of the process", "when", "RSS MiB")
    rss = [s["rss_mib"] for s in results.get("startup", []) if "rss_mib" in s]
    if rss:
        table.row("a second after ready, median", f"{median(rss):.0f}")
    if "rss" in results:
        table.row("before the calls", f"{results['rss']['before_mib']:.0f}")
        table.row(f"after {results['rss']['calls']} calls", f"{results['rss']['after_mib']:.0f}")
    return table


def head(results):
    m = results["machine"]
    return [
        f"{m['date']}; {m['cores']} cores, {m['ram_gib']} GiB, kernel {m['kernel']}, Docker Engine {m['engine']}, JDK {m['jdk']}, {m['wrk']}",
        f"command: {results['command']}",
        f"cache of loaded classes for a faster start: {'there' if m['startup_cache'] else 'not there'}",
        f"load of the machine before the bench: {m['load']:.1f}, cores in use by others: {m['busy']:.0%}",
    ]


def render(results, markdown):
    tables = [t for t in (targets(results), warm_table(results), starts_table(results), sustained_table(results), memory_table(results)) if t]
    if markdown:
        return "\n\n".join(["  \n".join(head(results)), *(table.markdown() for table in tables)])
    return "\n\n".join(["\n".join(head(results)), *(table.text() for table in tables)])
