package dev.hearth.gateway.registry;

import dev.hearth.common.archive.ArchiveLimits;
import java.util.Map;

/**
 * What the registry takes and keeps.
 *
 * @param runtimes image reference of each runtime by the runtime's name
 * @param archive what an archive of code may hold
 * @param functions functions that may be registered, over all namespaces; at least 1
 * @param revisions revisions kept of one function, the newest ones; at least 2
 * @param initBytes longest init of a function, as JSON
 */
public record RegistrySettings(
        Map<String, String> runtimes, ArchiveLimits archive, int functions, int revisions, int initBytes) {
    public static final RegistrySettings DEFAULT = new RegistrySettings(
            Map.of(
                    "python3", "hearth/python3:latest",
                    "nodejs", "hearth/nodejs:latest",
                    "java", "hearth/java:latest",
                    "native", "hearth/native:latest"),
            ArchiveLimits.DEFAULT,
            10_000,
            20,
            16 * 1024);

    public RegistrySettings {
        runtimes = Map.copyOf(runtimes);
        if (functions < 1 || revisions < 2) {
            throw new IllegalArgumentException("the registry needs room for a function and two revisions of it:"
                    + " functions is " + functions + ", revisions is " + revisions);
        }
    }
}
