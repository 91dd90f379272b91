package dev.hearth.gateway.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Registrations as JSON: each field with values that are right and that are missing, of another type, without a unit, out
 * of range, unknown or not built yet.
 *
 * <p>Values are JSON as text, so that a number keeps the form in which it stands.
 */
final class SpecSamples {
    private static final List<String> OTHER_TYPES =
            List.of("null", "true", "0", "-1", "1.5", "1e999", "\"\"", "\"x\"", "[]", "[\"a\"]", "{}", "{\"a\":1}");
    /** With one file, main.py. */
    private static final String ZIP = "UEsDBBQAAAAAAAAAIQB+qJWeAwAAAAMAAAAHAAAAbWFpbi5weXg9MVBLAQIUAxQA"
            + "AAAAAAAAIQB+qJWeAwAAAAMAAAAHAAAAAAAAAAAAAACAAQAAAABtYWluLnB5UEsFBgAAAAABAAEANQAA"
            + "ACgAAAAAAA==";

    private static final Values ALLOW = new Values(destinations(), wrongDestinations());
    private static final Map<String, Values> LIMITS = limits();
    private static final Map<String, Values> FIELDS = fields();

    private SpecSamples() {}

    /**
     * What may stand in a field.
     *
     * @param right values that are fine by themselves
     * @param wrong values that are not
     */
    private record Values(List<String> right, List<String> wrong) {
        String any(Random random) {
            return random.nextInt(8) > 0 ? pick(random, right) : pick(random, wrong);
        }

        List<String> all() {
            List<String> all = new ArrayList<>(right);
            all.addAll(wrong);
            all.addAll(OTHER_TYPES);
            return all;
        }
    }

    private static Values texts(List<String> right, String... wrong) {
        return new Values(quoted(right), quoted(List.of(wrong)));
    }

    private static List<String> quoted(Collection<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').toList();
    }

    private static Values durations(String least, String most, String above) {
        return texts(
                List.of(least, most, "250ms", "5s", "2 m", " 5s ", "007s"),
                above,
                "5",
                "s",
                "5S",
                "5sec",
                "1.5s",
                "-1s",
                "5s5s",
                "1000000000s",
                "999999999d",
                "5KiB");
    }

    private static Values sizes(String least, String most, String below, String above) {
        return texts(
                List.of(least, most, "32 MiB", " 64MiB", "0128MiB", "1GiB"),
                below,
                above,
                "1",
                "MiB",
                "64MB",
                "64mib",
                "1.5GiB",
                "-1MiB",
                "9999999999999999999B",
                "9999999TiB",
                "5s");
    }

    private static Values numbers(List<String> right, String... wrong) {
        List<String> faulty = new ArrayList<>(List.of(wrong));
        faulty.addAll(List.of("\"1\"", "1e12", "99999999999999999999"));
        return new Values(right, faulty);
    }

    private static Map<String, Values> limits() {
        Map<String, Values> limits = new LinkedHashMap<>();
        limits.put("timeout", durations("1ms", "1d", "2d"));
        limits.put("init", durations("1ms", "10m", "601s"));
        limits.put("memory", sizes("16MiB", "4TiB", "15MiB", "5TiB"));
        limits.put("disk", sizes("1MiB", "1TiB", "1KiB", "1025GiB"));
        limits.put("ingress", sizes("0B", "1GiB", "-1B", "1073741825B"));
        limits.put("egress", sizes("0B", "1GiB", "-1B", "1073741825B"));
        limits.put("cpus", numbers(List.of("0.01", "0.5", "2", "1024", "1e2"), "0", "0.009", "1024.5", "-1"));
        limits.put("pids", numbers(List.of("8", "64", "64.0", "1e3", "32768"), "7", "32769", "8.5"));
        limits.put("concurrency", numbers(List.of("1", "1.0", "2", "1e3"), "0", "1001", "1.5"));
        limits.put("maxContainers", numbers(List.of("1", "3", "1e6"), "0", "1000001", "2.5"));
        limits.put("gpus", numbers(List.of("0", "1", "64", "2.0", "\"all\""), "-1", "65", "0.5", "\"every\""));
        return limits;
    }

