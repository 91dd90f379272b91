package dev.hearth.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says who may make a request; asked on the event loop for each, before anything else looks at it. */
@FunctionalInterface
public interface Guard {
    /** The answer to a request that must not be served; null when it may. */
    @Nullable
    ErrorAnswer refusal(HttpServerRequest request);

    /** Refuses what web pages of others send through a user's browser, under rebound names too; for one event loop. */
    static Guard againstOtherPages() {
        return new HostRule(Set.of(), false)::refusal;
    }
}
