package dev.hearth.invoker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.CodeForm;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.blocking.BlockingWork;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class CodeCacheTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final BlockingWork files = new BlockingWork(vertx, "files", new BlockingWork.Bounds(4, 1000));
    private final Gateway gateway = new Gateway();

    @TempDir
    private Path data;

    private CodeCache cache;

    @BeforeEach
    void start() {
        cache = open(1_000_000);
    }

    @AfterEach
    void stop() throws TimeoutException {
        files.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void unpacksASourceFileAndNamesItForItsRuntime() {
        Code code = gateway.source("def handle(event, context): return 1");
        CodeFolder folder = fetch(code);
        Path target = data.resolve("code1");
        assertThat(on(() -> cache.linkInto(folder, target, "python3", "hello.handle")))
                .isEqualTo("hello.py");
        assertThat(target.resolve("hello.py")).content().startsWith("def handle");
        assertThat(cache.used().value()).isEqualTo(code.size());
        assertThat(folder.bytes()).isEqualTo(code.size());
    }

    @Test
    void linksAnArchiveWithModesThatEveryUserCanRead() throws IOException {
        Code code = gateway.archive("main.py=x", "lib/tool=#!/bin/sh", "lib/secret=y");
        CodeFolder folder = fetch(code);
        Path target = data.resolve("code1");
        assertThat(on(() -> cache.linkInto(folder, target, "python3", ""))).isEmpty();
        assertThat(mode("code1")).isEqualTo("rwxr-xr-x");
        assertThat(mode("code1/lib")).isEqualTo("rwxr-xr-x");
        assertThat(mode("code1/main.py")).isEqualTo("rw-r--r--");
        assertThat(mode("code1/lib/tool")).isEqualTo("rwxr-xr-x");
        assertThat(mode("code1/lib/secret")).isEqualTo("rw-r--r--");
        assertThat(Files.getAttribute(target.resolve("main.py"), "unix:nlink")).isEqualTo(2);
    }

    @Test
    void fetchesOnceForAllWhoWaitInPiecesOfTheBus() throws IOException {
        Code code = gateway.source("x".repeat(600_000));
        List<CodeFolder> got = on(() -> {
            List<Future<CodeFolder>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(cache.fetch(code, gateway));
            }
            return Future.all(all).map(done -> done.<CodeFolder>list());
        });
        assertThat(got).hasSize(20).containsOnly(got.getFirst());
        assertThat(gateway.offsets).containsExactly(0L, 262_144L, 524_288L);
        fetch(code);
        assertThat(gateway.offsets).hasSize(3);
        assertThat(leftAside()).isEmpty();
    }

    @Test
    void failsAllWhoWaitWithTheCauseAndTriesAgainForTheNext() throws IOException {
        Code code = gateway.source("x".repeat(300_000));
        gateway.breakAt = 262_144;
        List<Future<CodeFolder>> all = new ArrayList<>();
        Future<?> done = onAsync(() -> {
            for (int i = 0; i < 20; i++) {
                all.add(cache.fetch(code, gateway));
            }
            return Future.join(all);
        });
        assertThatThrownBy(() -> done.await(20, TimeUnit.SECONDS)).hasMessage("cut");
        assertThat(all).allSatisfy(one -> assertThat(one.cause()).hasMessage("cut"));
        assertThat(cache.used()).isEqualTo(Bytes.ZERO);
        gateway.breakAt = Long.MAX_VALUE;
        assertThat(fetch(code).bytes()).isEqualTo(300_000);
    }

    @Test
    void refusesBytesOfAnotherDigestOrLength() {
        Code code = gateway.source("right");
        gateway.put(code.digest(), "wrong");
        assertThat(failure(code).failure().message()).contains("what came has the digest sha256:");
        gateway.put(code.digest(), "longer than said");
        assertThat(failure(code).failure().message()).contains("should have 5 bytes, but 16 of 16 came");
        gateway.contents.clear();
        assertThat(failure(code).failure().code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(cache.used()).isEqualTo(Bytes.ZERO);
    }

    @Test
    void refusesAnArchiveThatUnpacksToMoreThanWasCounted() throws IOException {
        Code counted = gateway.archive("a=" + "0".repeat(5_000));
        Code lie = new Code(counted.form(), counted.digest(), counted.size(), 4_999);
        assertThat(failure(lie).failure().code()).isEqualTo(ErrorCode.INIT_FAILED);
        assertThat(failure(lie).failure().message()).contains("more than 4999B");
        assertThat(data.resolve("code").resolve(CodeCache.ASIDE))
                .satisfies(aside -> assertThat(leftAside()).isEmpty());
        assertThat(data.resolve("x")).doesNotExist();
    }

    @Test
    void evictsTheLongestUnusedButNothingPinned() {
        cache = open(25_000);
        Code first = gateway.source("1".repeat(10_000));
        Code second = gateway.source("2".repeat(4_000));
        Code third = gateway.source("3".repeat(12_000));
        CodeFolder one = fetch(first);
        on(() -> release(fetchNow(second)));
        Code huge = gateway.source("4".repeat(16_000));
        assertThat(failure(huge).failure().code()).isEqualTo(ErrorCode.NO_CAPACITY);
        assertThat(folder(second)).exists();
        fetch(third);
        assertThat(folder(second)).doesNotExist();
        assertThat(folder(first)).exists();
        on(() -> release(Future.succeededFuture(one)));
        fetch(gateway.source("5".repeat(8_000)));
        assertThat(folder(first)).doesNotExist();
        assertThat(cache.used().value()).isEqualTo(20_000);
    }

    @Test
    void keepsWhatIsWholeOverARestartAndClearsTheRest() throws IOException {
        Code code = gateway.source("kept");
        fetch(code);
        Path half = Files.createDirectories(data.resolve("code/aside/half"));
        Files.writeString(half.resolve("packed"), "part");
        Files.writeString(data.resolve("code/stray"), "what");
        cache = open(1_000_000);
        assertThat(half).doesNotExist();
        assertThat(data.resolve("code/stray")).doesNotExist();
        assertThat(cache.used().value()).isEqualTo(4);
        gateway.contents.clear();
        assertThat(fetch(code).path()).isEqualTo(folder(code));
        assertThat(on(() -> Future.succeededFuture(cache.pin(code)))).isPresent();
    }

    @Test
    void trustsNothingThatABootBeforeThisOneLeft() throws IOException {
        fetch(gateway.source("old"));
        assertThat(CodeLeftovers.take(data.resolve("code"), "another boot")).isEmpty();
        assertThat(folder(gateway.source("old"))).doesNotExist();
    }

    @Test
    void fetchesNothingWhenTheDiskWouldHaveTooLittleFree() {
        cache = on(() -> CodeCache.open(
                data,
                files,
                new CodeSettings(Bytes.ofMiB(1), new Bytes(1L << 60), ArchiveLimits.DEFAULT, Duration.ofSeconds(20))));
        HearthException refused = failure(gateway.source("anything"));
        assertThat(refused.failure().code()).isEqualTo(ErrorCode.NO_CAPACITY);
        assertThat(refused.failure().message()).contains("invoker.disk-free");
        assertThat(cache.used()).isEqualTo(Bytes.ZERO);
    }

    @Test
    void givesUpAtTheDeadline() {
        cache = on(() -> CodeCache.open(
                data,
                files,
                new CodeSettings(Bytes.ofMiB(1), Bytes.ZERO, ArchiveLimits.DEFAULT, Duration.ofMillis(100))));
        Code code = gateway.source("never");
        Future<?> done = onAsync(() -> cache.fetch(
                code, (digest, offset) -> Promise.<CodeSource.Piece>promise().future()));
        assertThatThrownBy(() -> done.await(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(cache.used()).isEqualTo(Bytes.ZERO);
        assertThat(fetch(code).bytes()).isEqualTo(5);
    }

    private CodeCache open(long disk) {
        return on(() -> CodeCache.open(
                data,
                files,
                new CodeSettings(new Bytes(disk), Bytes.ZERO, ArchiveLimits.DEFAULT, Duration.ofSeconds(20))));
    }

    private CodeFolder fetch(Code code) {
        return on(() -> fetchNow(code));
    }

    private Future<CodeFolder> fetchNow(Code code) {
        return cache.fetch(code, gateway);
    }

    private Future<Boolean> release(Future<CodeFolder> folder) {
        return folder.map(got -> {
            cache.release(got);
            return true;
        });
    }

    private HearthException failure(Code code) {
        try {
            throw new AssertionError("fetched " + fetch(code));
        } catch (HearthException failure) {
            return failure;
        }
    }

    private Path folder(Code code) {
        return data.resolve("code").resolve(code.digest().substring(7) + ".source");
    }

    private List<Path> leftAside() {
        Path aside = data.resolve("code").resolve(CodeCache.ASIDE);
        try (Stream<Path> paths = Files.list(aside)) {
            return paths.toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(path)));
    }

    private <T> T on(Supplier<Future<T>> work) {
        try {
            return onAsync(work).await(20, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError(late);
        }
    }

    private <T> Future<T> onAsync(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> work.get().onComplete(promise));
        return promise.future();
    }

    /** The other end of the bus, in memory. */
    private static final class Gateway implements CodeSource {
        private final Map<String, byte[]> contents = new HashMap<>();
        private final List<Long> offsets = new ArrayList<>();
        private long breakAt = Long.MAX_VALUE;

        private Code source(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return add(bytes, CodeForm.SOURCE, bytes.length);
        }

        private Code archive(String... entries) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            long unpacked = 0;
            try (TarArchiveOutputStream tar =
                    new TarArchiveOutputStream(new GzipCompressorOutputStream(out), "UTF-8")) {
                for (String text : entries) {
                    String[] parts = text.split("=", 2);
                    byte[] content = parts[1].getBytes(StandardCharsets.UTF_8);
                    TarArchiveEntry entry = new TarArchiveEntry(parts[0]);
                    entry.setSize(content.length);
                    entry.setMode(parts[1].startsWith("#!") ? 07777 : 0600);
                    tar.putArchiveEntry(entry);
                    tar.write(content);
                    tar.closeArchiveEntry();
                    unpacked += content.length;
                }
            }
            return add(out.toByteArray(), CodeForm.TAR_GZ, unpacked);
        }

        private Code add(byte[] bytes, CodeForm form, long unpacked) {
            String digest = "sha256:" + HexFormat.of().formatHex(sha256(bytes));
            contents.put(digest, bytes);
            return new Code(form, digest, bytes.length, unpacked);
        }

        private void put(String digest, String text) {
            contents.put(digest, text.getBytes(StandardCharsets.UTF_8));
        }

        private static byte[] sha256(byte[] bytes) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(bytes);
            } catch (NoSuchAlgorithmException impossible) {
                throw new AssertionError(impossible);
            }
        }

        @Override
        public Future<Piece> piece(String digest, long offset) {
            offsets.add(offset);
            byte[] all = contents.get(digest);
            if (offset >= breakAt) {
                return Future.failedFuture(new IOException("cut"));
            }
            if (all == null) {
                return Future.succeededFuture(new Piece(-1, Buffer.buffer()));
            }
            int end = (int) Math.min(all.length, offset + 262_144);
            return Future.succeededFuture(
                    new Piece(all.length, Buffer.buffer(Arrays.copyOfRange(all, (int) offset, end))));
        }
    }
}
