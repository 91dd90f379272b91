package dev.hearth.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The runtime's life: hello, init, then calls.
 *
 * <p>The main thread reads the connection and nothing else, so that it sees its end, credit and a result that is no longer
 * wanted while a function runs; code of the function runs on the thread of calls, one call after the other, which also
 * writes the result. A connection that breaks takes the results of its calls with it: they run to their end, and are
 * counted and cleaned up after.
 */
final class Serving {
    private static final String RUNTIME = "java";
    private static final int CREDIT_PART = 4;
    private static final int FUNCTION_RAISED = 1;
    /** Classes are loaded while a stem cell waits for its function, and not where init follows at once. */
    private static final long PRELOAD_AFTER_MS = 50;

    private static final long DIAL_PAUSE_NANOS = 100_000_000;

    private final Path socket;
    private final long graceMs;
    private final Control control;
    private final ExecutorService calls =
            Executors.newSingleThreadExecutor(task -> new Thread(null, task, "call", 0, false));
    /** Calls whose event is still arriving; the main thread's. */
    private final Map<Long, Call> incoming = new HashMap<>();
    /** Calls that wait, run or send; with the two below guarded by itself, as both threads use them. */
    private final Map<Long, Call> inFlight = new LinkedHashMap<>();

    private String revision = "";
    private long completed;
    private @Nullable Function function;
    /** Where calls run beside each other; the main thread's, like the frames that it is told of. */
    private @Nullable Several several;
    /** The thread of calls' own. */
    private boolean initialised;
    /** The main thread's own. */
    private boolean greeted;

    Serving(Path socket, long graceMs, Control control) {
        this.socket = socket;
        this.graceMs = graceMs;
        this.control = control;
    }

    void serve() {
        while (true) {
            Connection connection = dial();
            try {
                int window = welcome(connection);
                preload();
                while (true) {
                    take(connection, window, connection.read());
                }
            } catch (Connection.ProtocolException e) {
                throw Exits.leave(Exits.PROTOCOL, "protocol error: " + e.getMessage());
            } catch (IOException broken) {
                lost(connection);
            }
            pause();
        }
    }

    private Connection dial() {
        long giveUp = System.nanoTime() + graceMs * 1_000_000;
        while (true) {
            try {
                Connection connection = Connection.dial(socket);
                connection.write(greeting());
                return connection;
            } catch (IOException e) {
                if (System.nanoTime() - giveUp >= 0) {
                    throw Exits.leave(
                            Exits.ALONE,
                            "no invoker on " + socket + " for " + graceMs / 1000 + " s: " + e.getMessage());
                }
            }
            pause();
        }
    }

    private byte[] greeting() {
        Several beside = several;
        synchronized (inFlight) {
            long over = beside == null ? completed : beside.completed();
            return Frames.hello(RUNTIME, revision, over, inFlight.keySet());
        }
    }

    private static int welcome(Connection connection) throws IOException {
        Frame frame = connection.read();
        if (frame.kind() == Frames.REFUSE) {
            throw Exits.leave(Exits.REFUSED, Fields.string(frame.payload()));
        }
        if (frame.kind() != Frames.WELCOME) {
            throw new Connection.ProtocolException("expected welcome, got frame type " + frame.kind());
        }
        frame.payload().get();
        return frame.payload().getInt();
    }

    private void preload() {
        if (!greeted) {
            greeted = true;
            CompletableFuture.delayedExecutor(PRELOAD_AFTER_MS, TimeUnit.MILLISECONDS, calls)
                    .execute(this::preloadCompiler);
        }
    }

    /** Behind an init that came in the meantime it does nothing. */
    private void preloadCompiler() {
        if (!initialised) {
            SourceCompiler.preload();
        }
    }

    private void lost(Connection connection) {
        connection.close();
        incoming.keySet().forEach(number -> brokenOff());
        incoming.clear();
        synchronized (inFlight) {
            inFlight.values().forEach(call -> call.window.close());
        }
    }

    private static void pause() {
        LockSupport.parkNanos(DIAL_PAUSE_NANOS);
        // A function may interrupt any thread, and an interrupted one does not pause.
        Thread.interrupted();
    }

