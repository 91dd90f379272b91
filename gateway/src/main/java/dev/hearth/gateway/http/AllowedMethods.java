package dev.hearth.gateway.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The methods that a router has for a path, for the Allow header. */
final class AllowedMethods {
    private AllowedMethods() {}

    static String at(Router router, String path) {
        TreeSet<String> names = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null && matches(route.getPath(), path)) {
                route.methods().stream().map(HttpMethod::name).forEach(names::add);
            }
        }
        return String.join(", ", names);
    }

    private static boolean matches(@Nullable String pattern, String path) {
        if (pattern == null) {
            return false;
        }
        String[] wanted = pattern.split("/", -1);
        String[] given = path.split("/", -1);
        boolean same = wanted.length == given.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = wanted[i].startsWith(":") ? !given[i].isEmpty() : wanted[i].equals(given[i]);
        }
        return same;
    }
}
