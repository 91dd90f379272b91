package dev.hearth.invoker.runtime;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the node takes calls, and if not why: each reason is set and cleared by the part that knows. */
final class Condition {
    private static final Logger LOG = LoggerFactory.getLogger(Condition.class);

    private String engine = "the Docker Engine has not answered yet";
    private boolean starting = true;
    private boolean doubts;
    private boolean stopping;
    private String runtimes = "";
    private String told = "";

    /** What is wrong with the engine; empty when it answers. */
    void engine(String fault) {
        engine = fault;
        log();
    }

    /** Containers of the life before have been adopted or removed. */
    void started() {
        starting = false;
        log();
    }

    /** Whether there are containers whose death is not proven. */
    void doubts(boolean any) {
        doubts = any;
        log();
    }

    /** Which runtimes' images are still on their way; empty when all are here. */
    void runtimes(String fetching) {
        runtimes = fetching;
        log();
    }

    void stopping() {
        stopping = true;
        log();
    }

    /** Whether stem cells have images to start from. */
    boolean runtimesHere() {
        return runtimes.isEmpty();
    }

    boolean engineAnswers() {
        return engine.isEmpty();
    }

    boolean ready() {
        return engine.isEmpty() && !starting && !doubts && !stopping && runtimes.isEmpty();
    }

    String reason() {
        List<String> reasons = new ArrayList<>();
        if (stopping) {
            reasons.add("it is stopping");
        }
        if (!engine.isEmpty()) {
            reasons.add(engine);
        } else if (starting) {
            reasons.add("it is looking after the containers of its life before");
        }
        if (!runtimes.isEmpty()) {
            reasons.add(runtimes);
        }
        if (doubts) {
            reasons.add("the death of a killed container is not proven yet");
        }
        return String.join("; ", reasons);
    }

    private void log() {
        String now = ready() ? "ready" : reason();
        if (!now.equals(told)) {
            told = now;
            LOG.info("event=node_condition ready={} reason=\"{}\"", ready(), reason());
        }
    }
}
