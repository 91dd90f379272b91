package dev.hearth.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.error.HearthException;
import dev.hearth.gateway.http.ApiContract;
import dev.hearth.gateway.store.Await;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Holds the OpenAPI document's schema of a registration and the reader of registrations equal. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpecContractTest {
    private static final int SPECS = 500;

    private final Vertx vertx = Vertx.vertx();
    private final SpecReader reader = new SpecReader(RegistrySettings.DEFAULT);
    private final Set<Difference> met = EnumSet.noneOf(Difference.class);
    private OpenAPIContract document;
    private JsonObject schema;
    private Validator validator;

    /** What the reader refuses and the schema lets pass, by the reader's sentence, and why it is not in the schema. */
    private enum Difference {
        /** The range depends on number and unit together, which a pattern could say only as pages of digits. */
        RANGE_OF_DURATION(".* must be a duration of .*"),
        /** As with durations. */
        RANGE_OF_SIZE(".* must be a size of .*"),
        /** A schema does not compare two fields. */
        MORE_WARM_THAN_CONTAINERS("minWarm is \\d+, may not be above limits\\.maxContainers, which is \\d+"),
        /** Which runtimes take several calls at once is not in the schema. */
        CONCURRENCY_OF_RUNTIME("limits\\.concurrency is \\d+, but a container of \\w+ runs one call at a time.*"),
        /** Nor which contracts know an init. */
        INIT_OF_CONTRACT("init means nothing to contract \\w+: .*"),
        /** As with durations: bytes of a value as JSON. */
        BYTES_OF_INIT("init has \\d+ bytes, may have \\d+ \\(registry\\.init-bytes\\): .*"),
        /** A schema does not add lengths up. */
        BYTES_OF_ENVIRONMENT("env has \\d+ bytes of names and values, may have 32KiB: .*"),
        /** A schema sees characters, not whether they can be encoded. */
        HALF_CHARACTER(".* holds half a character \\(a lone surrogate\\)"),
        /** A schema does not reckon with addresses. */
        SPECIAL_ADDRESSES("allow has '.*', which no function reaches: .*"),
        /** A schema does not look into code. */
        COMPILED("code is (no|a compiled) ELF file.*"),
        /** A schema does not look into an archive; `contentEncoding` is a note. */
        ARCHIVE("code\\.archive is (not base64|neither a \\.zip nor a \\.tar\\.gz).*|code: .*");

        private final Pattern sentence;

        Difference(String sentence) {
            this.sentence = Pattern.compile(sentence, Pattern.DOTALL);
        }
    }

    @BeforeAll
    void load() {
        document = Await.of(ApiContract.load(vertx)).document();
        JsonSchema whole = Objects.requireNonNull(document.operation("registerFunction"))
                .getRequestBody()
                .determineContentType("application/json")
                .getSchema();
        schema = JsonObject.mapFrom(whole);
        validator = document.getSchemaRepository().validator(whole);
    }

    @AfterAll
    void stop() {
        Await.of(vertx.close());
    }

    @Test
    void samplesHoldEveryFieldOfTheSchema() {
        assertThat(properties(schema)).hasSameElementsAs(SpecSamples.fieldNames());
        assertThat(properties(schema.getJsonObject("properties").getJsonObject("limits")))
                .hasSameElementsAs(SpecSamples.limitNames())
                .hasSameElementsAs(LimitFields.NAMES);
    }

    private static Set<String> properties(JsonObject schema) {
        Set<String> names = new HashSet<>(schema.getJsonObject("properties").fieldNames());
        names.removeIf(name -> name.startsWith("__"));
        return names;
    }

    @Test
    void readerAndSchemaJudgeEachValueAlike() {
        List<String> wrong = new ArrayList<>();
        SpecSamples.oneByOne().forEach(spec -> judge(spec, refusal(spec)).ifPresent(wrong::add));
        assertThat(wrong).isEmpty();
        assertThat(met).as("differences that there really are").containsExactlyInAnyOrder(Difference.values());
    }

    @Test
    void readerAndSchemaJudgeManyFieldsAlike() {
        long seed = Long.getLong("hearth.seed", System.nanoTime());
        Random random = new Random(seed);
        int taken = 0;
        for (int n = 0; n < SPECS; n++) {
            String spec = SpecSamples.any(random);
            Optional<String> refusal = refusal(spec);
            assertThat(judge(spec, refusal)).as("seed %s", seed).isEmpty();
            taken += refusal.isEmpty() ? 1 : 0;
        }
        assertThat(taken).as("specs that are right, seed %s", seed).isBetween(SPECS / 10, SPECS * 9 / 10);
    }

    /** How the two judgements differ, unless the difference is a known one. */
    private Optional<String> judge(String spec, Optional<String> refusal) {
        OutputUnit verdict = validator.validate(new JsonObject(spec));
        boolean taken = Boolean.TRUE.equals(verdict.getValid());
        if (!taken) {
            return refusal.isPresent() ? Optional.empty() : Optional.of("only the schema refuses " + shown(spec));
        }
        return refusal.filter(sentences -> !known(sentences))
                .map(sentences -> "only the reader refuses " + shown(spec) + ": " + sentences);
    }

    private Optional<String> refusal(String spec) {
        try {
            reader.read(MultiMap.caseInsensitiveMultiMap(), "application/json", Buffer.buffer(spec));
            return Optional.empty();
        } catch (HearthException refused) {
            return Optional.of(refused.failure().message());
        }
    }

    /** Whether every fault is one that the schema cannot say. */
    private boolean known(String sentences) {
        return Arrays.stream(sentences.replaceFirst("^\\d+ faults: ", "").split("; "))
                .allMatch(sentence -> Arrays.stream(Difference.values())
                        .filter(difference ->
                                difference.sentence.matcher(sentence).matches())
                        .peek(met::add)
                        .findFirst()
                        .isPresent());
    }

    private static String shown(String spec) {
        return spec.length() > 300 ? spec.substring(0, 300) + "..." : spec;
    }
}
