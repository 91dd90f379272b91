package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Revision;
import dev.hearth.common.invocation.Traffic;
import dev.hearth.invoker.pool.CallKey;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.sidechannel.ContainerChannel;
import dev.hearth.invoker.sidechannel.ContainerEvents;
import dev.hearth.invoker.sidechannel.Figures;
import dev.hearth.invoker.sidechannel.Hello;
import dev.hearth.invoker.sidechannel.ResultHead;
import dev.hearth.invoker.sidechannel.ResultHead.Answer;
import dev.hearth.invoker.sidechannel.ResultHead.Raised;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One container as its frames show it: which calls it runs, and what becomes of them.
 *
 * <p>Turns frames into the attempts' outcomes and tells its owner of each change; decides nothing about the pool.
 */
final class LiveContainer implements ContainerEvents {
    final ContainerId id;
    final ContainerSite site;
    final EngineSide engine = new EngineSide();
    final LastLines lastLines = new LastLines(this::stat);
    private ContainerOwner owner;
    private final Death death;
    private final Loading loading = new Loading();
    private final MemoryKills kills = new MemoryKills();
    private @Nullable ContainerChannel channel;
    private final ContainerCalls calls = new ContainerCalls();
    private @Nullable Hello hello;
    private boolean retired;
    private boolean leaving;
    private String circumstance = " between calls";

    LiveContainer(ContainerId id, ContainerSite site, ContainerOwner owner, Death.Executioner executioner) {
        this.id = id;
        this.site = site;
        this.owner = owner;
        this.death = new Death(this, executioner);
    }

    void attach(ContainerChannel socket) {
        channel = socket;
    }

    /** The engine has created and started it. */
    void created(String atEngine) {
        engine.created(atEngine);
        startedWhenBoth();
    }

    @Nullable
    Revision revision() {
        return loading.revision();
    }

    @Nullable
    Hello hello() {
        return hello;
    }

    boolean runs(Attempt attempt) {
        return calls.of(attempt) != null;
    }

    Death death() {
        return death;
    }

    /** Whether bridge and runtime are there and nothing speaks for its end. */
    boolean sound() {
        return channel != null && channel.connected() && !leaving && !death.expected();
    }

    /** Takes over what an earlier life of the invoker left. */
    void adopt(@Nullable Revision held, ContainerOwner newOwner) {
        loading.adopt(held);
        owner = newOwner;
        stat(ContainerChannel.NO_CALL);
    }

    /** Its code is on the way. */
    void initBegins(Revision code, boolean wasStem) {
        loading.begin(code);
        engine.stopwatch().ofStem(wasStem);
    }

    /** Hands it the code. */
    void init(Revision code, String entry) {
        if (hello != null && !hello.takes(code)) {
            failInit(Verdict.outdated(code));
        } else if (channel != null) {
            String folder = code.code().form() == CodeForm.NONE ? "" : ContainerSite.CODE_IN_CONTAINER;
            channel.init(code, folder, entry);
        }
    }

    /** The code was not loaded in time, or the way there broke. */
    void failInit(Failure failure) {
        if (loading.end()) {
            owner.initFailed(this, loading.withTail(loading.failure().orElse(failure)));
        }
    }

    /** Sends it a call. */
    void run(Attempt attempt, int window) {
        ContainerChannel socket = channel;
        // It may have died a moment ago, with its last words still to come: the call can run elsewhere.
        if (socket == null || !sound()) {
            owner.neverStarted(this, attempt);
            return;
        }
        ContainerCall call = calls.begin(attempt);
        long nowMillis = System.currentTimeMillis();
        long deadline = attempt.runs(call.number, nowMillis);
        call.event.begin(window - attempt.firstPart().length());
        socket.run(attempt.head(call.number, deadline), attempt.firstPart(), attempt.dispatch.more());
        pumpBody(attempt);
    }

    /** Sends on what came of the event's body, as far as the container's credit goes. */
    void pumpBody(Attempt attempt) {
        ContainerCall call = calls.of(attempt);
        if (call != null && channel != null) {
            call.event.pump(attempt, call.number, channel, owner);
        }
    }

