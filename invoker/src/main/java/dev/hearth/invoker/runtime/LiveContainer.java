package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.invocation.Traffic;
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
 * One container as its frames show it: which call it runs, and what becomes of it.
 *
 * <p>Turns frames into the attempt's outcome and tells its owner of each change; decides nothing about the pool.
 */
final class LiveContainer implements ContainerEvents {
    final ContainerId id;
    final ContainerSite site;
    final EngineSide engine = new EngineSide();
    private ContainerOwner owner;
    private final Death death;
    private final Loading loading = new Loading();
    private final MemoryKills kills = new MemoryKills();
    private @Nullable ContainerChannel channel;
    private @Nullable Attempt current;
    private final RecentCalls recent = new RecentCalls();
    private @Nullable Raised raised;
    private @Nullable Hello hello;
    private final EventBody eventBody = new EventBody();
    private final AnswerBody answerBody = new AnswerBody();
    private boolean retired;
    private boolean leaving;
    private String circumstance = " between calls";
    private long completed;

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

    @Nullable
    Attempt current() {
        return current;
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
        if (channel != null) {
            channel.stat(ContainerChannel.NO_CALL);
        }
    }

    /** Its code is on the way. */
    void initBegins(Revision code, boolean wasStem) {
        loading.begin(code);
        engine.stopwatch().ofStem(wasStem);
    }

    /** Hands it the code. */
    void init(Revision code, String entry) {
        if (channel != null) {
            String folder = code.code().form() == CodeForm.NONE ? "" : ContainerSite.CODE_IN_CONTAINER;
            channel.init(code, folder, entry);
        }
    }

