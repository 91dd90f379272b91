package dev.hearth.runtime;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;

/**
 * Streams over descriptors that Java gives no way to: an inherited one, and a socket's without its channel.
 *
 * <p>A channel closes itself when the thread that uses it is interrupted, and a function may interrupt any thread; the plain
 * streams below do not care. The foreign function API would do the same and costs 30 ms of each start, so this opens two
 * packages of java.base instead: the image holds the one JDK that it is tested with.
 */
final class Descriptors {
    private Descriptors() {}

    static FileInputStream input(int fd) {
        return new FileInputStream(descriptor(fd));
    }

    static FileOutputStream output(int fd) {
        return new FileOutputStream(descriptor(fd));
    }

    static int of(SocketChannel channel) {
        try {
            Method number = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
            number.setAccessible(true);
            return (int) number.invoke(channel);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("start with --add-opens java.base/sun.nio.ch=ALL-UNNAMED", e);
        }
    }

    private static FileDescriptor descriptor(int fd) {
        try {
            Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
            constructor.setAccessible(true);
            return constructor.newInstance(fd);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("start with --add-opens java.base/java.io=ALL-UNNAMED", e);
        }
    }
}
