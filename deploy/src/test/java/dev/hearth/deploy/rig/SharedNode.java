package dev.hearth.deploy.rig;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** One node for all tests of a class, registered as a static extension; a failure tells the end of the node's log. */
public final class SharedNode implements BeforeAllCallback, AfterAllCallback, TestExecutionExceptionHandler {
    private final String[] settings;
    private @Nullable NodeProcess node;

    private SharedNode(String... settings) {
        this.settings = settings;
    }

    public static SharedNode with(String... settings) {
        return new SharedNode(settings);
    }

    public NodeProcess process() {
        return Objects.requireNonNull(node, "the node is not started yet");
    }

    public Api api() {
        return process().api();
    }

    public String id() {
        return process().id();
    }

    /** Ids of the running containers of the node, as the engine knows them. */
    public List<String> containers() {
        return Docker.running(id());
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        node = NodeProcess.start(settings);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (node != null) {
            node.close();
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (node != null) {
            failure.addSuppressed(new AssertionError("the node's log ends with\n" + String.join("\n", node.logTail())));
        }
        throw failure;
    }
}
