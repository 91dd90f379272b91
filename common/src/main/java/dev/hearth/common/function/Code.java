package dev.hearth.common.function;

/**
 * A revision's code.
 *
 * @param form how the bytes are packed
 * @param digest {@code sha256:} and 64 hex digits of the bytes; empty with {@link CodeForm#NONE}
 * @param size number of bytes as handed in
 * @param unpacked number of bytes after unpacking, as counted at registration
 */
public record Code(CodeForm form, String digest, long size, long unpacked) {
    public static final Code NONE = new Code(CodeForm.NONE, "", 0, 0);
}
