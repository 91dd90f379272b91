package dev.hearth.common.bus;

import dev.hearth.common.function.FunctionName;

/** The layout of {@link UsageReport}. */
final class UsageFields {
    private UsageFields() {}

    static void write(BusWriter out, UsageReport report) {
        out.text(report.node()).i64(report.epoch()).i64(report.sequence());
        out.list(report.revisions(), e -> {
            MessageFields.id(out, e.revision().value())
                    .text(e.function().namespace())
                    .text(e.function().name());
            out.i64(e.cpuMicros()).i64(e.idleByteMillis());
        });
    }

    static UsageReport read(BusReader in) {
        return new UsageReport(in.text(), in.i64(), in.i64(), in.list(() -> entry(in)));
    }

    private static UsageReport.Entry entry(BusReader in) {
        return new UsageReport.Entry(
                MessageFields.revision(in), new FunctionName(in.text(), in.text()), in.i64(), in.i64());
    }
}
