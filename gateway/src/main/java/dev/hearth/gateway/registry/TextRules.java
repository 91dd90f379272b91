package dev.hearth.gateway.registry;

import dev.hearth.common.function.Contract;
import dev.hearth.common.function.Destination;
import dev.hearth.common.function.Ipv4Block;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Bounds on the texts that users give: environment, labels, handler, image reference. */
final class TextRules {
    private static final Bytes ENVIRONMENT = Bytes.ofKiB(32);
    private static final int VARIABLES = 256;
    private static final int LABELS = 64;
    private static final int LABEL_LENGTH = 256;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    private static final Pattern HANDLER =
            Pattern.compile("[A-Za-z0-9_$][A-Za-z0-9_$-]{0,99}([./][A-Za-z0-9_$][A-Za-z0-9_$-]{0,99}){0,15}");
    /** A Lambda runtime's own business: {@code app.handler}, {@code com.example.App::handleRequest}. */
    private static final Pattern LAMBDA_HANDLER = Pattern.compile("[A-Za-z0-9_$./:-]{1,128}");

    private static final Pattern IMAGE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(:\\d{1,5}(?=/))?(/[a-z0-9][a-z0-9._-]*)*"
                    + "(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?");
    private static final int IMAGE_LENGTH = 255;

    private TextRules() {}

    static void environment(Map<String, String> environment, Faults faults) {
        if (environment.size() > VARIABLES) {
            faults.wrong("env has " + environment.size() + " entries, may have " + VARIABLES);
        }
        long total = 0;
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            total += bytes(entry.getKey()) + bytes(entry.getValue());
            variable(entry.getKey(), entry.getValue(), faults);
        }
        if (total > ENVIRONMENT.value()) {
            faults.wrong("env has " + total + " bytes of names and values, may have " + ENVIRONMENT
                    + ": put large values into the code");
        }
    }

    private static void variable(String name, String value, Faults faults) {
        if (!VARIABLE.matcher(name).matches()) {
            faults.wrong("env has the name " + Faults.shown(name)
                    + ", must be letters, digits and '_', not a digit first, for example LOG_LEVEL");
        } else if (name.startsWith("HEARTH_")) {
            faults.wrong("env has the name " + Faults.shown(name) + ": HEARTH_ is kept for Hearth itself");
        }
        if (value.indexOf('\0') >= 0) {
            faults.wrong("env." + Faults.shown(name) + " holds a NUL character");
        }
    }

    static void labels(Map<String, String> labels, Faults faults) {
        if (labels.size() > LABELS) {
            faults.wrong("labels has " + labels.size() + " entries, may have " + LABELS);
        }
        labels.forEach((name, value) -> {
            if (!LABEL.matcher(name).matches()) {
                faults.wrong("labels has the name " + Faults.shown(name)
                        + ", must be 1 to 63 of letters, digits, '.', '_', '/' and '-', for example team");
            }
            if (value.length() > LABEL_LENGTH) {
                faults.wrong("labels." + Faults.shown(name) + " has " + value.length() + " characters, may have "
                        + LABEL_LENGTH);
            }
        });
    }

    /** Labels that nodes must have. */
    static NodeLabels requires(Map<String, String> requires, Faults faults) {
        List<String> wrong = requires.entrySet().stream()
                .filter(one -> !NodeLabels.isText(one.getKey()) || !NodeLabels.isText(one.getValue()))
                .map(one -> Faults.shown(one.getKey() + "=" + one.getValue()))
                .toList();
        wrong.forEach(one -> faults.wrong("requires has " + one + ", key and value " + NodeLabels.RULE));
        if (requires.size() > NodeLabels.MOST) {
            faults.wrong("requires has " + requires.size() + " entries, may have " + NodeLabels.MOST);
            return NodeLabels.NONE;
        }
        return wrong.isEmpty() ? NodeLabels.of(requires) : NodeLabels.NONE;
    }

    static void handler(String handler, Optional<Contract> contract, Faults faults) {
        if (contract.equals(Optional.of(Contract.LAMBDA))) {
            if (!LAMBDA_HANDLER.matcher(handler).matches()) {
                faults.wrong("handler is " + Faults.shown(handler)
                        + ", must be 1 to 128 of letters, digits, '_', '$', '.', '/', ':' and '-'");
            }
        } else if (!HANDLER.matcher(handler).matches()) {
            faults.wrong("handler is " + Faults.shown(handler)
                    + ", must be a function or module.function, for example main.handle");
        }
    }

    static void image(String reference, Faults faults) {
        if (reference.length() > IMAGE_LENGTH || !IMAGE.matcher(reference).matches()) {
            faults.wrong("image is " + Faults.shown(reference) + ", must be an image reference of at most "
                    + IMAGE_LENGTH + " characters, for example registry.example.org/team/tool:1.2");
        }
    }

    /** What a function with a network may reach; all of it public, so that no entry promises what the firewall refuses. */
    static List<Destination> destinations(List<String> texts, String path, Faults faults) {
        if (texts.isEmpty() || texts.size() > Destination.MOST) {
            faults.wrong(path + " has " + texts.size() + " entries, must have 1 to " + Destination.MOST
                    + ": leave it out to reach every public address");
            return List.of();
        }
        List<Destination> read = new ArrayList<>();
        for (String text : texts) {
            try {
                read.add(Destination.parse(text));
            } catch (IllegalArgumentException wrong) {
                faults.wrong(path + " has " + Faults.shown(text) + ", " + wrong.getMessage());
            }
        }
        for (Destination one : read) {
            if (one instanceof Destination.Addresses(Ipv4Block block, int port) && block.isSpecial()) {
                faults.wrong(path + " has " + Faults.shown(one.toString())
                        + ", which no function reaches: it is private or has another special use");
            }
        }
        return read.stream().distinct().toList();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
