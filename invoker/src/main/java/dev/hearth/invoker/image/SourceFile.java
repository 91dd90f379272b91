package dev.hearth.invoker.image;

import java.util.Arrays;
import java.util.regex.Pattern;

/** The name of a function's one file: what its runtime and its handler expect, and for Node how it is to be read. */
final class SourceFile {
    /** The name in the cache, which does not know the handler. */
    static final String PLAIN = "source";

    /** The same for a file that, read as JavaScript, is an ES module. */
    static final String ES_MODULE = "source.mjs";

    private static final String USUAL_STEM = "function";
    private static final Pattern STEM = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$-]{0,99}");
    private static final Pattern ES_SYNTAX = Pattern.compile(
            "^[ \\t]*(?:export[ \\t]+(?:default|async|function|const|let|var|class|\\{|\\*)|export[ \\t]*[{*]"
                    + "|import[ \\t]*[{*'\"]|import[ \\t]+[\\w$]+(?:[ \\t]*,|[ \\t]+from)[ \\t]*)",
            Pattern.MULTILINE);

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private SourceFile() {}

    /** Whether it is an ELF file, which may be a program and so must be executable. */
    static boolean isCompiled(byte[] bytes) {
        return bytes.length >= ELF.length && Arrays.mismatch(ELF, 0, ELF.length, bytes, 0, ELF.length) < 0;
    }

    static String nameInCache(String text) {
        return ES_SYNTAX.matcher(text).find() ? ES_MODULE : PLAIN;
    }

    /**
     * The name in a container.
     *
     * @param handler {@code module.function} or a function alone; the module gives the stem
     */
    static String nameInContainer(String nameInCache, String runtime, String handler) {
        int dot = handler.lastIndexOf('.');
        String module = dot < 0 ? "" : handler.substring(0, dot);
        String stem = STEM.matcher(module).matches() ? module : USUAL_STEM;
        return switch (runtime) {
            case "python3" -> stem + ".py";
            case "java" -> stem + ".java";
            case "nodejs" -> stem + (nameInCache.equals(ES_MODULE) ? ".mjs" : ".js");
            default -> stem;
        };
    }
}
