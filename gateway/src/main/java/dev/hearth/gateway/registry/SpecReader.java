package dev.hearth.gateway.registry;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a registration from its HTTP form: a JSON document, or the code as the body with the spec in the query.
 *
 * <p>Works on the whole body and unpacks archives: not for an event loop. All faults are told at once.
 */
public final class SpecReader {
    /** Query parameters that belong to the request and not to the spec. */
    private static final Set<String> REQUEST_KEYS = Set.of("wait");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    static {
        // The body was bounded when it was read; code in it may be one long string.
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNestingDepth(32)
                        .build());
    }

    private final RegistrySettings settings;

    public SpecReader(RegistrySettings settings) {
        this.settings = settings;
    }

    /**
     * Reads a registration.
     *
     * @param query the decoded query parameters
     * @param contentType the body's type; empty when the client named none
     * @throws HearthException INVALID_REQUEST or NOT_SUPPORTED with all faults in one message
     */
    public Submission read(MultiMap query, String contentType, Buffer body) {
        byte[] bytes = body.getBytes();
        return isDocument(query, contentType, bytes) ? document(query, bytes) : direct(query, contentType, bytes);
    }

    /** JSON by its type, or by its first letter where no query says what the body's code is for. */
    private static boolean isDocument(MultiMap query, String contentType, byte[] bytes) {
        if (contentType.startsWith("application/json")) {
            return true;
        }
        return !query.contains("runtime") && !query.contains("image") && firstLetter(bytes) == '{';
    }

    private static int firstLetter(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b;
            }
        }
        return 0;
    }

    private Submission document(MultiMap query, byte[] bytes) {
        Faults faults = new Faults();
        for (String key : query.names()) {
            if (!REQUEST_KEYS.contains(key)) {
                faults.wrong("the query has " + Faults.shown(key)
                        + " beside a JSON document: put it into the document, or send the code itself as the body");
            }
        }
        SpecFields fields = new SpecFields(parse(bytes), "", false, faults);
        FunctionSpec spec = new SpecRules(settings.runtimes().keySet(), faults).read(fields);
        SpecFields code = fields.object("code");
        Optional<byte[]> given = code(code, faults);
        if (code.value("source").isEmpty() && code.value("archive").isEmpty() && !spec.ownImage()) {
            faults.wrong("code is missing: give code.source or code.archive");
        }
        code.refuseUnknown(List.of());
        fields.refuseUnknown(List.of());
        Optional<CodeForm> form = code.value("source").map(source -> CodeForm.SOURCE);
        return submission(spec, given, form, faults);
    }

    private static Optional<byte[]> code(SpecFields code, Faults faults) {
        Optional<String> source = code.text("source", "def handle(event, context): ...");
        Optional<String> archive = code.text("archive", "UEsDBBQ...");
        if (source.isPresent() && archive.isPresent()) {
            faults.wrong("code has a source and an archive: give one of them");
            return Optional.empty();
        }
        return source.map(text -> text.getBytes(StandardCharsets.UTF_8))
                .or(() -> archive.flatMap(text -> archive(text, faults)));
    }

    private static Optional<byte[]> archive(String base64, Faults faults) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length > 0 && CodeReader.magic(bytes) == CodeForm.SOURCE) {
                faults.wrong("code.archive is neither a .zip nor a .tar.gz archive");
                return Optional.empty();
            }
            return Optional.of(bytes);
        } catch (IllegalArgumentException broken) {
            faults.wrong("code.archive is not base64: " + broken.getMessage());
            return Optional.empty();
        }
    }

    private static ObjectNode parse(byte[] bytes) {
        try {
            JsonNode node = JSON.readTree(bytes);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new HearthException(
                    ErrorCode.INVALID_REQUEST, "the body must be a JSON object, for example {\"runtime\":\"python3\"}");
        } catch (JsonProcessingException broken) {
            throw new HearthException(
                    ErrorCode.INVALID_REQUEST,
                    "the body is not JSON: " + position(broken.getLocation()) + broken.getOriginalMessage());
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory cannot fail to be read", impossible);
        }
    }

    private static String position(@Nullable JsonLocation at) {
        return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }

    private Submission direct(MultiMap query, String contentType, byte[] bytes) {
        Faults faults = new Faults();
        SpecFields fields = new SpecFields(QueryTree.of(query, REQUEST_KEYS, faults), "", true, faults);
        FunctionSpec spec = new SpecRules(settings.runtimes().keySet(), faults).read(fields);
        fields.refuseUnknown(QueryTree.NAMES);
        boolean none = bytes.length == 0 && spec.ownImage();
        return submission(spec, none ? Optional.empty() : Optional.of(bytes), CodeReader.declared(contentType), faults);
    }

    private Submission submission(FunctionSpec spec, Optional<byte[]> bytes, Optional<CodeForm> form, Faults faults) {
        Code code = Code.NONE;
        if (bytes.isPresent()) {
            code = new CodeReader(settings.archive(), faults).read(bytes.get(), form);
        }
        faults.raise();
        return new Submission(spec, code, bytes.map(Buffer::buffer).orElseGet(Buffer::buffer));
    }
}
