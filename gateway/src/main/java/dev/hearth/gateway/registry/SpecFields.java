package dev.hearth.gateway.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hearth.common.units.Bytes;
import dev.hearth.common.units.Durations;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads the fields of one JSON object or query and notes every fault; a faulty field counts as absent.
 *
 * <p>In a query all values are text, so numbers are read from text there.
 */
final class SpecFields {
    private final ObjectNode node;
    private final String prefix;
    private final boolean query;
    private final Faults faults;
    private final TreeSet<String> known = new TreeSet<>();

    SpecFields(ObjectNode node, String prefix, boolean query, Faults faults) {
        this.node = node;
        this.prefix = prefix;
        this.query = query;
        this.faults = faults;
    }

    /** The field's name as the user wrote it. */
    String path(String name) {
        return query && prefix.equals("limits.") ? name : prefix + name;
    }

    boolean ofQuery() {
        return query;
    }

    Optional<JsonNode> value(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    Optional<String> text(String name, String example) {
        return value(name).flatMap(value -> {
            if (value.isTextual() && encodable(value.textValue())) {
                return Optional.of(value.textValue());
            }
            wrong(name, value, "must be text, for example \"" + example + "\"");
            return Optional.empty();
        });
    }

    /** A list of texts; in a query one text with commas. */
    Optional<List<String>> list(String name, String example) {
        return value(name).flatMap(value -> {
            if (query && value.isTextual()) {
                return Optional.of(List.of(value.textValue().split(",", -1)));
            }
            List<String> texts = new ArrayList<>();
            value.forEach(one -> texts.add(one.isTextual() && encodable(one.textValue()) ? one.textValue() : null));
            if (!value.isArray() || texts.contains(null)) {
                wrong(name, value, "must be a list of texts, for example [\"" + example + "\"]");
                return Optional.empty();
            }
            return Optional.of(texts);
        });
    }

    Optional<Duration> duration(String name, Duration least, Duration most, String example) {
        String rule = "must be a duration of " + Durations.format(least) + " to " + Durations.format(most)
                + " with its unit, for example " + example;
        return within(name, Durations::parse, least, most, rule);
    }

    Optional<Bytes> size(String name, Bytes least, Bytes most, String example) {
        String rule = "must be a size of " + least + " to " + most + " with its unit, for example " + example;
        return within(name, Bytes::parse, least, most, rule);
    }

    private <T extends Comparable<T>> Optional<T> within(
            String name, Function<String, T> parse, T least, T most, String rule) {
        return value(name).flatMap(value -> {
            Optional<T> read = value.isTextual() ? attempt(parse, value.textValue()) : Optional.empty();
            if (read.isEmpty() || read.get().compareTo(least) < 0 || read.get().compareTo(most) > 0) {
                wrong(name, value, rule);
                return Optional.empty();
            }
            return read;
        });
    }

    private static <T> Optional<T> attempt(Function<String, T> parse, String text) {
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            return Optional.empty();
        }
    }

    Optional<Integer> whole(String name, int least, int most, String example) {
        String rule = "must be a whole number of " + least + " to " + most + ", for example " + example;
        return number(name, new BigDecimal(least), new BigDecimal(most), rule).flatMap(number -> {
            try {
                return Optional.of(number.intValueExact());
            } catch (ArithmeticException fraction) {
                faults.wrong(path(name) + " is " + Faults.shown(number.toString()) + ", " + rule);
                return Optional.empty();
            }
        });
    }

    Optional<Double> fraction(String name, double least, double most, String example) {
        String rule = "must be a number of " + least + " to " + most + ", for example " + example;
        return number(name, BigDecimal.valueOf(least), BigDecimal.valueOf(most), rule)
                .map(BigDecimal::doubleValue);
    }

    private Optional<BigDecimal> number(String name, BigDecimal least, BigDecimal most, String rule) {
        return value(name).flatMap(value -> {
            Optional<BigDecimal> read = decimal(value);
            if (read.isEmpty() || read.get().compareTo(least) < 0 || read.get().compareTo(most) > 0) {
                wrong(name, value, rule);
                return Optional.empty();
            }
            return read;
        });
    }

    private Optional<BigDecimal> decimal(JsonNode value) {
        if (value.isNumber()) {
            return Optional.of(value.decimalValue());
        }
        return query && value.isTextual() && value.textValue().matches("-?\\d{1,9}(\\.\\d{1,9})?")
                ? Optional.of(new BigDecimal(value.textValue()))
                : Optional.empty();
    }

    /** An object inside this one; absent counts as empty. */
    SpecFields object(String name) {
        ObjectNode inner = value(name)
                .flatMap(value -> {
                    if (value instanceof ObjectNode object) {
                        return Optional.of(object);
                    }
                    wrong(name, value, "must be an object, for example {}");
                    return Optional.empty();
                })
                .orElseGet(node::objectNode);
        return new SpecFields(inner, prefix + name + ".", query, faults);
    }

    /** All fields as names and texts. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            if (!encodable(field.getKey()) || !encodable(field.getValue().asText())) {
                faults.wrong(prefix + Faults.shown(field.getKey()) + " holds half a character (a lone surrogate)");
            } else if (field.getValue().isTextual()) {
                texts.put(field.getKey(), field.getValue().textValue());
            } else {
                faults.wrong(prefix + Faults.shown(field.getKey()) + " is "
                        + Faults.shown(field.getValue().toString()) + ", must be text: put it in quotes");
            }
        });
        return texts;
    }

    /** Whether it comes back as it was from UTF-8, the form in which it is stored. */
    private static boolean encodable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** Notes a fault for each field that nobody has asked for. */
    void refuseUnknown(Collection<String> alsoKnown) {
        TreeSet<String> names = new TreeSet<>(known);
        names.addAll(alsoKnown);
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                String shown = Faults.shown(path(name));
                faults.wrong("there is no field " + shown + Faults.hint(name, names));
            }
        });
    }

    private void wrong(String name, JsonNode value, String rule) {
        String shown = value.isTextual() ? Faults.shown(value.textValue()) : Faults.shown(value.toString());
        faults.wrong(path(name) + " is " + shown + ", " + rule);
    }
}
