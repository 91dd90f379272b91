package dev.hearth.deploy;

import dev.hearth.common.units.Durations;
import dev.hearth.deploy.simulation.trace.AzureLike;
import dev.hearth.deploy.simulation.trace.SyntheticTrace;
import dev.hearth.deploy.simulation.trace.Trace;
import dev.hearth.deploy.simulation.trace.TraceFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Where the calls of a simulation come from. */
@Command
final class SimulateTrace {
    private static final String SYNTHETIC = "azure-like:";
    private static final double RATE_A_WORKER = 0.1;
    private static final int FUNCTIONS_A_WORKER = 10;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration ALL = Duration.ofDays(3_660);

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            required = true,
            description =
                    "A CSV file with the columns at,function,run_ms,memory and, as you like, image,image_mb,runtime; or"
                            + " azure-like:SEED: calls made in the likeness of the Azure Functions trace.")
    @SuppressWarnings("NullAway.Init")
    private String trace;

    @Option(
            names = "--duration",
            paramLabel = "DURATION",
            description = "Calls that arrive later are left out. Default: all of a file; a day of azure-like.")
    private @Nullable Duration duration;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "azure-like: calls a second in the mean over a day. Default: one for each ten workers.")
    private @Nullable Double rate;

    @Option(
            names = "--functions",
            paramLabel = "N",
            description = "azure-like: how many functions there are. Default: ten for each worker.")
    private @Nullable Integer functions;

    Trace open(int workers) {
        return isSynthetic() ? new SyntheticTrace(synthetic(workers)) : TraceFile.open(Path.of(trace));
    }

    private boolean isSynthetic() {
        return trace.startsWith(SYNTHETIC);
    }

    private AzureLike synthetic(int workers) {
        return new AzureLike(
                seed(),
                functions == null ? FUNCTIONS_A_WORKER * workers : functions,
                rate == null ? RATE_A_WORKER * workers : rate,
                length());
    }

    /** The trace's, which is that of the policy too. */
    long seed() {
        if (!isSynthetic()) {
            return 1;
        }
        String text = trace.substring(SYNTHETIC.length());
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a seed: write a whole number, for example azure-like:1", wrong);
        }
    }

    Duration length() {
        return duration != null ? duration : isSynthetic() ? DAY : ALL;
    }

    String described(int workers) {
        if (!isSynthetic()) {
            return trace + (duration == null ? "" : ", the first " + Durations.format(duration));
        }
        AzureLike like = synthetic(workers);
        return trace
                + String.format(
                        Locale.ROOT,
                        ", %,d functions, %s calls/s in the mean over a day, %s long",
                        like.functions(),
                        like.rate(),
                        Durations.format(like.length()));
    }
}