    /** The gateway took that much of the answer. */
    void answerCredit(Attempt attempt, int bytes) {
        ContainerCall call = calls.of(attempt);
        if (call != null && call.answer.isOpen() && channel != null) {
            channel.credit(call.number, bytes);
        }
    }

    /** One of its calls must end, and so it must. */
    void kill(Kill kill) {
        if (runs(kill.of())) {
            death.begin(proven -> {
                long nanos = System.nanoTime();
                calls.all().forEach(call -> fail(call, kill.tells(call.attempt, nanos, proven)));
            });
        }
    }

    /** Whether it ran the call not long ago: lines of it may still come. */
    boolean ran(CallKey call) {
        return calls.ranLately(call);
    }

    private boolean stat(long nonce) {
        return channel != null && channel.stat(nonce);
    }

    /** Ends what moved more over the network than its limits allow. */
    void checkTraffic() {
        Revision revision = loading.revision();
        Optional<Failure> excess = revision == null || leaving || death.begun()
                ? Optional.empty()
                : engine.uplink().excess(revision, calls.together());
        if (excess.isEmpty()) {
            return;
        }
        if (calls.none()) {
            ended(held -> excess.get(), held -> excess.get(), excess.get().message());
        } else {
            death.begin(proven -> calls.all().forEach(call -> fail(call, Verdict.killed(excess.get(), proven))));
        }
    }

