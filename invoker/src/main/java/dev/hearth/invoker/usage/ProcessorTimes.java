package dev.hearth.invoker.usage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads how much processor time a container has used, from the kernel's own count for its control group.
 *
 * <p>Where that stands depends on the version of control groups and on who names them, the engine or systemd; the place where
 * a container was found first is the one where all others are looked for first. It costs one read of a file that the kernel
 * makes up, and no question to the engine. May be used by any thread.
 */
public final class ProcessorTimes {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorTimes.class);
    private static final String V2_FIELD = "usage_usec ";

    private static final List<Place> PLACES = List.of(
            new Place("cpuacct/docker/%s/cpuacct.usage", false),
            new Place("cpu,cpuacct/docker/%s/cpuacct.usage", false),
            new Place("cpuacct/system.slice/docker-%s.scope/cpuacct.usage", false),
            new Place("cpu,cpuacct/system.slice/docker-%s.scope/cpuacct.usage", false),
            new Place("system.slice/docker-%s.scope/cpu.stat", true),
            new Place("docker/%s/cpu.stat", true));

    private final Path root;
    private volatile Optional<Place> found = Optional.empty();
    private volatile boolean told;

    /** Where an engine puts its containers; version 2 counts microseconds in one of several lines, version 1 nanoseconds. */
    private record Place(String file, boolean second) {
        Path of(Path root, String container) {
            return root.resolve(file.formatted(container));
        }

        OptionalLong micros(String text) {
            return second
                    ? text.lines()
                            .filter(line -> line.startsWith(V2_FIELD))
                            .mapToLong(line -> Long.parseLong(line.substring(V2_FIELD.length())))
                            .findFirst()
                    : OptionalLong.of(Long.parseLong(text.strip()) / 1_000);
        }
    }

    /** Below a folder like /sys/fs/cgroup. */
    public ProcessorTimes(Path root) {
        this.root = root;
    }

    /** Microseconds since the start of the container of that engine's id; nothing when it is gone, or kept elsewhere. */
    public OptionalLong micros(String container) {
        Optional<Place> known = found;
        return known.isPresent() ? read(known.get(), container) : search(container);
    }

    private OptionalLong search(String container) {
        for (Place place : PLACES) {
            OptionalLong micros = read(place, container);
            if (micros.isPresent()) {
                found = Optional.of(place);
                return micros;
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong read(Place place, String container) {
        try {
            return place.micros(Files.readString(place.of(root, container)));
        } catch (IOException gone) {
            return OptionalLong.empty();
        } catch (NumberFormatException odd) {
            tell(place, container, odd);
            return OptionalLong.empty();
        }
    }

    /** Whether any container was found yet. */
    public boolean work() {
        return found.isPresent();
    }

    private void tell(Place place, String container, NumberFormatException odd) {
        if (!told) {
            told = true;
            LOG.warn(
                    "event=processor_time_unreadable file={} reason=\"{}\"",
                    place.of(root, container),
                    odd.getMessage());
        }
    }
}
