package dev.hearth.gateway.registry;

import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a registration from its HTTP form: a JSON document, or the code as the body with the spec in the query.
 *
 * <p>Works on the whole body and unpacks archives: not for an event loop. All faults are told at once.
 */
public final class SpecReader {
    /** Query parameters that belong to the request and not to the spec. */
    private static final Set<String> REQUEST_KEYS = Set.of("wait");

    private final RegistrySettings settings;

    public SpecReader(RegistrySettings settings) {
        this.settings = settings;
    }

    /**
     * Reads a registration.
     *
     * @param query the decoded query parameters
     * @param contentType the body's type; empty when the client named none
     * @throws dev.hearth.common.error.HearthException INVALID_REQUEST or NOT_SUPPORTED with all faults in one message
     */
    public Submission read(MultiMap query, String contentType, Buffer body) {
        return isDocument(query, contentType, body) ? document(query, body) : direct(query, contentType, body);
    }

    /** Most bytes that reading takes beside the body itself: the code out of a document, twice for a moment. */
    public static long held(MultiMap query, String contentType, Buffer body) {
        long length = body.length();
        return isDocument(query, contentType, body) ? length * 3 / 2 + 3 * Math.min(length, DocumentReader.SOURCE) : 0;
    }

    /** JSON by its type, or by its first letter where no query says what the body's code is for. */
    private static boolean isDocument(MultiMap query, String contentType, Buffer body) {
        if (contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return true;
        }
        return !query.contains("runtime") && !query.contains("image") && firstLetter(body) == '{';
    }

    private static int firstLetter(Buffer body) {
        for (int i = 0; i < body.length(); i++) {
            byte b = body.getByte(i);
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b;
            }
        }
        return 0;
    }

    private Submission document(MultiMap query, Buffer body) {
        Faults faults = new Faults();
        for (String key : query.names()) {
            if (!REQUEST_KEYS.contains(key)) {
                faults.wrong("the query has " + Faults.shown(key)
                        + " beside a JSON document: put it into the document, or send the code itself as the body");
            }
        }
        DocumentReader.Document read = DocumentReader.read(CodeBytes.array(body));
        SpecFields fields = new SpecFields(read.spec(), "", false, faults);
        FunctionSpec spec = new SpecRules(settings, faults).read(fields);
        SpecFields code = fields.object("code");
        Optional<byte[]> given = code(code, read, faults);
        if (code.value("source").isEmpty() && code.value("archive").isEmpty() && !spec.ownImage()) {
            faults.wrong("code is missing: give code.source or code.archive");
        }
        code.refuseUnknown(List.of());
        fields.refuseUnknown(List.of());
        Optional<CodeForm> form = code.value("source").map(source -> CodeForm.SOURCE);
        return submission(spec, given.map(CodeBytes::buffer), form, faults);
    }

    private static Optional<byte[]> code(SpecFields code, DocumentReader.Document read, Faults faults) {
        Optional<String> source = code.text("source", "def handle(event, context): ...");
        Optional<String> archive = code.text("archive", "UEsDBBQ...");
        if (source.isPresent() && archive.isPresent()) {
            faults.wrong("code has a source and an archive: give one of them");
            return Optional.empty();
        }
        read.archive().ifPresent(bytes -> {
            boolean file = CodeReader.magic(bytes) == CodeForm.SOURCE && !CodeReader.compiled(bytes);
            if (bytes.length > 0 && file) {
                faults.wrong("code.archive is neither a .zip nor a .tar.gz archive");
            }
        });
        return read.source().or(read::archive);
    }

    private Submission direct(MultiMap query, String contentType, Buffer body) {
        Faults faults = new Faults();
        SpecFields fields = new SpecFields(QueryTree.of(query, REQUEST_KEYS, faults), "", true, faults);
        FunctionSpec spec = new SpecRules(settings, faults).read(fields);
        fields.refuseUnknown(QueryTree.NAMES);
        boolean none = body.length() == 0 && spec.ownImage();
        return submission(spec, none ? Optional.empty() : Optional.of(body), CodeReader.declared(contentType), faults);
    }

    private Submission submission(FunctionSpec spec, Optional<Buffer> bytes, Optional<CodeForm> form, Faults faults) {
        Code code = Code.NONE;
        if (bytes.isPresent()) {
            code = new CodeReader(settings.archive(), spec, faults).read(CodeBytes.array(bytes.get()), form);
        }
        faults.raise();
        return new Submission(spec, code, bytes.orElseGet(Buffer::buffer));
    }

    /**
     * Holds a reference to the rules that a spec's image keeps.
     *
     * @throws dev.hearth.common.error.HearthException INVALID_REQUEST
     */
    public static void checkImage(String reference) {
        Faults faults = new Faults();
        TextRules.image(reference, faults);
        faults.raise();
    }
}
