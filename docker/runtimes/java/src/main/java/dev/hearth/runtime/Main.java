package dev.hearth.runtime;

import java.nio.file.Path;
import java.util.OptionalInt;

/** Entry point of the java runtime: the process that holds a function's code and answers its calls. */
public final class Main {
    private static final String DEFAULT_GRACE_SECONDS = "30";

    private Main() {}

    /**
     * Serves until the end of the process.
     *
     * @param arguments the invoker's socket, and the descriptor of the control socket or nothing
     */
    public static void main(String[] arguments) {
        Output.prepare();
        String control = arguments[1];
        OptionalInt fd = control.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(control));
        String given = System.getenv("HEARTH_ADOPT_GRACE");
        double grace = Double.parseDouble(given == null || given.isEmpty() ? DEFAULT_GRACE_SECONDS : given);
        new Serving(Path.of(arguments[0]), Math.round(1000 * grace), new Control(fd)).serve();
    }
}
