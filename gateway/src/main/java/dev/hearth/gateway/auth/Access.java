package dev.hearth.gateway.auth;

import io.vertx.core.http.HttpMethod;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which role a request needs. What is not named here is for admins, so that a route that somebody adds is closed until it
 * is opened on purpose.
 *
 * <p>It reads the path as it was sent, before anything is decoded or normalised, and takes it only in its plain form:
 * another spelling of an open path is for admins too.
 */
final class Access {
    private static final Set<String> OPEN = Set.of("/health/live", "/health/ready", "/openapi.yaml");
    private static final Set<String> METRICS = Set.of("/metrics", "/v1/nodes/targets");
    private static final Pattern CALL =
            Pattern.compile("/v1/functions/[A-Za-z0-9_-]+/(invoke|invocations)|/v1/invocations/wait");
    private static final Pattern RECORDS = Pattern.compile("/v1/invocations(/[A-Za-z0-9_-]+(/(logs|output))?)?");
    private static final Pattern ONE = Pattern.compile("/v1/invocations/[A-Za-z0-9_-]+");

    private Access() {}

    /** The role that it needs, which that of admins covers; empty when anybody may. */
    static Optional<Role> needed(HttpMethod method, String path) {
        boolean reads = method.equals(HttpMethod.GET);
        if (reads && OPEN.contains(path)) {
            return Optional.empty();
        }
        if (reads && METRICS.contains(path)) {
            return Optional.of(Role.METRICS);
        }
        boolean calls = method.equals(HttpMethod.POST) && CALL.matcher(path).matches();
        boolean cancels = method.equals(HttpMethod.DELETE) && ONE.matcher(path).matches();
        boolean invoke = calls || cancels || (reads && RECORDS.matcher(path).matches());
        return Optional.of(invoke ? Role.INVOKE : Role.ADMIN);
    }
}