    private static Map<String, Values> fields() {
        Map<String, Values> fields = new LinkedHashMap<>();
        fields.put(
                "runtime",
                texts(List.of("python3", "nodejs", "java", "native"), "python", "http", "image", "Python3", ""));
        fields.put(
                "image", texts(List.of("tool", "r.example:5000/a/b_c:1.2", "t@sha256:" + "0a".repeat(32)), images()));
        fields.put("contract", texts(List.of("hearth", "http", "openwhisk", "lambda"), "image", "soap", ""));
        fields.put(
                "handler",
                texts(List.of("", "handle", "lib/part.handle", "$a-b"), "a b", "../etc", "a..b", "-a", ".", "a.B::c"));
        fields.put("code", new Values(codes(), wrongCodes()));
        fields.put(
                "limits", new Values(List.of("{}", "{\"pids\":8}"), List.of("{\"disc\":\"1MiB\"}", "{\"pids\":[8]}")));
        fields.put("env", new Values(environments(), wrongEnvironments()));
        fields.put("network", texts(List.of("none", "internet"), "host", "bridge", ""));
        fields.put("keepAlive", durations("0s", "7d", "8d"));
        fields.put("minWarm", numbers(List.of("0", "2", "2.0", "1000"), "-1", "1001", "0.5"));
        fields.put("labels", new Values(labels(), wrongLabels()));
        fields.put("requires", new Values(requires(), wrongRequires()));
        fields.put("init", new Values(initial(), List.of("\"\\ud800\"", '"' + "x".repeat(20_000) + '"')));
        fields.put("allow", ALLOW);
        fields.put("secrets", new Values(List.of("null"), List.of("[]", "[\"a\"]")));
        return fields;
    }

    private static List<String> requires() {
        return List.of("{\"zone\":\"a\",\"disk/kind\":\"nvme-2.0\"}", many("k", 32));
    }

    private static List<String> wrongRequires() {
        return List.of(
                "{\"zone\":\"\"}",
                "{\"\":\"a\"}",
                "{\"zone\":\"a b\"}",
                "{\"-zone\":\"a\"}",
                "{\"zone\":true}",
                "{\"zone\":\"" + "a".repeat(64) + "\"}",
                many("k", 33));
    }

    private static List<String> initial() {
        return List.of("null", "{\"table\":\"orders\",\"n\":[1,2.50]}", "[1,[]]", "7", "true", "\"x\"");
    }

    private static String[] images() {
        return new String[] {"", "Bad//x", "-a", "a b", "a:b/c", "t@sha256:1", "a".repeat(256)};
    }

    private static List<String> codes() {
        return List.of(
                "{\"source\":\"x\"}",
                "{\"source\":\"x\\n\",\"archive\":null}",
                "{\"archive\":\"" + ZIP + "\"}",
                "{\"source\":null,\"archive\":\"" + ZIP + "\"}");
    }

    private static List<String> wrongCodes() {
        return List.of(
                "{\"source\":\"\"}",
                "{\"source\":\"a\\u0000b\"}",
                "{\"source\":\"\\ud800\"}",
                "{\"source\":null}",
                "{\"source\":1}",
                "{\"source\":\"x\",\"archive\":\"UEsFBgAA\"}",
                "{\"source\":1,\"archive\":\"UEsFBgAA\"}",
                "{\"archive\":\"\"}",
                "{\"archive\":\"!!\"}",
                "{\"archive\":\"YWJj\"}",
                "{\"archive\":\"f0VMRgIB\"}",
                "{\"archive\":\"UEsDBAAA\"}",
                "{\"archive\":\"UEsDBAAAA\"}",
                "{\"source\":\"x\",\"sauce\":\"y\"}",
                "{\"file\":\"x\"}");
    }

    private static List<String> environments() {
        return List.of(
                "{\"LOG_LEVEL\":\"debug\",\"_x9\":\"\"}",
                "{\"" + "N".repeat(255) + "\":\"\\ud83d\\ude00\\n\"}",
                many("V", 256));
    }

    private static List<String> wrongEnvironments() {
        return List.of(
                "{\"HEARTH_X\":\"1\"}",
                "{\"9\":\"x\"}",
                "{\"\":\"x\"}",
                "{\"A-B\":\"x\"}",
                "{\"" + "N".repeat(256) + "\":\"\"}",
                "{\"N\":5}",
                "{\"N\":null}",
                "{\"N\":{}}",
                "{\"N\":\"\\u0000\"}",
                "{\"N\":\"\\ud800\"}",
                "{\"N\":\"" + "x".repeat(32_768) + "\"}",
                many("V", 257));
    }

    private static List<String> destinations() {
        return List.of(
                "null",
                "[\"api.example.org:443\",\"*.Example.org\",\"a_b.x1:65535\"]",
                "[\"203.0.113.7\",\"0.0.0.0/0:80\",\"1.1.1.1/32\"]",
                IntStream.range(0, 64)
                        .mapToObj(i -> "\"h" + i + ".example\"")
                        .collect(Collectors.joining(",", "[", "]")));
    }

