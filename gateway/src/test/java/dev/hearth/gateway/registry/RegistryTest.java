package dev.hearth.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hearth.common.archive.ArchiveLimits;
import dev.hearth.common.error.ErrorCode;
import dev.hearth.common.error.Failure;
import dev.hearth.common.error.HearthException;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Revision;
import dev.hearth.common.units.Bytes;
import dev.hearth.gateway.store.Await;
import dev.hearth.gateway.store.Database;
import dev.hearth.gateway.store.StoreSettings;
import dev.hearth.gateway.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
    private static final FunctionName HELLO = FunctionName.inDefault("hello");
    private static final RegistrySettings SETTINGS =
            new RegistrySettings(RegistrySettings.DEFAULT.runtimes(), ArchiveLimits.DEFAULT, 5, 3, 1024);

    @TempDir
    Path folder;

    private final FakeImages images = new FakeImages();
    private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
    private Optional<Capacity.Largest> largest = Optional.empty();
    private Database database;
    private Registry registry;

    StoreSettings store() {
        return Stores.sqlite(folder);
    }

    @BeforeEach
    void open() {
        database = Database.open(store());
        registry = new Registry(database, images, required -> largest, SETTINGS);
        registry.onChange(changes::add);
        await(registry.start());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void registersAndServesAtOnceWhenTheImageIsHere() {
        Registered first = register("v1");
        assertThat(first.effect()).isEqualTo(Registered.Effect.CREATED);
        assertThat(first.view().latest().state()).isEqualTo(RevisionState.READY);
        Revision current = registry.current(HELLO).orElseThrow();
        assertThat(current).isEqualTo(first.view().latest().revision());
        assertThat(current.number()).isEqualTo(1);
        assertThat(current.image()).isEqualTo("hearth/python3:latest");
        assertThat(current.imageDigest()).isEqualTo("sha256:py1");
        assertThat(current.code().size()).isEqualTo(2);
        assertThat(changes).containsExactly(new Change(HELLO, Optional.empty(), Optional.of(current)));
    }

    @Test
    void theSameAgainChangesNothing() {
        Registered first = register("v1");
        Registered again = register("v1");
        assertThat(again.effect()).isEqualTo(Registered.Effect.SAME);
        assertThat(again.view()).isEqualTo(first.view());
        assertThat(changes).hasSize(1);
    }

    @Test
    void aChangeMakesTheNextRevisionAndTellsOfTheOneBefore() {
        Revision before = register("v1").view().latest().revision();
        Registered changed = register("v2");
        assertThat(changed.effect()).isEqualTo(Registered.Effect.CHANGED);
        Revision now = changed.view().latest().revision();
        assertThat(now.number()).isEqualTo(2);
        assertThat(registry.current(HELLO)).contains(now);
        assertThat(changes).last().isEqualTo(new Change(HELLO, Optional.of(before), Optional.of(now)));
        assertThat(await(registry.revision(before.id()))).contains(before);
    }

    @Test
    void aRebuiltRuntimeImageMakesANewRevision() {
        register("v1");
        images.put("hearth/python3:latest", "sha256:py2");
        assertThat(register("v1").effect()).isEqualTo(Registered.Effect.CHANGED);
        assertThat(registry.current(HELLO).orElseThrow().imageDigest()).isEqualTo("sha256:py2");
    }

    @Test
    void aMissingRuntimeImageIsRefusedWithTheWayToMakeIt() {
        images.remove("hearth/python3:latest");
        Failure failure = refused(() -> register("v1"));
        assertThat(failure.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
        assertThat(failure.message()).contains("hearth/python3:latest").contains("deploy/up.sh");
        assertThat(refused(() -> await(registry.describe(HELLO))).code()).isEqualTo(ErrorCode.FUNCTION_NOT_FOUND);
    }

    @Test
    void anImageWithNothingToRunIsRefused() {
        images.putBare("base:1");
        Failure failure = refused(() -> registerImage("base:1"));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure.message()).contains("image base:1 has neither ENTRYPOINT nor CMD");
    }

    @Test
    void theRevisionBeforeServesWhileAnImageIsPulled() {
        Revision before = register("v1").view().latest().revision();
        Registered pending = registerImage("tool:1");
        assertThat(pending.view().latest().state()).isEqualTo(RevisionState.PENDING);
        assertThat(registry.current(HELLO)).contains(before);
        assertThat(registerImage("tool:1").effect()).isEqualTo(Registered.Effect.SAME);
        Future<FunctionView> settled = registry.settled(pending.view());
        images.pulled("tool:1", "sha256:tool1");
        FunctionView view = await(settled);
        assertThat(view.latest().state()).isEqualTo(RevisionState.READY);
        assertThat(view.serving()).contains(view.latest());
        assertThat(registry.current(HELLO).orElseThrow().imageDigest()).isEqualTo("sha256:tool1");
    }

    @Test
    void aFailedPullIsKeptWithItsCauseAndTriedAgainByTheNextRegistration() {
        Registered pending = registerImage("tool:1");
        Future<FunctionView> settled = registry.settled(pending.view());
        images.pullFails("tool:1", "no such host");
        FunctionView failed = await(settled);
        assertThat(failed.latest().state()).isEqualTo(RevisionState.FAILED);
        assertThat(failed.latest().cause().orElseThrow().message()).isEqualTo("no such host");
        assertThat(registry.current(HELLO)).isEmpty();
        images.put("tool:1", "sha256:tool1");
        assertThat(registerImage("tool:1").view().latest().state()).isEqualTo(RevisionState.READY);
    }

    @Test
    void callsWaitForTheFirstImageAndTheNextTriesAgainAfterAFailure() {
        assertThat(registry.awaited(HELLO)).isEmpty();
        registerImage("tool:1");
        List<Future<Revision>> waiting = List.of(
                registry.awaited(HELLO).orElseThrow(), registry.awaited(HELLO).orElseThrow());
        assertThat(waiting).noneMatch(Future::isComplete);
        images.pullFails("tool:1", "no such host");
        for (Future<Revision> one : waiting) {
            assertThat(catchThrowableOfType(HearthException.class, () -> await(one))
                            .failure())
                    .isEqualTo(Failure.before(ErrorCode.IMAGE_PULL_FAILED, "no such host"));
        }
        Future<Revision> next = registry.awaited(HELLO).orElseThrow();
        images.pulled("tool:1", "sha256:tool1");
        assertThat(await(next).imageDigest()).isEqualTo("sha256:tool1");
        assertThat(registry.current(HELLO)).contains(await(next));
        assertThat(registry.awaited(HELLO)).isEmpty();
    }

    @Test
    void aRestartKnowsForWhichImagesCallsMayWait() {
        Registered pending = registerImage("tool:1");
        Future<FunctionView> settled = registry.settled(pending.view());
        images.pullFails("tool:1", "no such host");
        await(settled);
        Registry after = new Registry(database, images, required -> largest, SETTINGS);
        await(after.start());
        images.put("tool:1", "sha256:tool1");
        assertThat(await(after.awaited(HELLO).orElseThrow()).imageDigest()).isEqualTo("sha256:tool1");
    }

    @Test
    void aLatePullNeverOverridesANewerRevision() {
        Registered pending = registerImage("tool:1");
        Future<FunctionView> settled = registry.settled(pending.view());
        Revision newer = register("v2").view().latest().revision();
        images.pulled("tool:1", "sha256:tool1");
        await(settled);
        assertThat(registry.current(HELLO)).contains(newer);
        assertThat(await(registry.describe(HELLO)).serving().orElseThrow().number())
                .isEqualTo(2);
    }

    @Test
    void aDeletionDuringAPullWins() {
        Registered pending = registerImage("tool:1");
        Future<FunctionView> settled = registry.settled(pending.view());
        await(registry.delete(HELLO));
        images.pulled("tool:1", "sha256:tool1");
        assertThat(refused(() -> await(settled)).code()).isEqualTo(ErrorCode.FUNCTION_NOT_FOUND);
        assertThat(registry.current(HELLO)).isEmpty();
    }

    @Test
    void deletingRemovesCodeThatNothingElseUses() {
        Code mine = register("v1").view().latest().code();
        Code shared = register("both").view().latest().code();
        await(registry.register(FunctionName.inDefault("other"), source("both")));
        await(registry.delete(HELLO));
        assertThat(registry.current(HELLO)).isEmpty();
        assertThat(changes).last().extracting(Change::now).isEqualTo(Optional.empty());
        assertThat(await(registry.code(mine.digest(), 0, 100))).isEqualTo(CodePiece.UNKNOWN);
        assertThat(await(registry.code(shared.digest(), 0, 100)).bytes()).isEqualTo(Buffer.buffer("both"));
        assertThat(refused(() -> await(registry.delete(HELLO))).code()).isEqualTo(ErrorCode.FUNCTION_NOT_FOUND);
        assertThat(register("v3").view().latest().number()).isEqualTo(1);
    }

    @Test
    void givesLargeCodeInPieces() {
        byte[] bytes = new byte[3 * CodeStore.PIECE + 77];
        new Random(7).nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
        }
        Code code = await(registry.register(HELLO, submission("runtime=python3", Buffer.buffer(bytes))))
                .view()
                .latest()
                .code();
        Buffer whole = Buffer.buffer();
        while (whole.length() < code.size()) {
            CodePiece piece = await(registry.code(code.digest(), whole.length(), CodeStore.PIECE));
            assertThat(piece.total()).isEqualTo(bytes.length);
            whole.appendBuffer(piece.bytes());
        }
        assertThat(whole).isEqualTo(Buffer.buffer(bytes));
        assertThat(await(registry.code(code.digest(), CodeStore.PIECE - 5, 10)).bytes())
                .isEqualTo(Buffer.buffer(bytes).slice(CodeStore.PIECE - 5, CodeStore.PIECE + 5));
        assertThat(await(registry.code(code.digest(), bytes.length, 10)).bytes())
                .isEqualTo(Buffer.buffer());
    }

    @Test
    void keepsTheNewestRevisionsAndTheServingOne() {
        Revision serving = register("v1").view().latest().revision();
        for (int i = 2; i <= 6; i++) {
            registerImage("tool:" + i);
        }
        assertThat(await(registry.revisions(HELLO)))
                .extracting(StoredRevision::number)
                .containsExactly(6, 5, 4, 1);
        assertThat(registry.current(HELLO)).contains(serving);
        assertThat(await(registry.code(serving.code().digest(), 0, 9)).total()).isEqualTo(2);
    }

    @Test
    void refusesOneFunctionMoreThanTheSettingAllows() {
        for (int i = 0; i < 5; i++) {
            await(registry.register(FunctionName.inDefault("f" + i), source("x")));
        }
        assertThat(refused(() -> register("x")).message()).contains("5 functions are registered");
        assertThat(await(registry.register(FunctionName.inDefault("f0"), source("y")))
                        .effect())
                .isEqualTo(Registered.Effect.CHANGED);
    }

    @Test
    void refusesWhatNoNodeCanHoldWithTheNumbers() {
        largest = Optional.of(
                new Capacity.Largest(Bytes.ofMiB(128), Bytes.ofMiB(32), Bytes.ofMiB(50), Bytes.ofMiB(50), 0));
        Failure failure = refused(() -> register("v1"));
        assertThat(failure.code()).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(failure.message())
                .contains("limits.memory is 256MiB, the largest node has 128MiB")
                .contains("limits.disk is 64MiB, the largest node has 32MiB")
                .contains("image and code need 101MiB")
                .contains("the largest node has 50MiB of disk");
    }

    @Test
    void refusesMoreGraphicsProcessorsThanAnyNodeHas() {
        largest = Optional.of(new Capacity.Largest(Bytes.ofGiB(9), Bytes.ofGiB(9), Bytes.ofGiB(9), Bytes.ofGiB(9), 0));
        Submission submission = submission("runtime=python3&gpus=all&requires.zone=a", Buffer.buffer("x = 1"));
        assertThat(refused(() -> await(registry.register(HELLO, submission))).message())
                .isEqualTo("limits.gpus is all, the largest node with zone=a has 0 for functions (invoker.gpus)");
    }

    @Test
    void aPulledImageThatNoNodeCanHoldFailsTheRevision() {
        largest =
                Optional.of(new Capacity.Largest(Bytes.ofGiB(1), Bytes.ofGiB(1), Bytes.ofMiB(50), Bytes.ofMiB(50), 0));
        Future<FunctionView> settled = registry.settled(registerImage("tool:1").view());
        images.pulled("tool:1", "sha256:tool1");
        assertThat(await(settled).latest().cause().orElseThrow().code()).isEqualTo(ErrorCode.NOT_ALLOWED);
    }

    @Test
    void anImageAboveTheRoomForOneFailsTheRevisionThoughTheWholeDiskWouldDo() {
        largest = Optional.of(new Capacity.Largest(Bytes.ofGiB(1), Bytes.ofGiB(1), Bytes.ofGiB(1), Bytes.ofMiB(50), 0));
        assertThat(register("v1").effect()).isEqualTo(Registered.Effect.CREATED);
        Future<FunctionView> settled = registry.settled(registerImage("tool:1").view());
        images.pulled("tool:1", "sha256:tool1");
        Failure cause = await(settled).latest().cause().orElseThrow();
        assertThat(cause.code()).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(cause.message()).contains("the largest node has 50MiB for one");
    }

    @Test
    void everythingIsThereAfterARestartAndPullsGoOn() throws InterruptedException {
        Revision served = register("v1").view().latest().revision();
        Registered pending = registerImage("tool:1");
        database.close();
        changes.clear();
        open();
        assertThat(registry.current(HELLO)).contains(served);
        assertThat(await(registry.describe(HELLO)).latest())
                .isEqualTo(pending.view().latest());
        images.pulled("tool:1", "sha256:tool1");
        Change change = changes.poll(10, TimeUnit.SECONDS);
        assertThat(change).isNotNull();
        assertThat(change.now().orElseThrow().number()).isEqualTo(2);
    }

    @Test
    void listsByNamePageByPage() {
        for (String name : List.of("c", "a", "b")) {
            await(registry.register(FunctionName.inDefault(name), source("x")));
        }
        assertThat(await(registry.list("default", "", 2)))
                .extracting(view -> view.latest().function().name())
                .containsExactly("a", "b");
        assertThat(await(registry.list("default", "b", 2)))
                .extracting(view -> view.latest().function().name())
                .containsExactly("c");
        assertThat(await(registry.list("elsewhere", "", 2))).isEmpty();
    }

    private Registered register(String source) {
        return await(registry.register(HELLO, source(source)));
    }

    private Registered registerImage(String reference) {
        return await(registry.register(HELLO, submission("image=" + reference + "&contract=hearth", Buffer.buffer())));
    }

    private static Submission source(String source) {
        return submission("runtime=python3", Buffer.buffer(source));
    }

    private static Submission submission(String query, Buffer code) {
        return new SpecReader(SETTINGS).read(Queries.of(query), "", code);
    }

    private static Failure refused(Runnable action) {
        return catchThrowableOfType(HearthException.class, action::run).failure();
    }

    private static <T> T await(Future<T> future) {
        return Await.of(future);
    }
}
