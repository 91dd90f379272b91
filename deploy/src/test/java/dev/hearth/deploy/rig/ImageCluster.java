package dev.hearth.deploy.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.ImageFetch;
import dev.hearth.common.bus.ImageOffer;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.IdentityFiles;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What images pass through in a cluster: a head on this machine's engine, a registry beside it, and a worker with an engine in a
 * network of its own.
 */
public final class ImageCluster implements AutoCloseable {
    /** The longest that nothing may come through the tunnel. */
    public static final Duration SILENCE = Duration.ofSeconds(20);

    private final Authority authority;
    private final String address;
    private final Path folder;
    private final SecondEngine engine;
    private final ImageRegistry registry;
    private final ImageHead head;
    private final TunnelProcess worker;

    private ImageCluster(String name, String address, Path folder) throws IOException {
        this.address = address;
        this.folder = folder;
        authority = Authority.create(folder, Instant.now());
        String net = address.substring(0, address.lastIndexOf('.')) + ".0/24";
        engine = SecondEngine.up(name, address, "--insecure-registry=" + net);
        registry = ImageRegistry.open();
        head = ImageHead.start(engine.machine(), member("head", Role.GATEWAY), Optional.of(registry), folder);
        worker = new TunnelProcess(engine, member("worker", Role.INVOKER), engine.machine(), head.port(), SILENCE);
    }

    /**
     * Brings it up.
     *
     * @param name of the worker's engine
     * @param address of the worker
     */
    public static ImageCluster up(String name, String address, Path folder) throws IOException {
        return new ImageCluster(name, address, folder);
    }

    public SecondEngine engine() {
        return engine;
    }

    public ImageRegistry registry() {
        return registry;
    }

    public ImageHead head() {
        return head;
    }

    public TunnelProcess worker() {
        return worker;
    }

    /** A certificate of the cluster. */
    public IdentityFiles member(String node, Role role) {
        Subject subject = new Subject(node, role, List.of(address));
        return authority.issue(subject, folder.resolve(node), Instant.now()).files();
    }

    /** Under which name the head gives an image to workers; it pushes it into the registry first. */
    public ImageOffer offer(String image) {
        return offer(head, image);
    }

    /** The same of another head. */
    public static ImageOffer offer(ImageHead head, String image) {
        BusMessage answer = head.offer(new ImageFetch(image, "", "default", "another engine"));
        assertThat(answer).isInstanceOf(ImageOffer.class);
        return (ImageOffer) answer;
    }

    @Override
    public void close() {
        worker.close();
        head.close();
        registry.close();
        engine.close();
    }
}
