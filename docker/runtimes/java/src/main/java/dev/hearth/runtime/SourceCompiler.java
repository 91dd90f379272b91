package dev.hearth.runtime;

import dev.hearth.function.Context;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a function's sources in memory; annotation processors do not run. */
final class SourceCompiler {
    private static final String NO_MAIN = "compiler.err.implicit.class.does.not.have.main.method";
    private static final Pattern TYPE = Pattern.compile("\\b(class|interface|enum|record)\\s+\\w");
    private static final Pattern MAIN = Pattern.compile("\\bmain\\s*\\(");
    /** At the end, where it moves no line. */
    private static final String MAIN_OF_COMPACT_SOURCE = "\nvoid main() {}\n";

    private final Path code;
    private final List<String> options;
    private final DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    private final Map<String, byte[]> classes = new LinkedHashMap<>();

    private SourceCompiler(Path code, List<Path> libraries) {
        this.code = code;
        String path = Stream.concat(Stream.of(api()), libraries.stream().map(Path::toString))
                .collect(Collectors.joining(File.pathSeparator));
        this.options = List.of("-proc:none", "-nowarn", "-g", "-parameters", "-implicit:none", "-classpath", path);
    }

    /** Class files by the names of their classes, in the order of the sources. */
    static Map<String, byte[]> compile(Path code, List<Path> sources, List<Path> libraries)
            throws IOException, LoadFailure {
        List<Source> read = new ArrayList<>();
        for (Path source : sources) {
            String text = Files.readString(source);
            boolean compact = !TYPE.matcher(text).find() && !MAIN.matcher(text).find();
            read.add(new Source(source, compact ? text + MAIN_OF_COMPACT_SOURCE : text));
        }
        SourceCompiler first = new SourceCompiler(code, libraries);
        if (first.run(read)) {
            return first.classes;
        }
        // A compact source file needs no main here; one with a record in it shows only now that it is one.
        List<Source> completed = read.stream().map(first::completed).toList();
        SourceCompiler second = new SourceCompiler(code, libraries);
        if (!completed.equals(read) && second.run(completed)) {
            return second.classes;
        }
        throw (completed.equals(read) ? first : second).failure();
    }

    /** Compiles a trifle, so that the compiler's classes are loaded before they are needed. */
    static void preload() {
        Path nowhere = Path.of("/");
        try {
            new SourceCompiler(nowhere, List.of())
                    .run(List.of(new Source(
                            nowhere.resolve("Trifle.java"), "class Trifle { Object o = java.util.List.of(); }")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean run(List<Source> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException("this Java has no compiler (module jdk.compiler)");
        }
        try (JavaFileManager files =
                new InMemory(compiler.getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8))) {
            return compiler.getTask(null, files, said, options, null, sources).call();
        }
    }

    private Source completed(Source source) {
        boolean lacksMain = said.getDiagnostics().stream()
                .anyMatch(each -> NO_MAIN.equals(each.getCode()) && source.equals(each.getSource()));
        return lacksMain ? new Source(source.path, source.text + MAIN_OF_COMPACT_SOURCE) : source;
    }

    private LoadFailure failure() {
        List<Diagnostic<? extends JavaFileObject>> errors = said.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .collect(Collectors.toList());
        String details = errors.stream().map(this::whole).collect(Collectors.joining("\n"));
        String more = errors.size() > 1 ? ", and " + (errors.size() - 1) + " more" : "";
        String first = errors.isEmpty() ? "the compiler failed" : summary(errors.getFirst());
        return LoadFailure.notCompiled(first + more, details);
    }

    private String summary(Diagnostic<? extends JavaFileObject> error) {
        String message =
                error.getMessage(Locale.ROOT).lines().map(String::strip).collect(Collectors.joining("; "));
        return message + place(error).map(place -> " (" + place + ")").orElse("");
    }

    private String whole(Diagnostic<? extends JavaFileObject> error) {
        String place = place(error).map(each -> each + ": ").orElse("");
        String line = error.getSource() instanceof Source source ? "\n    " + source.line(error.getLineNumber()) : "";
        return place + error.getMessage(Locale.ROOT) + line;
    }

    private java.util.Optional<String> place(Diagnostic<? extends JavaFileObject> error) {
        return error.getSource() instanceof Source source
                ? java.util.Optional.of(code.relativize(source.path) + ":" + error.getLineNumber())
                : java.util.Optional.empty();
    }

    /** Where the compiler finds what functions may import from Hearth; a folder is quicker for it than a jar. */
    private static String api() {
        String folder = System.getProperty("hearth.api", "");
        if (!folder.isEmpty()) {
            return folder;
        }
        try {
            return Path.of(Context.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A source file whose name need not be that of its public class: who registers a function does not choose it. */
    private static final class Source extends SimpleJavaFileObject {
        private final Path path;
        private final String text;

        Source(Path path, String text) {
            super(path.toUri(), Kind.SOURCE);
            this.path = path;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }

        String line(long number) {
            return number < 1 ? "" : text.lines().skip(number - 1).findFirst().orElse("");
        }
    }

    /** Keeps class files instead of writing them. */
    private final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        InMemory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + name.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            classes.put(name, toByteArray());
                        }
                    };
                }
            };
        }
    }
}
