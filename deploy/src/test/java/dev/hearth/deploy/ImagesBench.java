package dev.hearth.deploy;

import dev.hearth.common.bus.ImageOffer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.ImageCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An image to a worker through the tunnel, in turns with a plain pull from the same registry; run by deploy/bench/images.sh. */
final class ImagesBench {
    private static final String ADDRESS = "10.123.42.2";
    private static final long LEAST_SENT = 50L << 20;

    private final ImageCluster cluster;
    private final String image;
    private final ImageOffer offer;
    private final String plain;

    private ImagesBench(ImageCluster cluster, String reference) {
        this.cluster = cluster;
        this.image = Docker.lines("docker", "image", "inspect", "-f", "{{.Id}}", reference)
                .getFirst();
        this.offer = cluster.offer(image);
        this.plain = cluster.registry().alsoAt(cluster.engine().machine()) + "/" + offer.name();
    }

    /** Arguments: an image of this machine's engine, rounds. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("hearth-bench-");
        List<Long> pulls = new ArrayList<>();
        List<Long> tunnels = new ArrayList<>();
        try (ImageCluster cluster = ImageCluster.up("imgbench", ADDRESS, folder)) {
            ImagesBench bench = new ImagesBench(cluster, arguments[0]);
            // One of each that does not count: caches of files, compilers.
            bench.pull();
            bench.tunnel();
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                pulls.add(bench.pull());
                tunnels.add(bench.tunnel());
            }
        } finally {
            Docker.lines("rm", "-rf", folder.toString());
        }
        System.out.println("| | median ms | least | most | of the plain pull |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        row("plain pull", pulls, 1);
        row("through the tunnel", tunnels, (double) median(tunnels) / median(pulls));
        System.exit(0);
    }

    private static void row(String what, List<Long> millis, double ratio) {
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.2f |%n",
                what,
                median(millis),
                sorted.getFirst(),
                sorted.getLast(),
                ratio);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private long pull() {
        return timed(() -> cluster.engine().docker("pull", "-q", plain));
    }

    private long tunnel() {
        long before = cluster.head().sent("registry");
        long millis = timed(() -> {
            String said = cluster.worker().take(offer);
            if (!said.startsWith("taken fetched=true")) {
                throw new IllegalStateException("the worker said " + said);
            }
        });
        if (cluster.head().sent("registry") - before < LEAST_SENT) {
            throw new IllegalStateException("the image did not come through the tunnel");
        }
        return millis;
    }

    private long timed(Runnable work) {
        long began = System.nanoTime();
        work.run();
        long millis = (System.nanoTime() - began) / 1_000_000;
        cluster.engine().docker("image", "rm", "-f", image);
        // What the disk still has to write would be the next one's loss.
        Docker.lines("sync");
        return millis;
    }
}
