package dev.hearth.runtime;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;

/** Gives the classes of a function: those that were compiled here first, then those of its folder and its jars. */
final class FunctionLoader extends URLClassLoader {
    private final Map<String, byte[]> compiled;

    FunctionLoader(URL[] path, Map<String, byte[]> compiled) {
        super(path, FunctionLoader.class.getClassLoader());
        this.compiled = compiled;
    }

    boolean compiled(String name) {
        return compiled.containsKey(name);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = compiled.get(name);
        return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
    }
}
