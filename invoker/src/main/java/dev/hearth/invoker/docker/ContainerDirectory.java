package dev.hearth.invoker.docker;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The folder on the host that belongs to one container.
 *
 * <pre>
 * c/ID/               only for its owner
 *   origin.json       what it was created with
 *   binding.json      the revision it belongs to, from shortly before init
 *   run/              mounted at /hearth/run
 *     s               the socket on which the side channel listens
 *     code/           the function's files, linked from the code cache
 *   etc/              hosts, resolv.conf and nsswitch.conf, each mounted
 * </pre>
 *
 * @param id Hearth's id of the container
 * @param root the folder
 */
public record ContainerDirectory(String id, Path root) {
    /** Name of the socket in the mounted folder. */
    public static final String SOCKET = "s";

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    /** What the kernel allows for the path of a socket, the final zero byte left out. */
    private static final int LONGEST_SOCKET_PATH = 107;

    public ContainerDirectory {
        if (!isId(id)) {
            throw new IllegalArgumentException("'" + id + "' is not a container's id: use 1 to 40 of a-z, 0-9 and '-'");
        }
        Path socket = root.toAbsolutePath().resolve("run").resolve(SOCKET);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET_PATH) {
            throw new IllegalArgumentException(
                    "the socket's path " + socket + " has " + length + " bytes, the system allows "
                            + LONGEST_SOCKET_PATH + ": choose a data folder with a shorter path");
        }
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** The folder mounted read-only into the container. */
    public Path run() {
        return root.resolve("run");
    }

    /** Where the side channel listens for this container. */
    public Path socket() {
        return run().resolve(SOCKET);
    }

    /** Where the function's files are linked. */
    public Path code() {
        return run().resolve("code");
    }

    Path etc() {
        return root.resolve("etc");
    }

    Path hosts() {
        return etc().resolve("hosts");
    }

    Path resolvConf() {
        return etc().resolve("resolv.conf");
    }

    Path nsswitch() {
        return etc().resolve("nsswitch.conf");
    }

    Path origin() {
        return root.resolve("origin.json");
    }

    Path binding() {
        return root.resolve("binding.json");
    }
}
