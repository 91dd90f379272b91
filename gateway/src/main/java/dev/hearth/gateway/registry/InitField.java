package dev.hearth.gateway.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hearth.common.function.Contract;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads {@code init}, any JSON value, or {@code initValue} of a query, which has the name {@code init} for a limit. */
final class InitField {
    static final String IN_QUERY = "initValue";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final int most;
    private final Faults faults;

    /**
     * A reader of it.
     *
     * @param most bytes of its text
     */
    InitField(int most, Faults faults) {
        this.most = most;
        this.faults = faults;
    }

    /** Its JSON text; empty when there is none or a fault was noted. */
    String read(SpecFields in, String spoken) {
        String name = in.ofQuery() ? IN_QUERY : "init";
        Optional<String> text = in.value(name).flatMap(given -> in.ofQuery() ? parsed(given) : encodable(given));
        if (text.isEmpty()) {
            return "";
        }
        if (Contract.of(spoken).filter(Contract::isDialect).isPresent()) {
            faults.wrong(name + " means nothing to contract " + spoken + ": give the program what it needs in env");
        }
        int bytes = text.get().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most) {
            faults.wrong(name + " has " + bytes + " bytes, may have " + most
                    + " (registry.init-bytes): put large values into the code");
        }
        return text.get();
    }

    private Optional<String> parsed(JsonNode given) {
        try {
            JsonNode value = JSON.readTree(given.asText());
            return value.isNull() || value.isMissingNode() ? Optional.empty() : encodable(value);
        } catch (JsonProcessingException broken) {
            faults.wrong(IN_QUERY + " is " + Faults.shown(given.asText())
                    + ", must be a JSON value, for example {\"table\":\"orders\"}");
            return Optional.empty();
        }
    }

    private Optional<String> encodable(JsonNode value) {
        String text = value.toString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            faults.wrong("init holds half a character (a lone surrogate)");
            return Optional.empty();
        }
        return Optional.of(text);
    }
}
