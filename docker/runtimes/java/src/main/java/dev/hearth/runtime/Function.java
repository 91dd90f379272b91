package dev.hearth.runtime;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The function that the process holds: its handler, and what each call of it is told. */
final class Function {
    private static final String IMAGE_CODE = "/function";
    private static final Clock CLOCK = Clock.systemUTC();

    private final Handler handler;
    private final Fields.Init init;
    private final Path code;
    private final ClassLoader loader;
    private final @Nullable Object value;

    private Function(Handler handler, Fields.Init init, Path code, ClassLoader loader, @Nullable Object value) {
        this.handler = handler;
        this.init = init;
        this.code = code;
        this.loader = loader;
        this.value = value;
    }

    /** What the code throws while it is loaded comes out as it is. */
    static Function load(Fields.Init init) throws Throwable {
        Environment.put(init.environment());
        Path code = Path.of(
                init.program().folder().isEmpty() ? IMAGE_CODE : init.program().folder());
        HandlerName name = HandlerName.of(init.program().handler());
        Program program = Program.load(code, init.program().entry(), name);
        Thread.currentThread().setContextClassLoader(program.loader());
        InitValue value = InitValue.of(init.value());
        Handler handler = Handler.of(program.type(), name.function(), value);
        return new Function(handler, init, code, program.loader(), value.value());
    }

    @Nullable
    Object call(Call call) throws Throwable {
        Thread.currentThread().setContextClassLoader(loader);
        Fields.RunHead head = call.head;
        byte[] body = call.event();
        return awaited(handler.call(head.contentType(), body, new CallContext(init, code, value, call, body, CLOCK)));
    }

    private static @Nullable Object awaited(@Nullable Object value) throws Throwable {
        try {
            return switch (value) {
                case CompletionStage<?> stage -> stage.toCompletableFuture().join();
                case Future<?> future -> future.get();
                case null, default -> value;
            };
        } catch (ExecutionException | CompletionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
