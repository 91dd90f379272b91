package dev.hearth.gateway.http;

import dev.hearth.common.error.Failure;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.units.Durations;
import dev.hearth.gateway.image.PullProgress;
import dev.hearth.gateway.registry.FunctionSpec;
import dev.hearth.gateway.registry.FunctionView;
import dev.hearth.gateway.registry.Registered;
import dev.hearth.gateway.registry.StoredRevision;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions and revisions as users read them. */
final class FunctionJson {
    private FunctionJson() {}

    static JsonObject registered(Registered registered, Optional<PullProgress> pull) {
        return function(registered.view(), pull)
                .put("result", registered.effect().name().toLowerCase(Locale.ROOT));
    }

    static JsonObject function(FunctionView view, Optional<PullProgress> pull) {
        return revision(view.latest(), pull)
                .put("serving", view.serving().map(StoredRevision::number).orElse(null))
                .put("registeredAt", view.createdAt().toString());
    }

    static JsonObject revision(StoredRevision revision, Optional<PullProgress> pull) {
        FunctionSpec spec = revision.spec();
        return new JsonObject()
                .put("name", revision.function().name())
                .put("namespace", revision.function().namespace())
                .put("state", revision.state().name())
                .put("cause", revision.cause().map(FunctionJson::cause).orElse(null))
                .put("pull", pull.map(PullProgress::toJson).orElse(null))
                .put("revision", revision.number())
                .put("id", revision.id().toString())
                .put(spec.ownImage() ? "contract" : "runtime", spec.runtime())
                .put("image", revision.image())
                .put("imageDigest", revision.imageDigest())
                .put("handler", spec.handler())
                .put("code", code(revision.code()))
                .put("limits", limits(spec.limits()))
                .put("env", texts(spec.environment()))
                .put("network", spec.network().word())
                .put("allow", allow(spec.network()))
                .put("keepAlive", Durations.format(spec.keepAlive()))
                .put("minWarm", spec.minWarm())
                .put("init", spec.init().isEmpty() ? null : Json.decodeValue(spec.init()))
                .put("labels", texts(spec.labels()))
                .put("requires", texts(spec.requires().pairs()))
                .put("createdAt", revision.createdAt().toString());
    }

    private static JsonObject cause(Failure failure) {
        return new JsonObject().put("code", failure.code().name()).put("message", failure.message());
    }

    private static JsonObject code(Code code) {
        JsonObject json = new JsonObject().put("form", code.form().name().toLowerCase(Locale.ROOT));
        return code.form() == CodeForm.NONE
                ? json
                : json.put("digest", code.digest()).put("size", code.size()).put("unpacked", code.unpacked());
    }

    private static JsonObject limits(Limits limits) {
        return new JsonObject()
                .put("timeout", Durations.format(limits.timeout()))
                .put("init", Durations.format(limits.init()))
                .put("memory", limits.memory().toString())
                .put("disk", limits.disk().toString())
                .put("ingress", limits.ingress().toString())
                .put("egress", limits.egress().toString())
                .put("cpus", limits.cpus().isPresent() ? limits.cpus().getAsDouble() : null)
                .put("pids", limits.pids())
                .put("concurrency", limits.concurrency())
                .put(
                        "maxContainers",
                        limits.maxContainers().isPresent()
                                ? limits.maxContainers().getAsInt()
                                : null)
                .put("gpus", gpus(limits.gpus()));
    }

    private static @Nullable Object gpus(Gpus gpus) {
        Object given = gpus.isAll() ? gpus.toString() : gpus.count();
        return gpus.isNone() ? null : given;
    }

    /** Nothing where every public address, or none, is reached. */
    private static @Nullable JsonArray allow(Network network) {
        return network.fenced()
                ? new JsonArray(
                        network.allow().stream().map(Destination::toString).toList())
                : null;
    }

    private static JsonObject texts(Map<String, String> texts) {
        JsonObject json = new JsonObject();
        new TreeMap<>(texts).forEach(json::put);
        return json;
    }

    static String functionTable(List<FunctionView> views) {
        TextTable table = new TextTable("NAME", "STATE", "REVISION", "SERVING", "RUNTIME", "MEMORY", "TIMEOUT", "CODE");
        for (FunctionView view : views) {
            StoredRevision latest = view.latest();
            table.row(
                    latest.function().name(),
                    latest.state(),
                    latest.number(),
                    view.serving()
                            .map(serving -> String.valueOf(serving.number()))
                            .orElse("-"),
                    latest.spec().ownImage() ? latest.image() : latest.spec().runtime(),
                    latest.spec().limits().memory(),
                    Durations.format(latest.spec().limits().timeout()),
                    shortDigest(latest.code()));
        }
        return table.toString();
    }

    static String revisionTable(List<StoredRevision> revisions) {
        TextTable table = new TextTable("REVISION", "STATE", "CREATED", "IMAGE", "CODE", "CAUSE");
        for (StoredRevision revision : revisions) {
            table.row(
                    revision.number(),
                    revision.state(),
                    revision.createdAt(),
                    revision.image(),
                    shortDigest(revision.code()),
                    revision.cause().map(Failure::message).orElse("-"));
        }
        return table.toString();
    }

    private static String shortDigest(Code code) {
        return code.form() == CodeForm.NONE
                ? "-"
                : code.digest().substring("sha256:".length(), "sha256:".length() + 12);
    }
}
