package dev.hearth.runtime;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Entry point of the java runtime: the process that holds a function's code and answers its calls. */
public final class Main {
    private static final String DEFAULT_SOCKET = "/hearth/run/s";
    private static final String DEFAULT_GRACE_SECONDS = "30";

    private Main() {}

    public static void main(String[] arguments) {
        Output.prepare();
        Control control = new Control(descriptor(System.getenv("HEARTH_CONTROL_FD")));
        Path socket = Path.of(or(System.getenv("HEARTH_SOCKET"), DEFAULT_SOCKET));
        double grace = Double.parseDouble(or(System.getenv("HEARTH_ADOPT_GRACE"), DEFAULT_GRACE_SECONDS));
        Environment.hide("HEARTH_CONTROL_FD");
        Environment.hide("HEARTH_CALLS_FD");
        Environment.hide("HEARTH_SOCKET");
        new Serving(socket, Math.round(1000 * grace), control).serve();
    }

    private static OptionalInt descriptor(@Nullable String number) {
        return number == null || number.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(number));
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null || given.isEmpty() ? otherwise : given;
    }
}
