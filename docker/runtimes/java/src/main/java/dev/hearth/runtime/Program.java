package dev.hearth.runtime;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The code of a function as classes.
 *
 * @param loader which all of them come from
 * @param type the one that has the handler; not yet initialised
 */
record Program(ClassLoader loader, Class<?> type) {
    private static final String DEFAULT_TYPE = "Main";
    private static final String LIBRARIES = "lib";
    private static final String SOURCE = ".java";

    /**
     * A single source file, or a folder: of classes, with libraries as jars in {@code lib/}, or of sources, which are
     * compiled when there is no class file of the handler's class.
     */
    static Program load(Path code, String entry, HandlerName name)
            throws IOException, LoadFailure, ClassNotFoundException {
        if (!Files.isDirectory(code)) {
            throw LoadFailure.handlerNotFound("there is no folder " + code);
        }
        return entry.isEmpty() ? folder(code, name) : file(code, entry, name);
    }

    private static Program file(Path code, String entry, HandlerName name)
            throws IOException, LoadFailure, ClassNotFoundException {
        Path file = code.resolve(entry);
        if (!Files.isRegularFile(file)) {
            throw LoadFailure.handlerNotFound("there is no file " + entry + " in " + code);
        }
        Map<String, byte[]> classes = SourceCompiler.compile(code, List.of(file), List.of());
        FunctionLoader loader = new FunctionLoader(new URL[0], classes);
        List<Class<?>> types = new ArrayList<>();
        for (String each : classes.keySet()) {
            Class<?> type = loader.loadClass(each);
            if (type.getEnclosingClass() == null) {
                types.add(type);
            }
        }
        return new Program(loader, name.type().isEmpty() ? first(types, name, entry) : named(types, name, entry));
    }

    private static Class<?> first(List<Class<?>> types, HandlerName name, String entry) throws LoadFailure {
        return types.stream()
                .filter(type -> Handler.has(type, name.function()))
                .findFirst()
                .orElseThrow(() -> LoadFailure.handlerNotFound(
                        "no class of " + entry + " has a method '" + name.function() + "'" + methods(types)));
    }

    private static String methods(List<Class<?>> types) {
        return types.stream()
                .flatMap(type -> Stream.of(type.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic())
                        .map(method -> type.getName() + "." + method.getName()))
                .distinct()
                .limit(20)
                .collect(Collectors.joining(", ", "; there are: ", ""));
    }

    private static Class<?> named(List<Class<?>> types, HandlerName name, String entry) throws LoadFailure {
        return types.stream()
                .filter(type -> type.getName().equals(name.type())
                        || type.getSimpleName().equals(name.type()))
                .findFirst()
                .orElseThrow(() -> LoadFailure.handlerNotFound("the handler names class " + name.type() + ", but "
                        + entry + " has "
                        + types.stream().map(Class::getName).collect(Collectors.joining(", "))));
    }

    private static Program folder(Path code, HandlerName name) throws IOException, LoadFailure, ClassNotFoundException {
        List<Path> libraries = libraries(code);
        List<URL> urls = new ArrayList<>(List.of(code.toUri().toURL()));
        for (Path library : libraries) {
            urls.add(library.toUri().toURL());
        }
        URL[] path = urls.toArray(URL[]::new);
        String type = name.type().isEmpty() ? DEFAULT_TYPE : name.type();
        FunctionLoader classes = new FunctionLoader(path, Map.of());
        if (classes.findResource(type.replace('.', '/') + ".class") != null) {
            return new Program(classes, classes.loadClass(type));
        }
        List<Path> sources = sources(code);
        if (sources.isEmpty()) {
            throw LoadFailure.handlerNotFound("there is no class " + type + " in " + code);
        }
        FunctionLoader compiled = new FunctionLoader(path, SourceCompiler.compile(code, sources, libraries));
        if (!compiled.compiled(type)) {
            throw LoadFailure.handlerNotFound("there is no class " + type + " among the sources in " + code);
        }
        return new Program(compiled, compiled.loadClass(type));
    }

    private static List<Path> libraries(Path code) throws IOException {
        Path folder = code.resolve(LIBRARIES);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> sources(Path code) throws IOException {
        try (Stream<Path> files = Files.walk(code)) {
            return files.filter(file -> file.toString().endsWith(SOURCE) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }
}
