package dev.hearth.runtime;

import dev.hearth.function.Context;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The method that answers calls: static or of the one instance of its class, with the event, the context, both or neither as
 * parameters.
 *
 * <p>The event's type says how it is read: {@code byte[]}, {@link InputStream} and {@link String} are the body itself;
 * anything else takes the value that the content type makes of it, which must be of that type.
 */
final class Handler {
    private final Method method;
    private final @Nullable Object instance;
    private final List<Class<?>> parameters;

    private Handler(Method method, @Nullable Object instance) {
        this.method = method;
        this.instance = instance;
        this.parameters = List.of(method.getParameterTypes());
    }

    /** Initialises the class, and makes its instance if the method needs one. */
    static Handler of(Class<?> type, String name, InitValue init) throws Throwable {
        Method method = find(type, name);
        try {
            method.setAccessible(true);
            Class.forName(type.getName(), true, type.getClassLoader());
            return new Handler(method, Modifier.isStatic(method.getModifiers()) ? null : instance(type, init));
        } catch (InvocationTargetException e) {
            throw Errors.unwrapped(e);
        }
    }

    private static Object instance(Class<?> type, InitValue init) throws ReflectiveOperationException, LoadFailure {
        if (Modifier.isAbstract(type.getModifiers())) {
            throw LoadFailure.handlerNotFound(type.getName() + " is abstract, so its handler must be static");
        }
        return init.construct(type);
    }

    static boolean has(Class<?> type, String name) {
        return named(type, name).findAny().isPresent();
    }

    private static Method find(Class<?> type, String name) throws LoadFailure {
        List<Method> candidates =
                named(type, name).filter(Handler::takesEventAndContext).toList();
        if (candidates.size() == 1) {
            return candidates.getFirst();
        }
        if (candidates.size() > 1) {
            throw LoadFailure.handlerNotFound(type.getName() + " has several methods '" + name
                    + "' that could be the handler: rename all but one");
        }
        String others = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .distinct()
                .sorted()
                .limit(20)
                .collect(Collectors.joining(", "));
        String why = has(type, name)
                ? "the method '" + name + "' of " + type.getName()
                        + " cannot be the handler: it may take the event and the context, in this order"
                : "there is no method '" + name + "' in " + type.getName();
        throw LoadFailure.handlerNotFound(why + (others.isEmpty() ? "" : "; it has " + others));
    }

    /** Of the class, or of the nearest above it that has any. */
    private static Stream<Method> named(Class<?> type, String name) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            List<Method> found = Arrays.stream(at.getDeclaredMethods())
                    .filter(method -> method.getName().equals(name) && !method.isSynthetic())
                    .toList();
            if (!found.isEmpty()) {
                return found.stream();
            }
        }
        return Stream.empty();
    }

    private static boolean takesEventAndContext(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        return switch (parameters.length) {
            case 0, 1 -> true;
            case 2 -> parameters[0] != Context.class && parameters[1] == Context.class;
            default -> false;
        };
    }

    @Nullable
    Object call(String contentType, byte[] body, Context context) throws Throwable {
        @Nullable Object[] arguments = new @Nullable Object[parameters.size()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = parameters.get(i);
            arguments[i] = type == Context.class ? context : event(type, contentType, body);
        }
        try {
            return method.invoke(instance, arguments);
        } catch (InvocationTargetException e) {
            throw Errors.unwrapped(e);
        }
    }

    private static @Nullable Object event(Class<?> type, String contentType, byte[] body) throws Unacceptable {
        if (type == byte[].class) {
            return body;
        }
        if (type == InputStream.class) {
            return new ByteArrayInputStream(body);
        }
        if (type == String.class) {
            return body.length == 0 ? null : Payload.text(contentType, body);
        }
        return fitting(type, Payload.event(contentType, body));
    }

    private static @Nullable Object fitting(Class<?> type, @Nullable Object event) throws Unacceptable {
        if (event == null && !type.isPrimitive()) {
            return null;
        }
        return Values.as(type, event)
                .orElseThrow(() -> Unacceptable.event(
                        "the event is " + Values.kind(event) + ", but the handler takes " + type.getTypeName()));
    }
}