    private void take(Connection connection, int window, Frame frame) throws IOException {
        switch (frame.kind()) {
            case Frames.INIT -> {
                Fields.Init init = Fields.init(frame.payload());
                Several beside = init.concurrency() > 1 ? new Several(control, calls, this::besideOthers) : null;
                several = beside;
                calls.execute(() -> init(connection, init, beside));
            }
            case Frames.RUN -> run(connection, window, frame);
            case Frames.DATA -> {
                Call call = incoming.get(frame.number());
                if (call != null) {
                    call.take(Fields.rest(frame.payload()));
                }
            }
            case Frames.END -> ended(frame);
            case Frames.CREDIT -> {
                Call call = inFlight(frame.number());
                if (call != null) {
                    call.window.grant(frame.payload().getInt());
                }
            }
            default -> {} // of a newer minor version
        }
    }

    private void run(Connection connection, int window, Frame frame) {
        Fields.RunHead head = Fields.run(frame.payload());
        Call call = new Call(frame.number(), head, connection, window, CREDIT_PART);
        call.add(Fields.rest(frame.payload()));
        if (several != null) {
            several.begins(call.number);
        }
        if (head.more()) {
            incoming.put(call.number, call);
        } else {
            start(call);
        }
    }

    private void ended(Frame frame) {
        int status = frame.payload().get();
        Call arrived = incoming.remove(frame.number());
        Call sending = inFlight(frame.number());
        if (arrived != null && status == Frames.COMPLETE) {
            start(arrived);
        } else if (arrived != null) {
            brokenOff();
        } else if (sending != null) {
            sending.window.close();
        }
    }

    private void brokenOff() {
        if (several != null) {
            several.over();
        }
    }

    private @Nullable Call inFlight(long number) {
        synchronized (inFlight) {
            return inFlight.get(number);
        }
    }

    private void start(Call call) {
        synchronized (inFlight) {
            inFlight.put(call.number, call);
        }
        if (several != null) {
            several.start(call);
        } else {
            calls.execute(() -> call(call));
        }
    }

    private void init(Connection connection, Fields.Init init, @Nullable Several beside) {
        byte[] answer;
        initialised = true;
        if (beside != null) {
            Output.share();
        }
        try {
            function = Function.load(init);
            synchronized (inFlight) {
                revision = init.revision();
            }
            answer = Frames.loaded();
        } catch (Throwable e) {
            answer = Frames.notLoaded(Errors.describeLoad(e));
        }
        Output.flush();
        try {
            connection.write(answer);
        } catch (IOException lost) {
            Thread.interrupted();
        }
        control.initDone(init.concurrency());
        if (beside != null) {
            beside.awaitClean();
        }
    }

    /** On the call's own thread. */
    private void besideOthers(Call call) {
        CallScope scope = call.runsBesideOthers();
        try {
            answer(call);
        } catch (IOException lost) {
            Thread.interrupted();
        }
        scope.close();
        synchronized (inFlight) {
            inFlight.remove(call.number);
        }
        Several beside = several;
        if (beside != null) {
            beside.over();
        }
    }

    private void call(Call call) {
        control.awaitClean();
        Thread.interrupted();
        try {
            answer(call);
        } catch (IOException lost) {
            Thread.interrupted();
        }
        long number;
        synchronized (inFlight) {
            inFlight.remove(call.number);
            number = ++completed;
        }
        control.callOver(number);
    }

    private void answer(Call call) throws IOException {
        Payload.Body body;
        try {
            if (function == null) {
                throw new IllegalStateException("a call before the code was loaded");
            }
            body = Payload.result(function.call(call));
        } catch (Unacceptable e) {
            flush(call);
            call.fail(e.status(), 0, e.failure());
            return;
        } catch (Throwable e) {
            flush(call);
            Errors.leaveIfOutOfMemory(e);
            call.fail(FUNCTION_RAISED, Errors.detail(e), Errors.describe(e));
            return;
        }
        flush(call);
        call.answer(body);
    }

    /** All that the call has printed comes before its result. */
    private static void flush(Call call) {
        Output.flush();
        CallScope scope = call.scope();
        if (scope != null) {
            scope.endLines();
        }
    }
}
