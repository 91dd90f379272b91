package dev.hearth.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a function is made of: code for a runtime of the node, or an image. */
public final class FunctionCode {
    private final Map<String, Object> spec;

    private FunctionCode(Map<String, Object> spec) {
        this.spec = spec;
    }

    /** One source file in Python, with a function {@code handle(event, context)}. */
    public static FunctionCode python(String source) {
        return source("python3", source);
    }

    /** One source file in JavaScript, with {@code exports.handle = async (event, context) => ...}. */
    public static FunctionCode nodejs(String source) {
        return source("nodejs", source);
    }

    /** One source file. */
    public static FunctionCode source(String runtime, String source) {
        return code(runtime, Map.of("source", source));
    }

    /** A .zip or .tar.gz. */
    public static FunctionCode archive(String runtime, byte[] archive) {
        return code(runtime, Map.of("archive", Base64.getEncoder().encodeToString(archive)));
    }

    /** A .zip or .tar.gz in a file. */
    public static FunctionCode archive(String runtime, Path file) throws IOException {
        return archive(runtime, Files.readAllBytes(file));
    }

    /**
     * An image of one's own.
     *
     * @param contract what it speaks: {@code hearth}, {@code http}, {@code openwhisk} or {@code lambda}
     */
    public static FunctionCode image(String reference, String contract) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("image", reference);
        spec.put("contract", contract);
        return new FunctionCode(spec);
    }

    private static FunctionCode code(String runtime, Map<String, String> code) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("runtime", runtime);
        spec.put("code", code);
        return new FunctionCode(spec);
    }

    /** The same with a further field of the spec as the API has it, such as {@code handler}, {@code env} or {@code keepAlive}. */
    public FunctionCode with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(spec);
        more.put(field, value);
        return new FunctionCode(more);
    }

    Map<String, Object> spec() {
        return new LinkedHashMap<>(spec);
    }
}