    /** The code was not loaded in time, or the way there broke. */
    void failInit(Failure failure) {
        if (loading.end()) {
            owner.initFailed(this, loading.withTail(failure));
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
        current = attempt;
        recent.began(completed + 1, attempt.id());
        answerBody.reset();
        long nowMillis = System.currentTimeMillis();
        long deadline = nowMillis + attempt.revision.limits().timeout().toMillis();
        attempt.runs(nowMillis);
        eventBody.begin(window - attempt.firstPart().length());
        socket.run(attempt.head(completed + 1, deadline), attempt.firstPart(), attempt.dispatch.more());
        pumpBody();
    }

    /** Sends on what came of the event's body, as far as the container's credit goes. */
    void pumpBody() {
        if (current != null && channel != null) {
            eventBody.pump(current, completed + 1, channel, owner);
        }
    }

    /** The gateway took that much of the answer. */
    void answerCredit(int bytes) {
        if (answerBody.isOpen() && channel != null) {
            channel.credit(completed + 1, bytes);
        }
    }

    /** The run was longer than its limit. */
    void timeOut() {
        Attempt attempt = current;
        if (attempt != null) {
            death.begin(proven -> fail(attempt, Verdict.timeout(attempt.revision, proven)));
        }
    }

    /** Ends what moved more over the network than its limits allow. */
    void checkTraffic() {
        Revision revision = loading.revision();
        Optional<Failure> excess = revision == null || leaving || death.begun()
                ? Optional.empty()
                : engine.uplink().excess(revision);
        Attempt attempt = current;
        if (excess.isEmpty()) {
            return;
        }
        if (attempt == null) {
            ended(held -> excess.get(), held -> excess.get(), excess.get().message());
        } else {
            death.begin(proven -> fail(attempt, Verdict.killed(excess.get(), proven)));
        }
    }

    /** Closes the socket; nothing is heard of it afterwards. */
    void close() {
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
        return channel != null && channel.kill();
    }

    @Override
    public void ready(Hello said) {
        if (hello == null) {
            hello = said;
            completed = said.completed();
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
            failInit(Verdict.notLoaded(loading.label(), type, message, stack));
        } else if (loading.end()) {
            engine.uplink().settle();
            owner.initialised(this);
        }
    }

    @Override
    public void result(long call, ResultHead head) {
        Attempt attempt = current;
        if (attempt == null || call != completed + 1 || attempt.over() || death.begun()) {
            return;
        }
        switch (head) {
            case Answer answer -> answered(attempt, answer);
            case Raised failed -> {
                raised = failed;
                if (channel == null || !channel.stat(call)) {
                    status(call, Figures.UNKNOWN);
                }
            }
        }
    }

    private void answered(Attempt attempt, Answer answer) {
        Optional<Failure> unfit =
                Verdict.unfit(attempt.revision, answer).or(() -> engine.uplink().excess(attempt.revision));
        CallMessage outcome =
                answerBody.begin(attempt, answer, unfit.map(f -> owner.withTail(attempt, f)), site.node());
        if (answer.more()) {
            owner.tell(attempt, outcome);
            answerBody.credit(channel, completed + 1, answer.body().length());
        } else {
            finish(attempt, outcome);
        }
    }

    @Override
    public void data(long call, Buffer bytes) {
        if (current != null && answerBody.isOpen() && call == completed + 1) {
            answerBody.part(current, bytes, owner);
            answerBody.credit(channel, call, bytes.length());
        }
    }

    @Override
    public void end(long call, boolean complete) {
        if (current != null && answerBody.isOpen() && call == completed + 1) {
            finish(current, answerBody.last(current, complete));
        }
    }

    @Override
    public void credit(long call, int bytes) {
        if (current != null && call == completed + 1 && bytes > 0) {
            eventBody.credit(bytes);
            pumpBody();
        }
    }

    @Override
    public void status(long nonce, Figures figures) {
        Attempt attempt = current;
        Raised failed = raised;
        kills.saw(figures.oomKills(), nonce > completed);
        if (attempt == null || failed == null || nonce != completed + 1 || death.begun()) {
            return;
        }
        raised = null;
        Failure failure = Verdict.raised(attempt.revision, failed, figures, kills.beforeCurrent());
        finish(attempt, attempt.fails(site.node(), owner.withTail(attempt, failure)));
    }

    @Override
    public void log(long call, boolean stderr, long micros, Buffer bytes) {
        InvocationId id = recent.find(call);
        if (id == null) {
            loading.write(stderr, micros, bytes);
        } else {
            owner.log(id, stderr, micros, bytes);
        }
    }

    @Override
    public void retire(long calls, String reason) {
        retired = true;
        Attempt attempt = current;
        if (attempt == null) {
            owner.lost(this, reason);
        } else if (calls == completed) {
            current = null;
            owner.neverStarted(this, attempt);
        }
    }

    @Override
    public void exited(boolean bySignal, int value, Figures figures) {
        boolean wanted = death.begun();
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
        Attempt attempt = current;
        Revision revision = loading.revision();
        if (attempt != null) {
            fail(attempt, inCall.apply(attempt.revision));
        } else if (loading.underWay() && revision != null) {
            failInit(inInit.apply(revision));
        } else {
            owner.lost(this, idle);
        }
    }

    private void fail(Attempt attempt, Failure failure) {
        retired = true;
        if (!attempt.over()) {
            finish(attempt, attempt.fails(site.node(), owner.withTail(attempt, failure)));
        } else {
            finish(attempt, answerBody.last(attempt, false));
        }
    }

    /**
     * The call is over here. The container is given back before the gateway hears of it: the gateway's next call must find
     * it idle, not start another.
     */
    private void finish(Attempt attempt, @Nullable CallMessage last) {
        raised = null;
        answerBody.reset();
        kills.callEnds();
        completed++;
        current = null;
        Traffic moved = engine.uplink().settle();
        owner.released(this, attempt, !retired && !death.begun());
        if (!moved.equals(Traffic.NONE)) {
            owner.tell(attempt, attempt.moved(moved));
        }
        if (last != null) {
            owner.tell(attempt, last);
        }
    }
}
