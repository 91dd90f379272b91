package dev.hearth.gateway.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.store.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of 10 MiB each on an engine by hand, with room for two. */
final class EngineShelfTest {
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final Vertx vertx = Vertx.vertx();
    private final Set<String> there = new HashSet<>();
    private final Set<String> needed = new HashSet<>();
    private final List<List<String>> removed = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long now = 1;
    private boolean noted;

    @TempDir
    private Path data;

    private PullJournal journal;
    private EngineShelf shelf;

    private final class Engine implements EngineShelf.Engine {
        @Override
        public Set<String> images() {
            return Set.copyOf(there);
        }

        @Override
        public boolean remove(Collection<ResolvedImage> fetched) {
            String id = fetched.iterator().next().id();
            removed.add(fetched.stream().map(ResolvedImage::reference).sorted().toList());
            return !needed.contains(id) && there.remove(id);
        }
    }

    @BeforeEach
    void open() {
        journal = new PullJournal(
                vertx,
                data,
                (image, digest, size) ->
                        noted ? Future.succeededFuture() : Future.failedFuture("no node has this engine"));
        shelf = within(Bytes.ofMiB(20));
        shelf.watch(meters);
    }

    @AfterEach
    void close() {
        journal.close();
        Await.of(vertx.close());
    }

    private EngineShelf within(Bytes most) {
        return new EngineShelf(journal, new Engine(), ImageSettings.DEFAULT.within(most, GRACE), () -> now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** The head fetches an image; a minute goes by. */
    private void fetch(String reference, String id) throws IOException {
        ResolvedImage image = new ResolvedImage(
                reference, id, Bytes.ofMiB(10), true, reference.split(":", 2)[0] + "@sha256:d", true);
        journal.ended(journal.begin(reference, List.copyOf(there)), Optional.of(image));
        there.add(id);
        shelf.used(id);
        pass(Duration.ofMinutes(1));
    }

    @Test
    void theLongestUnusedGoesAndNoMoreThanItTakes() throws IOException {
        fetch("a:1", "a");
        fetch("b:1", "b");
        fetch("c:1", "c");
        shelf.used("a");
        pass(GRACE);
        shelf.look();
        assertThat(removed).containsExactly(List.of("b:1"));
        assertThat(shelf.held()).isEqualTo(20L << 20);
        assertThat(meters.get("hearth.image.engine.held").gauge().value()).isEqualTo(20L << 20);
        assertThat(meters.get("hearth.image.engine.capacity").gauge().value()).isEqualTo(20L << 20);
        assertThat(meters.get("hearth.image.engine.removed").functionCounter().count())
                .isEqualTo(1);
        assertThat(journal.untold()).hasSize(2);
    }

    @Test
    void whatWasUsedAMomentAgoStaysHoweverFullItIs() throws IOException {
        fetch("a:1", "a");
        fetch("b:1", "b");
        fetch("c:1", "c");
        shelf.look();
        assertThat(removed).isEmpty();
        assertThat(shelf.held()).isEqualTo(30L << 20);
    }

    @Test
    void whatSomethingNeedsStaysAndTheNextOneGoes() throws IOException {
        fetch("a:1", "a");
        fetch("b:1", "b");
        fetch("c:1", "c");
        needed.add("a");
        pass(GRACE);
        shelf.look();
        assertThat(removed).containsExactly(List.of("a:1"), List.of("b:1"));
        assertThat(there).containsExactlyInAnyOrder("a", "c");
        assertThat(journal.untold()).hasSize(2);
    }

    @Test
    void anImageThatWasFetchedUnderTwoNamesCountsOnceAndGoesWithBoth() throws IOException {
        shelf = within(new Bytes(1));
        fetch("a:1", "a");
        there.remove("a");
        fetch("other/a:1", "a");
        shelf.look();
        assertThat(shelf.held()).isEqualTo(10L << 20);
        pass(GRACE);
        shelf.look();
        assertThat(removed).containsExactly(List.of("a:1", "other/a:1"));
        assertThat(journal.untold()).isEmpty();
    }

    @Test
    void whatANodeHasNotedOrSomebodyTookAwayIsNotCounted() throws IOException {
        fetch("a:1", "a");
        fetch("b:1", "b");
        there.remove("a");
        noted = true;
        fetch("c:1", "c");
        shelf.look();
        assertThat(shelf.held()).isEqualTo(10L << 20);
        assertThat(removed).isEmpty();
    }

    @Test
    void afterARestartAllAreAsOldAsTheHead() throws IOException {
        fetch("a:1", "a");
        fetch("b:1", "b");
        fetch("c:1", "c");
        shelf = within(Bytes.ofMiB(20));
        shelf.look();
        assertThat(removed).isEmpty();
        pass(GRACE);
        shelf.look();
        assertThat(removed).containsExactly(List.of("a:1"));
    }

    @Test
    void withoutABoundNothingGoes() throws IOException {
        shelf = within(Bytes.ZERO);
        fetch("a:1", "a");
        pass(GRACE);
        shelf.look();
        assertThat(removed).isEmpty();
        assertThat(shelf.held()).isEqualTo(10L << 20);
    }
}
