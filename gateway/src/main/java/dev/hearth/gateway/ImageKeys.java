package dev.hearth.gateway;

import dev.hearth.common.config.Setting;
import dev.hearth.common.config.Settings;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.image.cluster.ImageStoreSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The keys of the images that nodes with engines of their own take from the head. */
final class ImageKeys {
    static final Setting<String> REGISTRY = Setting.matching(
                    "images.registry",
                    "http://HOST:PORT or https://HOST:PORT, or nothing",
                    Pattern.compile("|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?"))
            .or("")
            .frequent(
                    "The head's registry of images, from which nodes with engines of their own take them; none: they take archives.");
    static final Setting<String> AHEAD = Setting.oneOf("images.ahead", List.of("on", "off"))
            .or("off")
            .frequent("Whether all nodes fetch a function's image when it is registered, before a call needs it.");
    static final Setting<Duration> CHECK = Setting.duration("images.registry-check")
            .or(Duration.ofSeconds(5))
            .between(Duration.ofMillis(100), Duration.ofHours(1))
            .rare("How often that registry is asked whether it answers, and given the images that it lacks.");
    /**
     * A bound by default, since what grows without one fills the head's disk in the end: enough for some hundred images of
     * functions, compressed and with shared layers counted once, so that few heads ever delete one.
     */
    static final Setting<Bytes> MOST = Setting.size("images.registry-bytes")
            .or(Bytes.ofGiB(50))
            .between(Bytes.ZERO, Bytes.ofGiB(64L << 10))
            .frequent(
                    "Bytes of all images in that registry, compressed, shared layers counted once; above it (unless 0B) those go that nodes needed least recently, and are pushed again when one needs them.");

    static final Setting<Bytes> ENGINE = Setting.size("images.engine-bytes")
            .or(Bytes.ofGiB(50))
            .between(Bytes.ZERO, Bytes.ofGiB(64L << 10))
            .frequent(
                    "Bytes of all images that the head fetched into an engine that no node has, shared layers counted for each; above it (unless 0B) those go that were used least recently, and are fetched again by digest when one is needed.");
    /** Longer than a node takes from an offer to the manifest that it was offered, and than a short rush of pulls. */
    static final Setting<Duration> GRACE = Setting.duration("images.grace")
            .or(Duration.ofMinutes(10))
            .between(Duration.ZERO, Duration.ofDays(30))
            .rare(
                    "How long an image stays in that registry, or in the head's engine, after it was last offered to a node or read by one, and after the head's start, however full it is there.");

    static final Setting<Integer> ARCHIVES = Setting.whole("images.archives")
            .or(2)
            .between(1, 64)
            .rare("Images that the head sends as archives at one time; more wait for their turn.");
    static final Setting<Integer> TRANSFERS = Setting.whole("images.transfers")
            .or(64)
            .between(1, 10_000)
            .rare("Layers that the head passes on from its registry at one time; more wait.");

    static final List<Setting<?>> ALL = List.of(REGISTRY, MOST, ENGINE, AHEAD, CHECK, GRACE, ARCHIVES, TRANSFERS);

    private ImageKeys() {}

    static ImageStoreSettings bind(Settings settings) {
        String registry = settings.read(REGISTRY);
        return new ImageStoreSettings(
                Optional.of(registry).filter(given -> !given.isEmpty()).map(URI::create),
                settings.read(CHECK),
                settings.read(MOST),
                settings.read(ENGINE),
                settings.read(GRACE),
                settings.read(AHEAD).equals("on"),
                settings.read(ARCHIVES),
                settings.read(TRANSFERS));
    }
}
