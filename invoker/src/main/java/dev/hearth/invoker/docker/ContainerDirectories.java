package dev.hearth.invoker.docker;

import dev.hearth.invoker.blocking.BlockingWork;
import dev.hearth.invoker.blocking.FileTrees;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, fills, finds and deletes the containers' folders of a node, all of them under {@code c} of its data folder. */
public final class ContainerDirectories {
    private static final Logger log = LoggerFactory.getLogger(ContainerDirectories.class);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String OWNER_ONLY = "rwx------";
    private static final String OWNER_FILE = "rw-------";
    private static final String FOR_ALL = "rwxr-xr-x";
    private static final String FILE_FOR_ALL = "rw-r--r--";
    private final Path parent;
    private final BlockingWork files;

    /**
     * The folders under this data folder.
     *
     * @throws IllegalArgumentException with a sentence for the operator when its path is too long for sockets
     */
    public ContainerDirectories(Path data, BlockingWork files) {
        parent = data.toAbsolutePath().resolve("c");
        this.files = files;
        ContainerDirectory longest = of("0".repeat(26));
        log.debug("event=container_directories parent={} socket={}", parent, longest.socket());
    }

    /** The folder of this container, whether or not it exists. */
    public ContainerDirectory of(String id) {
        return new ContainerDirectory(id, parent.resolve(id));
    }

    /** Makes the folder of a container that is about to be created; fails when there is one already. */
    public Future<ContainerDirectory> create(String id, ContainerOrigin origin, Names names) {
        ContainerDirectory directory = of(id);
        return files.run(DEADLINE, () -> {
            Files.createDirectories(parent);
            folder(directory.root(), OWNER_ONLY);
            folder(directory.run(), FOR_ALL);
            folder(directory.etc(), FOR_ALL);
            file(directory.hosts(), hosts(id), FILE_FOR_ALL);
            file(directory.resolvConf(), names.resolvConf(), FILE_FOR_ALL);
            file(directory.nsswitch(), nsswitch(names), FILE_FOR_ALL);
            file(directory.origin(), origin.toJson(), OWNER_FILE);
            return directory;
        });
    }

    /**
     * How a container finds the addresses of names.
     *
     * @param sources where it looks, in order, in the words of nsswitch.conf
     * @param resolvConf the name servers
     */
    public record Names(String sources, String resolvConf) {
        /** In a container without a network. */
        public static final Names OWN = new Names("files", "# This container has no network.\n");

        /** By files, then by name servers. */
        public static Names asked(String resolvConf) {
            return new Names("files dns", resolvConf);
        }
    }

    /**
     * Tells a running container, which was made without a network, where it finds the addresses of names. The files are
     * mounted one by one: they keep their places and get other text.
     */
    public Future<Void> connect(ContainerDirectory directory, String address, Names names) {
        return files.act(DEADLINE, () -> {
            ContainerOrigin origin = ContainerOrigin.ofJson(Files.readString(directory.origin()));
            replace(directory, directory.origin(), origin.at(address).toJson());
            Files.writeString(directory.resolvConf(), names.resolvConf());
            Files.writeString(directory.nsswitch(), nsswitch(names));
        });
    }

    /** Writes down to which revision the container belongs; a crash leaves the old state or the new. */
    public Future<Void> bind(ContainerDirectory directory, Binding binding) {
        return files.act(DEADLINE, () -> replace(directory, directory.binding(), binding.toJson()));
    }

    private static void replace(ContainerDirectory directory, Path target, String text) throws IOException {
        Path fresh = directory.root().resolve(target.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        file(fresh, text, OWNER_FILE);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** All folders that are there, for the adoption of containers after a restart. */
    public Future<List<Found>> existing() {
        return files.run(DEADLINE, () -> {
            if (!Files.isDirectory(parent)) {
                return List.of();
            }
            try (Stream<Path> folders = Files.list(parent)) {
                return folders.map(path -> String.valueOf(path.getFileName()))
                        .filter(ContainerDirectory::isId)
                        .map(id -> found(of(id)))
                        .toList();
            }
        });
    }

    /** Deletes the folder and all in it; fine when there is none. */
    public Future<Void> delete(ContainerDirectory directory) {
        return files.act(DEADLINE, () -> FileTrees.delete(directory.root()));
    }

    /**
     * A folder that an earlier life of the invoker left.
     *
     * @param origin what the container was created with; empty when it cannot be read, and then it cannot be adopted
     * @param binding its revision; empty in a stem cell
     */
    public record Found(ContainerDirectory directory, Optional<ContainerOrigin> origin, Optional<Binding> binding) {}

    private static Found found(ContainerDirectory directory) {
        try {
            Optional<ContainerOrigin> origin = text(directory.origin()).map(ContainerOrigin::ofJson);
            Optional<Binding> binding = text(directory.binding()).map(Binding::ofJson);
            return new Found(directory, origin, binding);
        } catch (IOException | RuntimeException unreadable) {
            // Whatever is wrong with the files: the container cannot be trusted, and its folder must still be found.
            log.warn(
                    "event=container_directory_unreadable container={} reason={}",
                    directory.id(),
                    unreadable.getMessage());
            return new Found(directory, Optional.empty(), Optional.empty());
        }
    }

    private static Optional<String> text(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }

    private static String nsswitch(Names names) {
        return "passwd: files\ngroup: files\nhosts: " + names.sources() + "\n";
    }

    private static String hosts(String hostname) {
        return "127.0.0.1 localhost " + hostname + "\n::1 localhost ip6-localhost ip6-loopback\n";
    }

    private static void folder(Path path, String mode) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    // The mode is set before there is anything to read: the file may hold secrets.
    private static void file(Path path, String text, String mode) throws IOException {
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_FILE)));
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
