package dev.hearth.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.units.Bytes;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecReaderTest {
    private static final String SOURCE = "def handle(event, context): return event";
    private final SpecReader reader = new SpecReader(RegistrySettings.DEFAULT);

    @Test
    void readsEveryFieldOfADocument() {
        Submission read = document("""
                {"runtime":"python3","handler":"main.handle","code":{"source":"x = 1"},
                 "limits":{"timeout":"5s","init":"250ms","memory":"128MiB","disk":"32MiB","ingress":"1MiB",
                           "egress":"2KiB","cpus":0.5,"pids":32,"concurrency":1,"maxContainers":7,"gpus":2},
                 "env":{"LOG_LEVEL":"debug"},"network":"none","keepAlive":"0s","minWarm":2,"labels":{"team":"a/b c"},
                 "requires":{"zone":"a"}}
                """);
        Limits limits = new Limits(
                Duration.ofSeconds(5),
                Duration.ofMillis(250),
                Bytes.ofMiB(128),
                Bytes.ofMiB(32),
                Bytes.ofMiB(1),
                Bytes.ofKiB(2),
                OptionalDouble.of(0.5),
                32,
                1,
                OptionalInt.of(7),
                Gpus.of(2));
        assertThat(read.spec())
                .isEqualTo(new FunctionSpec(
                        "python3",
                        "",
                        "main.handle",
                        limits,
                        Map.of("LOG_LEVEL", "debug"),
                        Network.NONE,
                        Duration.ZERO,
                        2,
                        "",
                        Map.of("team", "a/b c"),
                        NodeLabels.parse(List.of("zone=a"))));
        assertThat(read.code().form()).isEqualTo(CodeForm.SOURCE);
        assertThat(read.bytes()).isEqualTo(Buffer.buffer("x = 1"));
    }

    @Test
    void readsEveryFieldOfAQuery() {
        Submission read = query(
                "runtime=nodejs&handler=handle&timeout=5s&init=250ms&memory=128MiB&disk=32MiB&ingress=1MiB&egress=2KiB"
                        + "&cpus=0.5&pids=32&concurrency=1&maxContainers=7&network=none&keepAlive=0s&minWarm=2"
                        + "&env.LOG_LEVEL=debug&labels.team=x&requires.zone=a&gpus=all&wait=30s",
                "");
        assertThat(read.spec().runtime()).isEqualTo("nodejs");
        assertThat(read.spec().requires()).isEqualTo(NodeLabels.parse(List.of("zone=a")));
        assertThat(read.spec().limits().gpus()).isEqualTo(Gpus.ALL);
        assertThat(read.spec().limits().cpus()).hasValue(0.5);
        assertThat(read.spec().limits().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(read.spec().limits().init()).isEqualTo(Duration.ofMillis(250));
        assertThat(read.spec().limits().maxContainers()).hasValue(7);
        assertThat(read.spec().environment()).containsExactly(Map.entry("LOG_LEVEL", "debug"));
        assertThat(read.spec().labels()).containsExactly(Map.entry("team", "x"));
        assertThat(read.spec().minWarm()).isEqualTo(2);
        assertThat(read.spec().keepAlive()).isZero();
    }

    @Test
    void givesDefaultsToWhatIsLeftOutOrNull() {
        FunctionSpec spec = document(
                        "{\"runtime\":\"python3\",\"code\":{\"source\":\"x\"},\"limits\":{\"cpus\":null},\"init\":null}")
                .spec();
        assertThat(spec.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(spec.keepAlive()).isEqualTo(Duration.ofMinutes(10));
        assertThat(spec.handler()).isEmpty();
    }

    @Test
    void takesADocumentWithoutATypeWhenNoQuerySaysOtherwise() {
        Submission read = reader.read(
                MultiMap.caseInsensitiveMultiMap(),
                "application/x-www-form-urlencoded",
                Buffer.buffer(" {\"runtime\":\"python3\",\"code\":{\"source\":\"x\"}}"));
        assertThat(read.spec().runtime()).isEqualTo("python3");
    }

    @Test
    void anImageOfTheUsersOwnNeedsNoCode() {
        Submission read =
                reader.read(Queries.of("image=registry:5000/team/tool:1.2&contract=hearth"), "", Buffer.buffer());
        assertThat(read.spec().ownImage()).isTrue();
        assertThat(read.spec().image()).isEqualTo("registry:5000/team/tool:1.2");
        assertThat(read.code().form()).isEqualTo(CodeForm.NONE);
    }

    @Test
    void tellsAllFaultsAtOnce() {
        Failure failure = refused("""
                {"runtime":"python","handler":"a b","limits":{"memory":"1MB","timeout":"2d","pids":"64","disc":"1MiB"},
                 "env":{"HEARTH_X":"1","9":"x","N":5},"keepAlive":"8d","minWarm":-1,"memory":"1MiB","network":"host"}
                """);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure.message())
                .startsWith("14 faults: ")
                .contains("runtime is 'python', must be java or native or nodejs or python3, did you mean 'python3'?")
                .contains("handler is 'a b', must be a function or module.function, for example main.handle")
                .contains("limits.memory is '1MB', must be a size of 16MiB to 4TiB with its unit, for example 256MiB")
                .contains("limits.timeout is '2d', must be a duration of 1ms to 1d with its unit, for example 60s")
                .contains("limits.pids is '64', must be a whole number of 8 to 32768, for example 64")
                .contains("there is no field 'limits.disc', did you mean 'disk'?")
                .contains("env has the name 'HEARTH_X': HEARTH_ is kept for Hearth itself")
                .contains("env has the name '9'")
                .contains("env.'N' is '5', must be text")
                .contains("keepAlive is '8d', must be a duration of 0s to 7d")
                .contains("minWarm is '-1', must be a whole number of 0 to 1000")
                .contains("there is no field 'memory'")
                .contains("network is 'host', must be none or internet")
                .contains("code is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout", "init", "memory", "disk", "ingress", "egress", "cpus", "pids", "maxContainers"})
    void tellsTheRangeOfEveryLimit(String name) {
        assertThat(refused("{\"runtime\":\"python3\",\"code\":{\"source\":\"x\"},\"limits\":{\"" + name + "\":true}}")
                        .message())
                .matches("limits\\." + name
                        + " is 'true', must be a (duration|size|number|whole number) of \\S+ to \\S+ ?.*"
                        + ", for example \\S+");
    }

    @ParameterizedTest
    @CsvSource({
        "timeout,1ms,1d,0s,86401s",
        "init,1ms,10m,0s,601s",
        "memory,16MiB,4TiB,16777215B,4398046511105B",
        "disk,1MiB,1TiB,1048575B,1099511627777B",
        "ingress,0B,1GiB,-1B,1073741825B",
        "egress,0B,1GiB,-1B,1073741825B",
        "cpus,0.01,1024,0.009,1024.5",
        "pids,8,32768,7,32769",
        "maxContainers,1,1000000,0,1000001"
    })
    void takesTheEndsOfEachRangeAndNothingBeyond(String name, String least, String most, String below, String above) {
        assertThat(query("runtime=python3&" + name + "=" + least, "").spec()).isNotNull();
        assertThat(query("runtime=python3&" + name + "=" + most, "").spec()).isNotNull();
        assertThat(refusedQuery("runtime=python3&" + name + "=" + below).message())
                .startsWith(name + " is '" + below);
        assertThat(refusedQuery("runtime=python3&" + name + "=" + above).message())
                .startsWith(name + " is '" + above);
    }

    @ParameterizedTest
    @ValueSource(strings = "\"secrets\":[\"a\"]")
    void saysWhatIsNotBuiltYet(String field) {
        Failure failure = refused("{\"runtime\":\"python3\",\"code\":{\"source\":\"x\"}," + field + "}");
        assertThat(failure.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
        assertThat(failure.message()).contains("built yet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runtime=nodejs|",
                "runtime=java|",
                "image=tool&contract=http|",
                "runtime=python3|limits.concurrency is 10, but a container of python3 runs one call at a time",
                "runtime=native|a container of native runs one call at a time",
                "image=tool&contract=openwhisk|a container of openwhisk runs one call at a time",
                "image=tool&contract=lambda|a container of lambda runs one call at a time",
                "image=tool&contract=hearth|a container of hearth runs one call at a time"
            })
    void takesSeveralCallsAtOnceWhereTheContainerCan(String of, @Nullable String sentence) {
        MultiMap query = Queries.of(of + "&concurrency=10");
        if (sentence == null) {
            assertThat(reader.read(query, "", Buffer.buffer(SOURCE))
                            .spec()
                            .limits()
                            .concurrency())
                    .isEqualTo(10);
        } else {
            assertThatThrownBy(() -> reader.read(query, "", Buffer.buffer(SOURCE)))
                    .hasMessageContaining(sentence.replace("limits.", ""));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":[1,2.5,null]}|{\"a\":[1,2.5,null]}",
                "\"x\"|\"x\"",
                "false|false",
                "0|0",
                "{ \"b\" : {} }|{\"b\":{}}",
                "null|''"
            })
    void keepsTheInitAsItsJson(String given, String kept) {
        String document = "{\"runtime\":\"python3\",\"code\":{\"source\":\"x\"},\"init\":" + given + "}";
        assertThat(document(document).spec().init()).isEqualTo(kept);
        assertThat(query("runtime=python3&initValue=" + given, "").spec().init())
                .isEqualTo(kept);
    }

    @Test
    void refusesAnInitThatIsNoJsonTooLongOrMeantForAProgram() {
        assertThat(refusedQuery("runtime=python3&initValue={a").message())
                .startsWith("initValue is '{a', must be a JSON value");
        assertThat(refusedQuery("runtime=python3&initValue=1 2").message()).contains("must be a JSON value");
        assertThat(refusedQuery("runtime=python3&initValue=\"" + "x".repeat(16_383) + "\"")
                        .message())
                .contains("initValue has 16385 bytes, may have 16384 (registry.init-bytes)");
        assertThat(refusedQuery("image=tool&contract=http&initValue=1").message())
                .contains("initValue means nothing to contract http: give the program what it needs in env");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "openwhisk", "lambda"})
    void readsAnImageThatOthersBuilt(String contract) {
        FunctionSpec spec = reader.read(
                        Queries.of("image=tool&handler=main.run&contract=" + contract), "", Buffer.buffer())
                .spec();
        assertThat(spec.ownImage()).isTrue();
        assertThat(spec.runtime()).isEqualTo(contract);
    }

    @Test
    void takesAsHandlerOfALambdaImageWhatItsRuntimeUnderstands() {
        String handler = "com.example.App::handleRequest";
        FunctionSpec spec = reader.read(
                        Queries.of("image=tool&contract=lambda&handler=" + handler), "", Buffer.buffer())
                .spec();
        assertThat(spec.handler()).isEqualTo(handler);
        assertThat(refusedQuery("image=tool&contract=http&handler=" + handler).message())
                .contains("must be a function or module.function");
        assertThat(refusedQuery("image=tool&contract=lambda&handler=a b").message())
                .contains("must be 1 to 128 of letters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image=tool|contract is missing: an image needs one, for example contract=http",
                "image=tool&contract=soap|contract is 'soap', must be one of hearth, http, openwhisk, lambda",
                "image=Bad//x&contract=hearth|image is 'Bad//x', must be an image reference",
                "runtime=python3&image=tool&contract=hearth|give either a runtime (java or native or nodejs or python3) or an image",
                "runtime=python3&contract=hearth|contract goes with image, not with runtime",
                "handler=x|give either a runtime (java or native or nodejs or python3) or an image with its contract, for example",
                "runtime=python3&memroy=1MiB|there is no field 'memroy', did you mean 'memory'?",
                "runtime=python3&pids=8.5|pids is '8.5', must be a whole number",
                "runtime=python3&memory=1MiB&memory=2MiB|the query has 'memory' 2 times: give it once",
                "runtime=python3&env=A|the query has 'env': give each entry by its name, for example env.NAME=value",
                "runtime=python3&limits=A|the query has 'limits': give each entry by its name, for example memory=256MiB",
                "runtime=python3&handler=../etc|handler is '../etc', must be",
                "runtime=python3&minWarm=3&maxContainers=2|minWarm is 3, may not be above limits.maxContainers"
            })
    void refusesWithASentence(String query, String sentence) {
        Failure failure = refusedQuery(query);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure.message()).contains(sentence);
    }

    @Test
    void boundsTheEnvironment() {
        assertThat(refusedQuery("runtime=python3&env.A=" + "x".repeat(33_000)).message())
                .isEqualTo("env has 33001 bytes of names and values, may have 32KiB: put large values into the code");
        StringBuilder many = new StringBuilder("runtime=python3");
        for (int i = 0; i < 257; i++) {
            many.append("&env.V").append(i).append("=x");
        }
        assertThat(refusedQuery(many.toString()).message()).isEqualTo("env has 257 entries, may have 256");
    }

    @Test
    void tellsWhereADocumentIsBroken() {
        assertThat(refused("{\"runtime\":\n \"python3\",, }").message())
                .startsWith("the body is not JSON: line 2, column 12: ");
        assertThat(refused("[1]").message()).startsWith("the body must be a JSON object");
        assertThat(refused("{\"runtime\":\"a\",\"runtime\":\"b\"}").message()).contains("Duplicate");
        assertThat(refused("{} x").message()).startsWith("the body is not JSON: line 1");
        assertThat(refused("").message()).startsWith("the body must be a JSON object");
        assertThat(refused("{\"env\":" + "[".repeat(100_000)).message()).contains("nesting depth");
    }

    @Test
    void boundsTheDocumentBesideItsCode() {
        StringBuilder fields = new StringBuilder("{\"a\":1");
        for (int i = 0; i < 20_000; i++) {
            fields.append(",\"f").append(i).append("\":1");
        }
        assertThat(refused(fields + "}").message()).startsWith("the document has more than 20000 values");
        assertThat(refused("{\"env\":[" + "1,".repeat(30_000) + "1]}").message())
                .startsWith("the document has more");
        assertThat(refused("{\"handler\":\"" + "x".repeat(2 << 20) + "\"}").message())
                .startsWith("the document has more");
        String large = "#" + "x".repeat(3 << 20);
        assertThat(document("{\"runtime\":\"python3\",\"code\":{\"source\":\"" + large + "\"}}")
                        .code()
                        .size())
                .isEqualTo(large.length());
    }

    @Test
    void saysHowMuchReadingTakes() {
        Buffer body = Buffer.buffer("{" + " ".repeat(1_000) + "}");
        assertThat(SpecReader.held(Queries.of("runtime=python3"), "", body)).isZero();
        assertThat(SpecReader.held(MultiMap.caseInsensitiveMultiMap(), "", body))
                .isGreaterThan(2L * body.length());
        assertThat(SpecReader.held(MultiMap.caseInsensitiveMultiMap(), "Application/JSON", body))
                .isGreaterThan(2L * body.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-999999999", "1e999999999", "1e999", "0.5", "-0.1e-400"})
    void refusesNumbersOfAnySizeInWords(String number) {
        assertThat(refused("{\"runtime\":\"python3\",\"minWarm\":" + number + ",\"code\":{\"source\":\"x\"}}")
                        .message())
                .startsWith("minWarm is '")
                .contains("must be a whole number of 0 to 1000");
    }

    @Test
    void refusesTextThatWouldNotComeBackAsItWas() {
        String rest = ",\"runtime\":\"python3\",\"code\":{\"source\":\"x\"}}";
        assertThat(refused("{\"env\":{\"A\":\"\\ud800\"}" + rest).message())
                .isEqualTo("env.'A' holds half a character (a lone surrogate)");
        assertThat(refused("{\"runtime\":\"python3\",\"code\":{\"source\":\"\\ud800\"}}")
                        .message())
                .startsWith("code.source holds half a character");
    }

    @Test
    void aDocumentAndAQueryDoNotMix() {
        HearthException refused = catchThrowableOfType(
                HearthException.class,
                () -> reader.read(
                        Queries.of("memory=1MiB"), "application/json", Buffer.buffer("{\"runtime\":\"python3\"}")));
        assertThat(refused.failure().message()).contains("the query has 'memory' beside a JSON document");
    }

    @Test
    void storesAndReadsBackEverySpec() {
        FunctionSpec full = query(
                        "runtime=nodejs&handler=h&timeout=5ms&cpus=0.25&maxContainers=7&env.A=%C3%A4&labels.x=y&minWarm=1",
                        "")
                .spec();
        assertThat(SpecDocument.read(SpecDocument.write(full))).isEqualTo(full);
        FunctionSpec plain = query("runtime=python3", "").spec();
        assertThat(SpecDocument.read(SpecDocument.write(plain))).isEqualTo(plain);
    }

    private Submission document(String json) {
        return reader.read(MultiMap.caseInsensitiveMultiMap(), "application/json; charset=utf-8", Buffer.buffer(json));
    }

    private Failure refused(String json) {
        return catchThrowableOfType(HearthException.class, () -> document(json)).failure();
    }

    private Submission query(String query, String type) {
        return read(query, type, SOURCE.getBytes(StandardCharsets.UTF_8));
    }

    private Submission read(String query, String type, byte[] code) {
        return reader.read(Queries.of(query), type, Buffer.buffer(code));
    }

    private Failure refusedQuery(String query) {
        return catchThrowableOfType(HearthException.class, () -> query(query, ""))
                .failure();
    }
}
