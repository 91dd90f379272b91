package dev.hearth.gateway.registry;

import dev.hearth.common.function.Contract;
import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Turns the fields of a registration into a {@link FunctionSpec}, noting all faults. */
final class SpecRules {
    private static final List<String> CONTRACTS =
            Arrays.stream(Contract.values()).map(Contract::word).toList();
    private static final int MOST_WARM = 1_000;
    /** The runtimes and contracts whose containers can run several calls at once. */
    private static final Set<String> CONCURRENT = Set.of("nodejs", "java", Contract.HTTP.word());

    private final Set<String> runtimes;
    private final int initBytes;
    private final Faults faults;

    SpecRules(RegistrySettings settings, Faults faults) {
        this.runtimes = new TreeSet<>(settings.runtimes().keySet());
        this.initBytes = settings.initBytes();
        this.faults = faults;
    }

    /** The spec; to be used only when no fault was noted. */
    FunctionSpec read(SpecFields in) {
        Optional<String> runtime = in.text("runtime", "python3");
        Optional<String> image = in.text("image", "team/tool:1.2");
        Optional<String> contract = in.text("contract", "http");
        origin(in, runtime, image, contract);
        String handler = in.text("handler", "main.handle").orElse("");
        if (!handler.isEmpty()) {
            TextRules.handler(handler, contract.flatMap(Contract::of), faults);
        }
        SpecFields limitFields = in.object("limits");
        Limits limits = LimitFields.read(limitFields);
        limitFields.refuseUnknown(List.of());
        String spoken = (image.isPresent() ? contract : runtime).orElse("");
        oneAtATime(limitFields, spoken, limits);
        String init = new InitField(initBytes, faults).read(in, spoken);
        Map<String, String> environment = in.object("env").texts();
        TextRules.environment(environment, faults);
        Map<String, String> labels = in.object("labels").texts();
        TextRules.labels(labels, faults);
        Duration keepAlive = in.duration("keepAlive", Duration.ZERO, Duration.ofDays(7), "10m")
                .orElse(FunctionSpec.DEFAULT_KEEP_ALIVE);
        notBuilt(in, "secrets");
        return new FunctionSpec(
                image.isPresent() ? contract.orElse("") : runtime.orElse(""),
                image.orElse(""),
                handler,
                limits,
                environment,
                network(in),
                keepAlive,
                minWarm(in, limits),
                init,
                labels,
                TextRules.requires(in.object("requires").texts(), faults));
    }

    private void origin(SpecFields in, Optional<String> runtime, Optional<String> image, Optional<String> contract) {
        image.ifPresent(reference -> TextRules.image(reference, faults));
        if (runtime.isPresent() == image.isPresent()) {
            if (runtime.isPresent()
                    || (in.value("runtime").isEmpty() && in.value("image").isEmpty())) {
                faults.wrong(
                        "give either a runtime (" + String.join(" or ", runtimes) + ") or an image with its contract"
                                + (runtime.isPresent() ? ", not both" : ", for example runtime=python3"));
            }
            return;
        }
        runtime.filter(name -> !runtimes.contains(name))
                .ifPresent(name -> faults.wrong("runtime is " + Faults.shown(name) + ", must be "
                        + String.join(" or ", runtimes) + Faults.hint(name, runtimes)));
        if (runtime.isPresent() && contract.isPresent()) {
            faults.wrong("contract goes with image, not with runtime: leave it out");
        }
        if (image.isPresent()) {
            contract(in, contract);
        }
    }

    private void contract(SpecFields in, Optional<String> contract) {
        if (contract.isEmpty()) {
            if (in.value("contract").isEmpty()) {
                faults.wrong("contract is missing: an image needs one, for example contract=http");
            }
            return;
        }
        String given = contract.get();
        if (!CONTRACTS.contains(given)) {
            faults.wrong("contract is " + Faults.shown(given) + ", must be one of " + String.join(", ", CONTRACTS)
                    + Faults.hint(given, CONTRACTS));
        }
    }

    private void oneAtATime(SpecFields in, String spoken, Limits limits) {
        if (limits.concurrency() > 1 && !spoken.isEmpty() && !CONCURRENT.contains(spoken)) {
            faults.wrong(in.path("concurrency") + " is " + limits.concurrency() + ", but a container of " + spoken
                    + " runs one call at a time: leave it out, more calls get more containers");
        }
    }

    private Network network(SpecFields in) {
        String given = in.text("network", "none").orElse("none");
        Optional<List<Destination>> allow = in.list("allow", "api.example.org:443")
                .map(texts -> TextRules.destinations(texts, in.path("allow"), faults));
        switch (given) {
            case "none" ->
                allow.ifPresent(
                        list -> faults.wrong("allow goes with network=internet: without it nothing is reached"));
            case "internet" -> {
                return allow.map(Network::only).orElse(Network.INTERNET);
            }
            default -> faults.wrong("network is " + Faults.shown(given) + ", must be none or internet");
        }
        return Network.NONE;
    }

    private int minWarm(SpecFields in, Limits limits) {
        int minWarm = in.whole("minWarm", 0, MOST_WARM, "2").orElse(0);
        limits.maxContainers().ifPresent(most -> {
            if (minWarm > most) {
                faults.wrong("minWarm is " + minWarm + ", may not be above limits.maxContainers, which is " + most);
            }
        });
        return minWarm;
    }

    private void notBuilt(SpecFields in, String name) {
        in.value(name).ifPresent(given -> faults.unsupported(in.path(name) + " is not built yet"));
    }
}
