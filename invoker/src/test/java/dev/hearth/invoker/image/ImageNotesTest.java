package dev.hearth.invoker.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.invoker.blocking.BlockingWork;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageNotesTest {
    private static final String ID = "sha256:" + "a".repeat(64);
    private static final ImageNote NOTE =
            new ImageNote("example.org/team/tool@sha256:" + "b".repeat(64), 42, Instant.ofEpochSecond(1_700_000_000));

    private final Vertx vertx = Vertx.vertx();
    private final BlockingWork files = new BlockingWork(vertx, "files", new BlockingWork.Bounds(1, 100));

    @TempDir
    private Path data;

    @AfterEach
    void close() throws Exception {
        files.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(20, TimeUnit.SECONDS);
    }

    private ImageNotes open() throws TimeoutException {
        return await(ImageNotes.open(data, files));
    }

    @Test
    void whatIsNotedIsThereInTheNextLife() throws Exception {
        await(open().put(ID, NOTE));
        ImageNote read = open().find(ID).orElseThrow();
        assertThat(read.reference()).isEqualTo(NOTE.reference());
        assertThat(read.size()).isEqualTo(42);
        assertThat(read.repository()).isEqualTo("example.org/team/tool");
    }

    @Test
    void theLastUseIsKept() throws Exception {
        ImageNotes notes = open();
        await(notes.put(ID, NOTE));
        notes.touch(ID, NOTE.lastUse());
        await(files.act(Duration.ofSeconds(5), () -> {}));
        assertThat(open().find(ID).orElseThrow().lastUse()).isEqualTo(NOTE.lastUse());
    }

    @Test
    void aDeletedNoteIsGone() throws Exception {
        ImageNotes notes = open();
        await(notes.put(ID, NOTE));
        notes.delete(ID);
        await(files.act(Duration.ofSeconds(5), () -> {}));
        assertThat(notes.ids()).isEmpty();
        assertThat(open().ids()).isEmpty();
    }

    @Test
    void whatIsNoNoteIsLeftOut() throws IOException, TimeoutException {
        Path folder = Files.createDirectories(data.resolve("images"));
        Files.writeString(folder.resolve("c".repeat(64)), "{\"refer");
        Files.writeString(folder.resolve("d".repeat(64) + ".half"), "{}");
        assertThat(open().ids()).isEmpty();
        assertThat(folder.resolve("d".repeat(64) + ".half")).doesNotExist();
    }
}
