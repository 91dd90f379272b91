package dev.hearth.client;

import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Registers functions on a Hearth node, calls them and waits for them; named after WRENCH's serverless service.
 *
 * <p>Every method blocks until the node has answered, and throws a {@link HearthException} when it refused or did not answer. Threads
 * may share one; virtual ones wait here at no cost. Whatever can be sent again without harm is, when a connection breaks or
 * the node is busy: a call that was accepted twice in the eyes of this side is one invocation on the node.
 */
public final class FunctionManager implements AutoCloseable {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final Duration READY_POLL = Duration.ofSeconds(20);
    private static final String INVOCATIONS = "/v1/invocations/";

    private final ManagerSettings settings;
    private final Transport transport;

    public FunctionManager(ManagerSettings settings) {
        this.settings = settings;
        this.transport = new Transport(settings);
    }

    /** Of the node at this address, such as {@code http://127.0.0.1:8080}. */
    public static FunctionManager at(String url) {
        return new FunctionManager(ManagerSettings.at(url));
    }

    /** Of the node that {@code HEARTH_URL}, {@code HEARTH_KEY} and {@code HEARTH_CACERT} name; else of this machine's. */
    public static FunctionManager fromEnvironment() {
        return new FunctionManager(ManagerSettings.of(System.getenv()));
    }

    public RegisteredFunction registerFunction(String name, FunctionCode code) {
        return registerFunction(name, code, FunctionLimits.DEFAULT);
    }

    /** Registers a function, or a new revision of it, and waits until it can be called. The same again changes nothing. */
    public RegisteredFunction registerFunction(String name, FunctionCode code, FunctionLimits limits) {
        Map<String, Object> spec = code.spec();
        spec.put("limits", limits.json());
        Event body = Event.value(spec);
        long start = System.nanoTime();
        while (true) {
            Request request = Request.of(
                            "PUT",
                            function(name) + "?wait=" + Spans.text(READY_POLL),
                            settings.requestTimeout().plus(READY_POLL))
                    .with(body);
            Fields answer = Fields.in(transport.send(request));
            switch (answer.text("state")) {
                case "READY" -> {
                    return new RegisteredFunction(name, answer.whole("revision"));
                }
                case "FAILED" ->
                    throw Errors.of(
                            answer.object("cause")
                                    .map(FailureCause::of)
                                    .orElseGet(() ->
                                            FailureCause.of(ErrorCode.UNKNOWN, name + " could not be made ready")),
                            "");
                default -> {
                    if (System.nanoTime() - start > settings.registerTimeout().toNanos()) {
                        throw Errors.noAnswer(name + " is not ready within " + settings.registerTimeout(), null);
                    }
                }
            }
        }
    }

    /** Removes a function, its revisions and its code. */
    public void deleteFunction(String name) {
        transport.send(Request.of("DELETE", function(name), settings.requestTimeout()));
    }

    /** Calls with a text as event; returns when the node has it on disk. */
    public Invocation invokeFunction(RegisteredFunction function, String text) {
        return invokeFunction(function, Event.text(text));
    }

    public Invocation invokeFunction(RegisteredFunction function, Event event) {
        return invokeFunction(function, event, InvocationOptions.DEFAULT);
    }

    public Invocation invokeFunction(RegisteredFunction function, Event event, InvocationOptions options) {
        return invokeFunction(function.name(), event, options);
    }

    /** Calls a function that somebody else may have registered. */
    public Invocation invokeFunction(String name, Event event, InvocationOptions options) {
        String query = options.query().entrySet().stream()
                .map(option -> option.getKey() + "=" + encoded(option.getValue()))
                .collect(Collectors.joining("&"));
        Request request = Request.of(
                        "POST",
                        function(name) + "/invocations" + (query.isEmpty() ? "" : "?" + query),
                        settings.requestTimeout())
                .header("Idempotency-Key", options.keyOrNew())
                .with(event);
        return new Invocation(this, Fields.in(transport.send(request)).text("id"));
    }

    /** Calls, and waits for the output of this one call. It is not sent again where it may have run. */
    public Output invokeSync(RegisteredFunction function, String text) {
        return invokeSync(function.name(), Event.text(text));
    }

    public Output invokeSync(String name, Event event) {
        Answer answer = transport.send(Request.of("POST", function(name) + "/invoke", settings.callTimeout())
                .with(event)
                .once());
        return new Output(answer.body(), answer.header("Content-Type"));
    }

    /** An invocation that was made before, perhaps by another program. */
    public Invocation invocation(String id) {
        return new Invocation(this, id);
    }

    public boolean isDone(Invocation invocation) {
        return invocation.isDone();
    }

    /** Waits until it is done. */
    public Invocation waitOne(Invocation invocation) {
        waitOne(invocation, FOR_EVER);
        return invocation;
    }

    /** Waits until it is done, at most so long; whether it is. */
    public boolean waitOne(Invocation invocation, Duration most) {
        return waitAll(List.of(invocation), most);
    }

    /** Waits until one of them is done, and gives it. */
    public Invocation waitAny(Collection<Invocation> invocations) {
        return waitAny(invocations, FOR_EVER)
                .orElseThrow(() -> new IllegalArgumentException("there is no invocation to wait for"));
    }

    /** Waits until one of them is done, at most so long; empty when none is, and at once when there are none. */
    public Optional<Invocation> waitAny(Collection<Invocation> invocations, Duration most) {
        return Waiting.forAny(transport, settings, invocations, most);
    }

    /** Waits until all of them are done. */
    public void waitAll(Collection<Invocation> invocations) {
        waitAll(invocations, FOR_EVER);
    }

    /** Waits until all of them are done, at most so long; whether they are. */
    public boolean waitAll(Collection<Invocation> invocations, Duration most) {
        return Waiting.forAll(transport, settings, invocations, most);
    }

    InvocationRecord record(String id) {
        Request request = Request.of("GET", INVOCATIONS + encoded(id), settings.requestTimeout());
        return InvocationRecord.of(Fields.in(transport.send(request)));
    }

    Output output(String id) {
        Answer answer = transport.send(outputOf(id));
        return new Output(answer.body(), answer.header("Content-Type"));
    }

    InputStream openOutput(String id) {
        return transport.open(outputOf(id));
    }

    private Request outputOf(String id) {
        return Request.of("GET", INVOCATIONS + encoded(id) + "/output", settings.callTimeout())
                .header("Accept", "*/*");
    }

    boolean cancel(Invocation invocation) {
        transport.send(Request.of("DELETE", INVOCATIONS + encoded(invocation.getId()), settings.requestTimeout()));
        return invocation.getRecord().outcome().equals(ErrorCode.CANCELLED.name());
    }

    private static String function(String name) {
        return "/v1/functions/" + encoded(name);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Ends the connections; invocations go on. */
    @Override
    public void close() {
        transport.close();
    }
}
