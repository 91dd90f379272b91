package dev.hearth.deploy.simulation.trace;

import dev.hearth.common.units.Bytes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which column of a trace's lines holds what, and how a line becomes a call.
 *
 * <p>What the lines of a function say of it must be the same in all of them: it is remembered, and compared.
 */
final class TraceColumns {
    static final String EXAMPLE = "at,function,run_ms,memory";
    static final int MOST_FUNCTIONS = 1_000_000;

    private static final List<String> NEEDED = List.of("at", "function", "run_ms", "memory");
    private static final List<String> OPTIONAL = List.of("image", "image_mb", "runtime");
    private static final double MOST_SECONDS = 366 * 86_400.0;
    private static final int LONGEST_NAME = 200;
    private static final String OTHERWISE = "python3";

    private final int count;
    private final int at;
    private final int function;
    private final int run;
    private final int memory;
    private final int image;
    private final int imageSize;
    private final int runtime;
    private final Map<String, Known> functions = new HashMap<>();

    /** A function with the words that its first line used for it. */
    private record Known(TracedFunction function, String words) {}

    TraceColumns(String header) {
        List<String> names =
                Arrays.stream(header.split(",", -1)).map(String::strip).toList();
        for (String name : names) {
            if (!NEEDED.contains(name) && !OPTIONAL.contains(name)) {
                throw new IllegalArgumentException("'" + name + "' is no column of a trace: use "
                        + String.join(", ", NEEDED) + " and, as you like, " + String.join(", ", OPTIONAL));
            }
            if (names.indexOf(name) != names.lastIndexOf(name)) {
                throw new IllegalArgumentException("column " + name + " is named twice");
            }
        }
        for (String name : NEEDED) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("there is no column " + name
                        + ": the first line must name the columns," + " for example " + EXAMPLE);
            }
        }
        count = names.size();
        at = names.indexOf("at");
        function = names.indexOf("function");
        run = names.indexOf("run_ms");
        memory = names.indexOf("memory");
        image = names.indexOf("image");
        imageSize = names.indexOf("image_mb");
        runtime = names.indexOf("runtime");
    }

    /**
     * The call that the line tells of.
     *
     * @throws IllegalArgumentException with what is wrong with it
     */
    TracedCall call(String line) {
        String[] values = line.split(",", -1);
        if (values.length != count) {
            throw new IllegalArgumentException(values.length + " values for " + count + " columns");
        }
        long atMicros = Math.round(number("at", values[at], MOST_SECONDS) * 1e6);
        long runMicros = Math.round(number("run_ms", values[run], MOST_SECONDS * 1e3) * 1e3);
        return new TracedCall(atMicros, functionOf(values), runMicros);
    }

    private TracedFunction functionOf(String[] values) {
        String name = values[function].strip();
        String words = words(values);
        Known known = functions.get(name);
        if (known == null) {
            if (functions.size() >= MOST_FUNCTIONS) {
                throw new IllegalArgumentException("more than " + MOST_FUNCTIONS + " functions");
            }
            known = new Known(read(name, values), words);
            functions.put(name, known);
        } else if (!known.words().equals(words)) {
            throw new IllegalArgumentException("function " + name + " has " + described(words) + " here and had "
                    + described(known.words()) + " above");
        }
        return known.function();
    }

    private String words(String[] values) {
        String more = image < 0 && imageSize < 0 && runtime < 0
                ? ""
                : "," + optional(values, image) + "," + optional(values, imageSize) + "," + optional(values, runtime);
        return values[memory] + more;
    }

    private static String described(String words) {
        return "'" + words + "'";
    }

    private TracedFunction read(String name, String[] values) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("function must be a name of 1 to " + LONGEST_NAME + " characters");
        }
        Bytes bytes = size("memory", values[memory]);
        String own = optional(values, image);
        String size = optional(values, imageSize);
        String language = optional(values, runtime);
        if (own.isEmpty()) {
            if (!size.isEmpty()) {
                throw new IllegalArgumentException("image_mb is " + size + " but there is no image");
            }
            return TracedFunction.ofRuntime(name, bytes, language.isEmpty() ? OTHERWISE : language);
        }
        if (!language.isEmpty()) {
            throw new IllegalArgumentException(
                    "function " + name + " has both an image and a runtime: leave one empty");
        }
        Bytes imageBytes = size.isEmpty() ? Bytes.ZERO : size("image_mb", size);
        return TracedFunction.ofImage(name, bytes, own, imageBytes);
    }

    private static String optional(String[] values, int column) {
        return column < 0 ? "" : values[column].strip();
    }

    private static double number(String column, String text, double most) {
        double value;
        try {
            value = Double.parseDouble(text.strip());
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(column + " is '" + text + "', which is not a number", wrong);
        }
        if (!(value >= 0 && value <= most)) {
            throw new IllegalArgumentException(column + " is " + text + ", must be 0 to " + Math.round(most));
        }
        return value;
    }

    /** A size with its unit, or a bare number of mebibytes. */
    private static Bytes size(String column, String text) {
        String bare = text.strip();
        try {
            Bytes bytes = bare.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? Bytes.ofMiB(Long.parseLong(bare))
                    : Bytes.parse(bare);
            if (bytes.value() == 0) {
                throw new IllegalArgumentException("it must be above 0");
            }
            return bytes;
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new IllegalArgumentException(
                    column + " is '" + text + "': write a whole number of MiB, or one with a unit such as 1GiB", wrong);
        }
    }
}
