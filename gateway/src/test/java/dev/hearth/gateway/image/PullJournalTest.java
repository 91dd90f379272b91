package dev.hearth.gateway.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullJournalTest {
    private static final ResolvedImage NEW =
            new ResolvedImage("tool:1", "sha256:new", Bytes.ofMiB(1), true, "tool@sha256:d", false);

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private Future<Void> answer = Promise.<Void>promise().future();

    @TempDir
    private Path data;

    @AfterEach
    void stop() {
        Await.of(vertx.close());
    }

    private PullJournal open() {
        return new PullJournal(vertx, data, (image, digest, size) -> {
            told.add(image + " " + digest);
            return answer;
        });
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("pulls"))) {
            return files.toList();
        }
    }

    @Test
    void whatWasPulledIsToldUntilTheNodeHasNotedIt() throws Exception {
        answer = Future.failedFuture("no node is there");
        try (PullJournal journal = open()) {
            assertThat(journal.ended(journal.begin("tool:1", List.of("sha256:old")), Optional.of(NEW)))
                    .isTrue();
            assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("sha256:new tool@sha256:d");
            assertThat(files()).hasSize(1);
            answer = Future.succeededFuture();
            assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("sha256:new tool@sha256:d");
        }
    }

    @Test
    void whatWasThereBeforeIsNotHearths() throws Exception {
        try (PullJournal journal = open()) {
            assertThat(journal.ended(journal.begin("tool:1", List.of("sha256:new")), Optional.of(NEW)))
                    .isFalse();
            assertThat(told).isEmpty();
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void whatNoNodeNotedIsKnownByItsIdAfterARestart() throws Exception {
        answer = Future.failedFuture("no node is there");
        try (PullJournal before = open()) {
            before.ended(before.begin("tool:1", List.of("sha256:old")), Optional.of(NEW));
        }
        told.clear();
        try (PullJournal after = open()) {
            assertThat(after.isRecovered()).isTrue();
            assertThat(after.untold().values()).containsExactly(NEW);
            assertThat(told.poll(5, TimeUnit.SECONDS)).isEqualTo("sha256:new tool@sha256:d");
            after.untold().keySet().forEach(after::drop);
            assertThat(after.untold()).isEmpty();
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void aPullThatACrashCutOffIsFoundAgain() throws Exception {
        try (PullJournal before = open()) {
            before.begin("tool:1", List.of("sha256:old"));
            before.begin("never-came:1", List.of("sha256:old"));
        }
        try (PullJournal after = open()) {
            assertThat(after.isRecovered()).isFalse();
            after.recover(reference -> reference.equals("tool:1") ? Optional.of(NEW) : Optional.empty());
            assertThat(after.isRecovered()).isTrue();
            assertThat(told).containsExactly("sha256:new tool@sha256:d");
            assertThat(files()).as("until it is noted").hasSize(1);
        }
    }
}
