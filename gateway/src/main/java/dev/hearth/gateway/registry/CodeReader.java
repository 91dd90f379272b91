package dev.hearth.gateway.registry;

import dev.hearth.common.archive.ArchiveInspection;
import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.archive.Archives;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Finds out the form of code and checks it without running any of it. */
final class CodeReader {
    /** The runtime whose single files are what a compiler made; those of an image of the user's own may be. */
    private static final String COMPILED_RUNTIME = "native";

    private final ArchiveLimits limits;
    private final FunctionSpec spec;
    private final Faults faults;

    CodeReader(ArchiveLimits limits, FunctionSpec spec, Faults faults) {
        this.limits = limits;
        this.spec = spec;
        this.faults = faults;
    }

    /** The code as described; {@link Code#NONE} when a fault was noted. */
    Code read(byte[] bytes, Optional<CodeForm> declared) {
        if (bytes.length == 0) {
            faults.wrong("code is empty: send a source file or a .zip or .tar.gz archive");
            return Code.NONE;
        }
        CodeForm form = declared.orElseGet(() -> magic(bytes));
        long unpacked = form == CodeForm.SOURCE ? source(bytes) : archive(bytes, form);
        return faults.none() ? new Code(form, digest(bytes), bytes.length, unpacked) : Code.NONE;
    }

    private long source(byte[] bytes) {
        boolean wanted = spec.runtime().equals(COMPILED_RUNTIME);
        if (compiled(bytes)) {
            if (!wanted && !spec.ownImage()) {
                faults.wrong("code is a compiled ELF file: only the runtime native runs one");
            }
        } else if (wanted) {
            faults.wrong(
                    "code is no ELF file: a function of the runtime native is a shared object or a program, alone or"
                            + " in a .zip or .tar.gz archive");
        } else if (holdsNul(bytes)) {
            faults.wrong("code is neither text in UTF-8 nor a .zip or .tar.gz archive: it holds a NUL byte");
        }
        return bytes.length;
    }

    private static boolean holdsNul(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private long archive(byte[] bytes, CodeForm form) {
        return switch (Archives.inspect(bytes, form, limits)) {
            case ArchiveInspection.Accepted accepted -> accepted.unpacked();
            case ArchiveInspection.Refused refused -> {
                faults.wrong("code: " + refused.reason());
                yield 0;
            }
        };
    }

    /** Whether it is an ELF file: what compilers make. */
    static boolean compiled(byte[] bytes) {
        return starts(bytes, 0x7f, 'E', 'L', 'F');
    }

    static CodeForm magic(byte[] bytes) {
        if (starts(bytes, 'P', 'K', 3, 4) || starts(bytes, 'P', 'K', 5, 6)) {
            return CodeForm.ZIP;
        }
        return starts(bytes, 0x1f, 0x8b) ? CodeForm.TAR_GZ : CodeForm.SOURCE;
    }

    private static boolean starts(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** The form that a Content-Type names; empty when it says nothing of use. */
    static Optional<CodeForm> declared(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/zip", "application/x-zip-compressed" -> Optional.of(CodeForm.ZIP);
            case "application/gzip", "application/x-gzip", "application/x-tar+gzip", "application/x-gtar" ->
                Optional.of(CodeForm.TAR_GZ);
            default -> type.startsWith("text/") ? Optional.of(CodeForm.SOURCE) : Optional.empty();
        };
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }
}
