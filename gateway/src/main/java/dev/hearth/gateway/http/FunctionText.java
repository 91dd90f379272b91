package dev.hearth.gateway.http;

import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Limits;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.image.PullProgress;
import dev.hearth.gateway.registry.FunctionSpec;
import dev.hearth.gateway.registry.FunctionView;
import dev.hearth.gateway.registry.StoredRevision;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One function in lines for people: its state first, what users wrote themselves last. */
final class FunctionText {
    private FunctionText() {}

    static String of(FunctionView view, Optional<PullProgress> pull) {
        StoredRevision latest = view.latest();
        FunctionSpec spec = latest.spec();
        StringBuilder out = new StringBuilder();
        line(out, "function", latest.function());
        line(out, "state", latest.state());
        latest.cause().ifPresent(cause -> line(out, "cause", cause.code() + ": " + cause.message()));
        pull.ifPresent(progress -> line(out, "pull", progress));
        line(out, "revision", revision(view));
        line(out, spec.ownImage() ? "contract" : "runtime", spec.runtime());
        line(out, "image", latest.image());
        line(out, "digest", latest.imageDigest());
        line(out, "handler", spec.handler());
        line(out, "code", code(latest.code()));
        limits(out, spec.limits());
        line(out, "network", spec.network().word());
        spec.network().allow().forEach(one -> line(out, "allow", one));
        line(out, "keep-alive", Durations.format(spec.keepAlive()));
        line(out, "min-warm", spec.minWarm());
        line(out, "init-value", spec.init());
        line(out, "registered", view.createdAt());
        line(out, "changed", latest.createdAt());
        pairs(out, "env", spec.environment());
        pairs(out, "label", spec.labels());
        pairs(out, "requires", spec.requires().pairs());
        return out.toString();
    }

    private static String revision(FunctionView view) {
        int latest = view.latest().number();
        return view.serving()
                .map(serving -> serving.number() == latest
                        ? latest + ", which calls go to"
                        : latest + "; calls go to revision " + serving.number())
                .orElse(latest + "; no revision takes calls yet");
    }

    private static String code(Code code) {
        return code.form() == CodeForm.NONE
                ? "in the image"
                : code.form().name().toLowerCase(Locale.ROOT) + ", " + new Bytes(code.size()) + ", " + code.digest();
    }

    private static void limits(StringBuilder out, Limits limits) {
        line(out, "timeout", Durations.format(limits.timeout()));
        line(out, "init", Durations.format(limits.init()));
        line(out, "memory", limits.memory());
        line(out, "disk", limits.disk());
        line(out, "ingress", limits.ingress());
        line(out, "egress", limits.egress());
        limits.cpus().ifPresent(cpus -> line(out, "cpus", cpus));
        line(out, "pids", limits.pids());
        line(out, "concurrency", limits.concurrency());
        limits.maxContainers().ifPresent(most -> line(out, "containers", "at most " + most));
        line(out, "gpus", limits.gpus().isNone() ? "" : limits.gpus());
    }

    private static void pairs(StringBuilder out, String name, Map<String, String> pairs) {
        new TreeMap<>(pairs).forEach((key, value) -> line(out, name, key + "=" + value));
    }

    /** One line each, whatever a value holds, so that no value can pass for another field. */
    private static void line(StringBuilder out, String name, Object value) {
        String text = value.toString().replaceAll("\\p{Cntrl}", " ");
        if (!text.isEmpty()) {
            out.append(String.format(Locale.ROOT, "%-12s%s\n", name, text));
        }
    }
}
