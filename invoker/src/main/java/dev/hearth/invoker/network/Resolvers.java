package dev.hearth.invoker.network;

import dev.hearth.common.function.Ipv4Block;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Which name servers functions ask. */
final class Resolvers {
    /** The second is where systemd-resolved keeps the ones that it asks itself. */
    private static final List<Path> OF_MACHINE =
            List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

    /** As many as the C library takes. */
    private static final int MOST = 3;

    private static final String KEY = "nameserver";

    private Resolvers() {}

    /** Those of this machine that functions can reach: none that listens on the machine itself. Blocks. */
    static List<Ipv4Block> ofMachine() {
        for (Path file : OF_MACHINE) {
            List<Ipv4Block> found = of(text(file), address -> !isOurs(address));
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    static List<Ipv4Block> of(String resolvConf, Predicate<String> reachable) {
        return resolvConf
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 1 && words[0].equals(KEY))
                .map(words -> words[1])
                .filter(address -> address.matches("[0-9.]+") && !address.startsWith("127.") && reachable.test(address))
                .limit(MOST)
                .map(Ipv4Block::parse)
                .toList();
    }

    private static boolean isOurs(String address) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.ofLiteral(address)) != null;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            return "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A container's resolv.conf. */
    static String file(List<Ipv4Block> resolvers) {
        StringBuilder text = new StringBuilder("options timeout:2 attempts:2\n");
        resolvers.forEach(resolver ->
                text.append(KEY).append(' ').append(resolver.address(0)).append('\n'));
        return text.toString();
    }
}
