package dev.hearth.runtime;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/** What a function throws as the contract reports it: type, message, and a stack without the runtime's own frames. */
final class Errors {
    private static final String OWN_PACKAGE = "dev.hearth.runtime.";
    private static final String NO_SPACE = "No space left on device";
    private static final int NO_SPACE_BIT = 1;
    private static final int MOST = 100;

    private Errors() {}

    static Failure describe(Throwable error) {
        try {
            return new Failure(error.getClass().getName(), message(error), stack(error));
        } catch (Throwable ofTheFunction) {
            return new Failure(error.getClass().getName(), "an error that cannot be described", "");
        }
    }

    /** As {@link #describe}, for an error while the code was loaded; the message names the file and line. */
    static Failure describeLoad(Throwable error) {
        if (error instanceof LoadFailure failure) {
            return failure.failure();
        }
        Throwable cause =
                error instanceof ExceptionInInitializerError && error.getCause() != null ? error.getCause() : error;
        Failure failure = describe(cause);
        String place = Arrays.stream(cause.getStackTrace())
                .filter(Errors::ofFunction)
                .filter(frame -> frame.getFileName() != null)
                .findFirst()
                .map(frame -> " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
                .orElse("");
        return new Failure(failure.type(), failure.message() + place, failure.stack());
    }

    /** What a reflective call threw. */
    static Throwable unwrapped(InvocationTargetException e) {
        Throwable cause = e.getCause();
        return cause == null ? e : cause;
    }

    /** The detail bits: whether "no space left on device" is the error or behind it. */
    static int detail(Throwable error) {
        return chain(error).stream().anyMatch(Errors::noSpace) ? NO_SPACE_BIT : 0;
    }

    private static boolean noSpace(Throwable error) {
        return error instanceof java.io.IOException && message(error).contains(NO_SPACE);
    }

    /**
     * A heap that was full may stay so, and the next call must not pay for it: the process ends with a code that says so.
     * Want of threads and arrays that no heap could hold are the function's own errors.
     */
    static void leaveIfOutOfMemory(Throwable error) {
        if (error instanceof OutOfMemoryError && ofHeap(error)) {
            error.printStackTrace();
            Output.flush();
            throw Exits.leave(Exits.OUT_OF_MEMORY, "out of memory: " + message(error));
        }
    }

    private static boolean ofHeap(Throwable error) {
        String message = message(error);
        return !message.contains("native thread") && !message.contains("exceeds VM limit");
    }

    private static String message(Throwable error) {
        String message = error.getMessage();
        return message == null ? "" : message;
    }

    private static String stack(Throwable error) {
        chain(error).forEach(each -> each.setStackTrace(usersPart(each.getStackTrace())));
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /** The error, and all causes and suppressed ones, as far as they go. */
    private static Set<Throwable> chain(Throwable error) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> waiting = new ArrayDeque<>();
        waiting.add(error);
        while (!waiting.isEmpty() && seen.size() < MOST) {
            Throwable each = waiting.remove();
            if (seen.add(each)) {
                if (each.getCause() != null) {
                    waiting.add(each.getCause());
                }
                waiting.addAll(Arrays.asList(each.getSuppressed()));
            }
        }
        return seen;
    }

    /** All above the runtime, and above the reflection by which it called. */
    private static StackTraceElement[] usersPart(StackTraceElement[] frames) {
        int stop = 0;
        while (stop < frames.length && !frames[stop].getClassName().startsWith(OWN_PACKAGE)) {
            stop++;
        }
        if (stop == frames.length) {
            return frames;
        }
        while (stop > 0 && ofReflection(frames[stop - 1])) {
            stop--;
        }
        return Arrays.copyOf(frames, stop);
    }

    private static boolean ofReflection(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("java.lang.reflect.")
                || name.startsWith("jdk.internal.reflect.")
                || name.startsWith("java.lang.invoke.")
                || name.equals("java.lang.Class");
    }

    private static boolean ofFunction(StackTraceElement frame) {
        return frame.getModuleName() == null
                && frame.getClassLoaderName() == null
                && !frame.getClassName().startsWith(OWN_PACKAGE);
    }
}
