package dev.hearth.deploy;

import com.sun.management.OperatingSystemMXBean;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.Machine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Looks at the machine that the process runs on. */
final class ThisMachine {
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private ThisMachine() {}

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    static Machine inspect(Path data) {
        return new Machine(cores(), memory(), freeDisk(data), DataFolder.nodeId(data), bridge());
    }

    // Not the memory that the JVM may use: functions live in containers beside it, whatever bounds its own.
    private static Bytes memory() {
        try (Stream<String> lines = Files.lines(MEMINFO)) {
            return lines.filter(line -> line.startsWith("MemTotal:"))
                    .map(line -> Bytes.ofKiB(Long.parseLong(line.replaceAll("\\D", ""))))
                    .findFirst()
                    .orElseGet(ThisMachine::memoryOfTheJvm);
        } catch (IOException e) {
            return memoryOfTheJvm();
        }
    }

    private static Bytes memoryOfTheJvm() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Bytes(system.getTotalMemorySize());
    }

    private static Bytes freeDisk(Path data) {
        Path existing = data;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            return new Bytes(Files.getFileStore(existing).getUsableSpace());
        } catch (IOException e) {
            throw new BootException("the file system of " + existing + " does not say how much is free: " + e, e);
        }
    }

    // The jar lies in DISTRIBUTION/lib, a source tree's classes in target/classes beside target/hearth.
    private static Path bridge() {
        try {
            Path code = Path.of(ThisMachine.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path above = code.resolveSibling("..").normalize();
            return Files.isDirectory(code) ? code.resolveSibling("hearth/bridge") : above.resolve("bridge");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
