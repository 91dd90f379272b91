package dev.hearth.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.CodeForm;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** The code of a registration: its forms, and what is none. */
class SpecReaderCodeTest {
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F', 2, 1, 0};
    private static final String SOURCE = "def handle(event, context): return event";
    private final SpecReader reader = new SpecReader(RegistrySettings.DEFAULT);

    @Test
    void findsTheFormOfCodeByTypeElseByItsFirstBytes() throws IOException {
        byte[] zip = zip("main.py");
        assertThat(query("runtime=python3", "").code().form()).isEqualTo(CodeForm.SOURCE);
        assertThat(read("runtime=python3", "", zip).code().form()).isEqualTo(CodeForm.ZIP);
        assertThat(read("runtime=python3", "application/zip", zip).code().form())
                .isEqualTo(CodeForm.ZIP);
        assertThat(read("runtime=python3", "application/octet-stream", zip)
                        .code()
                        .unpacked())
                .isEqualTo(1);
        String base64 = Base64.getEncoder().encodeToString(zip);
        Submission document = document("{\"runtime\":\"python3\",\"code\":{\"archive\":\"" + base64 + "\"}}");
        assertThat(document.code()).isEqualTo(read("runtime=python3", "", zip).code());
    }

    @Test
    void takesCompiledCodeForTheRuntimeNative() {
        assertThat(read("runtime=native", "", ELF).code().form()).isEqualTo(CodeForm.SOURCE);
        assertThat(read("image=tool&contract=hearth", "", ELF).code().size()).isEqualTo(ELF.length);
        assertThat(document("{\"runtime\":\"native\",\"code\":{\"archive\":\"f0VMRgIB\"}}")
                        .code()
                        .form())
                .isEqualTo(CodeForm.SOURCE);
        assertThat(refused("{\"runtime\":\"native\",\"code\":{\"source\":\"int x;\"}}")
                        .message())
                .startsWith("code is no ELF file");
    }

    @Test
    void refusesCodeThatCannotBeUsed() throws IOException {
        assertThat(refusedCode("", new byte[0]).message()).startsWith("code is empty");
        assertThat(refusedCode("", new byte[] {1, 0, 2}).message()).contains("NUL byte");
        assertThat(refusedCode("application/zip", SOURCE.getBytes(StandardCharsets.UTF_8))
                        .message())
                .startsWith("code: ");
        assertThat(refusedCode("application/gzip", new byte[] {0x1f, (byte) 0x8b, 0, 0})
                        .message())
                .startsWith("code: ");
        assertThat(refusedCode("", ELF).message())
                .isEqualTo("code is a compiled ELF file: only the runtime native runs one");
        assertThat(refusedCode("", zip("../evil.py")).message()).contains("../evil.py");
        assertThat(refused("{\"runtime\":\"python3\",\"code\":{\"archive\":\"!!\"}}")
                        .message())
                .startsWith("code.archive is not base64");
        assertThat(refused("{\"runtime\":\"python3\",\"code\":{\"archive\":\"YWJj\"}}")
                        .message())
                .isEqualTo("code.archive is neither a .zip nor a .tar.gz archive");
        assertThat(refused("{\"runtime\":\"python3\",\"code\":{\"archive\":\"YWJj\",\"source\":\"x\"}}")
                        .message())
                .isEqualTo("code has a source and an archive: give one of them");
        assertThat(refused("{\"runtime\":\"python3\",\"code\":{\"source\":\"\"}}")
                        .message())
                .startsWith("code is empty");
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

    private Failure refusedCode(String type, byte[] code) {
        return catchThrowableOfType(HearthException.class, () -> read("runtime=python3", type, code))
                .failure();
    }

    private static byte[] zip(String entry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write('x');
        }
        return out.toByteArray();
    }
}