    /** Closes the socket; nothing is heard of it afterwards. */
    void close() {
        lastLines.end();
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    /** It is being removed: its end is no news, and its memory is free at once when the bridge hears of it. */
    void leave() {
        leaving = true;
        askToDie();
    }

    /** Asks the bridge to kill everything; false when there is no way to ask. */
    boolean askToDie() {
        owner.ending(this);
        return channel != null && channel.kill();
    }

    @Override
    public void ready(Hello said) {
        if (hello == null) {
            hello = said;
            calls.countFrom(said.completed());
            startedWhenBoth();
        }
    }

    private void startedWhenBoth() {
        if (hello != null && engine.id() != null) {
            owner.started(this);
        }
    }

    @Override
    public void initialised(boolean ok, String type, String message, String stack) {
        if (!ok) {
            loading.failed(Verdict.notLoaded(loading.label(), type, message, stack));
            // What it printed comes over the bridge's connection, perhaps later than this; figures come behind it.
            if (!stat(ContainerChannel.NO_CALL)) {
                status(ContainerChannel.NO_CALL, Figures.UNKNOWN);
            }
        } else if (loading.end()) {
            engine.uplink().settle();
            owner.initialised(this);
        }
    }

    @Override
    public void result(long number, ResultHead head) {
        ContainerCall call = calls.find(number);
        if (call == null || call.attempt.over() || death.begun()) {
            return;
        }
        switch (head) {
            case Answer answer -> answered(call, answer);
            case Raised failed -> {
                call.raised = failed;
                if (!stat(number)) {
                    status(number, Figures.UNKNOWN);
                }
            }
        }
    }

    private void answered(ContainerCall call, Answer answer) {
        Attempt attempt = call.attempt;
        Optional<Failure> unfit = Verdict.unfit(attempt.revision, answer)
                .or(() -> engine.uplink().excess(attempt.revision, calls.together()));
        CallMessage outcome =
                call.answer.begin(attempt, answer, unfit.map(f -> owner.withTail(attempt, f)), site.node());
        if (answer.more()) {
            owner.tell(attempt, outcome);
            call.answer.credit(channel, call.number, answer.body().length());
        } else {
            finish(call, outcome);
        }
    }

    @Override
    public void data(long number, Buffer bytes) {
        ContainerCall call = calls.find(number);
        if (call != null && call.answer.isOpen()) {
            call.answer.part(call.attempt, bytes, owner);
            call.answer.credit(channel, number, bytes.length());
        }
    }

    @Override
    public void end(long number, boolean complete) {
        ContainerCall call = calls.find(number);
        if (call != null && call.answer.isOpen()) {
            finish(call, call.answer.last(call.attempt, complete));
        }
    }

    @Override
    public void credit(long number, int bytes) {
        ContainerCall call = calls.find(number);
        if (call != null && bytes > 0) {
            call.event.credit(bytes);
            pumpBody(call.attempt);
        }
    }

    @Override
    public void status(long nonce, Figures figures) {
        ContainerCall call = calls.find(nonce);
        kills.saw(figures.oomKills(), call != null);
        lastLines.answered(nonce);
        loading.failure().ifPresent(this::failInit);
        Raised failed = call == null ? null : call.raised;
        if (call == null || failed == null || death.begun()) {
            return;
        }
        call.raised = null;
        Attempt attempt = call.attempt;
        Failure failure = Verdict.raised(attempt.revision, failed, figures, kills.beforeCurrent());
        finish(call, attempt.fails(site.node(), owner.withTail(attempt, failure)));
    }

    @Override
    public void log(long number, boolean stderr, long micros, Buffer bytes) {
        CallKey author = calls.author(number);
        if (author == null) {
            loading.write(stderr, micros, bytes);
        } else {
            owner.log(author, stderr, micros, bytes);
        }
    }

    @Override
    public void retire(long completed, String reason) {
        retired = true;
        if (calls.none()) {
            owner.lost(this, reason);
        }
        for (ContainerCall call : calls.after(completed)) {
            calls.end(call);
            owner.neverStarted(this, call.attempt);
        }
    }

    @Override
    public void exited(boolean bySignal, int value, Figures figures) {
        boolean wanted = death.begun();
        lastLines.end();
        owner.ending(this);
        death.proven();
        if (!wanted && !leaving) {
            ended(
                    held -> Verdict.crashed(held, bySignal, value, figures, kills.beforeCurrent()),
                    held -> Verdict.crashedInInit(held, bySignal, value, figures),
                    "its process " + Verdict.how(bySignal, value) + circumstance);
        }
    }

    @Override
    public void broken(boolean bridge, String reason) {
        if (bridge) {
            lastLines.end();
        }
        if (death.begun() || leaving) {
            return;
        }
        String what = (bridge ? "the bridge's connection: " : "the runtime's connection: ") + reason;
        circumstance = " after " + what;
        // The process that held it may be dying: the bridge's own word on it, with the exit code, is better than ours.
        death.expect(
                bridge,
                () -> ended(
                        held -> Verdict.lost(held, what), held -> Failure.during(ErrorCode.INIT_FAILED, what), what));
    }

    /** It is of no use any more: whoever waits for it hears why. */
    private void ended(Function<Revision, Failure> inCall, Function<Revision, Failure> inInit, String idle) {
        Revision revision = loading.revision();
        if (!calls.none()) {
            calls.all().forEach(call -> fail(call, inCall.apply(call.attempt.revision)));
        } else if (loading.underWay() && revision != null) {
            failInit(inInit.apply(revision));
        } else {
            owner.lost(this, idle);
        }
    }

    private void fail(ContainerCall call, Failure failure) {
        Attempt attempt = call.attempt;
        retired = true;
        if (attempt.over()) {
            finish(call, call.answer.last(attempt, false));
            return;
        }
        // Last words of a process that ran several calls are nobody's: they are in the container's own log.
        Failure told = loading.lastWords(attempt.revision, owner.withTail(attempt, failure));
        finish(call, attempt.fails(site.node(), told));
    }

    /**
     * The call is over here. The container is given back before the gateway hears of it: the gateway's next call must find
     * it idle, not start another.
     */
    private void finish(ContainerCall call, @Nullable CallMessage last) {
        calls.end(call);
        kills.callEnds();
        // What calls that ran together have moved is told with the last of them.
        Traffic moved = calls.none() ? engine.uplink().settle() : Traffic.NONE;
        owner.released(this, call.attempt, !retired && !death.begun());
        if (!moved.equals(Traffic.NONE)) {
            owner.tell(call.attempt, call.attempt.moved(moved));
        }
        if (last != null) {
            owner.tell(call.attempt, last);
        }
    }
}