    private static List<String> wrongDestinations() {
        List<String> wrong = new ArrayList<>(quoted(List.of(
                        "",
                        "host",
                        "a..b.example",
                        "-a.example",
                        "*",
                        "*.*.example",
                        "a.example:0",
                        "a.example:65536",
                        "a.example:",
                        "https://a.example",
                        "1.2.3",
                        "1.2.3.256",
                        "01.2.3.4",
                        "1.2.3.4/33",
                        "::1",
                        "a.example ",
                        "10.0.0.1",
                        "169.254.169.254:80",
                        "100.64.0.0/16",
                        "a".repeat(64) + ".example",
                        "a.".repeat(124) + "example"))
                .stream()
                .map(one -> "[" + one + "]")
                .toList());
        wrong.add("\"a.example\"");
        wrong.add("[\"a.example\",5]");
        wrong.add(IntStream.range(0, 65)
                .mapToObj(i -> "\"h" + i + ".example\"")
                .collect(Collectors.joining(",", "[", "]")));
        return wrong;
    }

    private static List<String> labels() {
        return List.of(
                "{\"team\":\"a/b c\"}", "{\"a.b/c-d_e\":\"\"}", "{\"l\":\"" + "x".repeat(256) + "\"}", many("l", 64));
    }

    private static List<String> wrongLabels() {
        return List.of(
                "{\"\":\"x\"}",
                "{\"-a\":\"x\"}",
                "{\"a b\":\"x\"}",
                "{\"" + "n".repeat(64) + "\":\"\"}",
                "{\"l\":true}",
                "{\"l\":\"" + "x".repeat(257) + "\"}",
                "{\"l\":\"" + "\\ud83d\\ude00".repeat(257) + "\"}",
                many("l", 65));
    }

    private static String many(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> '"' + prefix + i + "\":\"x\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    static Collection<String> fieldNames() {
        return FIELDS.keySet();
    }

    static Collection<String> limitNames() {
        return LIMITS.keySet();
    }

    /** Each field with each of its values in an otherwise right registration, of a runtime and of an image. */
    static List<String> oneByOne() {
        List<String> all = new ArrayList<>();
        for (Map<String, String> base : List.of(ofRuntime(), ofImage())) {
            all.add(json(base));
            base.keySet().forEach(left -> {
                Map<String, String> without = new LinkedHashMap<>(base);
                without.remove(left);
                all.add(json(without));
            });
            FIELDS.forEach((name, values) -> values.all().forEach(value -> all.add(json(with(base, name, value)))));
            LIMITS.forEach((name, values) -> values.all()
                    .forEach(value -> all.add(json(with(base, "limits", "{\"" + name + "\":" + value + "}")))));
            List.of("2", "3")
                    .forEach(warm ->
                            all.add(json(with(with(base, "minWarm", warm), "limits", "{\"maxContainers\":2}"))));
            List.of("http", "openwhisk", "lambda")
                    .forEach(contract ->
                            all.add(json(with(with(base, "init", "{}"), "contract", '"' + contract + '"'))));
            ALLOW.all().forEach(allow -> all.add(json(with(with(base, "network", "\"internet\""), "allow", allow))));
            List.of("memory", "Runtime", "", "limits.pids", "HEARTH_")
                    .forEach(unknown -> all.add(json(with(base, unknown, "null"))));
        }
        return all;
    }

    /** Any number of fields at once. */
    static String any(Random random) {
        Map<String, String> spec = switch (random.nextInt(5)) {
            case 0, 1 -> ofRuntime();
            case 2 -> ofImage();
            default -> new LinkedHashMap<>();
        };
        FIELDS.forEach((name, values) -> {
            if (random.nextInt(5) == 0) {
                spec.put(name, random.nextInt(12) == 0 ? pick(random, OTHER_TYPES) : values.any(random));
            }
        });
        if (random.nextInt(3) == 0) {
            spec.put("limits", anyLimits(random));
        }
        if (random.nextInt(20) == 0) {
            spec.put("unknown", pick(random, OTHER_TYPES));
        }
        return json(spec);
    }

    private static String anyLimits(Random random) {
        Map<String, String> limits = new LinkedHashMap<>();
        LIMITS.forEach((name, values) -> {
            if (random.nextInt(4) == 0) {
                limits.put(name, random.nextInt(12) == 0 ? pick(random, OTHER_TYPES) : values.any(random));
            }
        });
        return json(limits);
    }

    private static Map<String, String> ofRuntime() {
        return new LinkedHashMap<>(Map.of("runtime", "\"python3\"", "code", "{\"source\":\"x\"}"));
    }

    private static Map<String, String> ofImage() {
        return new LinkedHashMap<>(Map.of("image", "\"tool:1\"", "contract", "\"hearth\""));
    }

    private static Map<String, String> with(Map<String, String> base, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(base);
        more.put(name, value);
        return more;
    }

    private static String json(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> '"' + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String pick(Random random, List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
