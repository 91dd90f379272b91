package dev.hearth.common.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.common.bus.Batch;
import dev.hearth.common.bus.BusCodec;
import dev.hearth.common.bus.BusMessage;
import dev.hearth.common.bus.CallMessage;
import dev.hearth.common.bus.CallSender;
import dev.hearth.common.bus.Chunk;
import dev.hearth.common.bus.Credit;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.SortableId;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several members in one JVM, over real TLS on loopback. */
class MembershipTest {
    private static final String HOST = "127.0.0.1";
    private static final Duration SUSPECT = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    private final List<Vertx> running = new ArrayList<>();
    private Authority authority;

    @BeforeEach
    void makeAuthority() {
        authority = Authority.create(folder.resolve("ca"), Instant.now());
    }

    @AfterEach
    void stop() throws Exception {
        for (Vertx vertx : running) {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** Two ports in a row that are free now. */
    private static int freePort() throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket second =
                            new ServerSocket(first.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
                return second.getLocalPort() - 1;
            } catch (IOException taken) {
                // The next two.
            }
        }
        throw new IOException("no two free ports in a row");
    }

    private Identity identity(Authority signedBy, String name) {
        return signedBy.issue(new Subject(name, Role.INVOKER, List.of(HOST)), folder.resolve(name), Instant.now());
    }

    private Vertx member(Identity identity, int port, int contact) throws Exception {
        MemberSettings settings = new MemberSettings(
                identity.node(),
                HOST,
                port,
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), contact)),
                SUSPECT);
        Vertx vertx = ClusteredVertx.start(new VertxOptions().setEventLoopPoolSize(1), settings, identity)
                .await(20, TimeUnit.SECONDS);
        running.add(vertx);
        return vertx;
    }

    private static String ask(Vertx from, String address) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (true) {
            try {
                return from.eventBus()
                        .<String>request(address, "")
                        .await(5, TimeUnit.SECONDS)
                        .body();
            } catch (RuntimeException | TimeoutException notYet) {
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
                from.timer(100, TimeUnit.MILLISECONDS).await();
            }
        }
    }

    @Test
    void membersHearEachOtherWhoeverStartedFirst() throws Exception {
        int head = freePort();
        Vertx early = member(identity(authority, "early"), freePort(), head);
        early.eventBus().consumer("early", message -> message.reply("early here"));
        Vertx late = member(identity(authority, "late"), head, head);
        late.eventBus().consumer("late", message -> message.reply("late here"));

        assertThat(ask(early, "late")).isEqualTo("late here");
        assertThat(ask(late, "early")).isEqualTo("early here");
    }

    @Test
    void whatIsPublishedReachesAllAndWhoLeftIsSentNothing() throws Exception {
        int head = freePort();
        Vertx first = member(identity(authority, "first"), head, head);
        Vertx second = member(identity(authority, "second"), freePort(), head);
        Vertx third = member(identity(authority, "third"), freePort(), head);
        AtomicInteger heard = new AtomicInteger();
        for (Vertx vertx : running) {
            vertx.eventBus().consumer("all", message -> heard.incrementAndGet());
            vertx.eventBus().consumer("ready", message -> message.reply("ready"));
        }
        third.eventBus().consumer("third", message -> message.reply("third"));
        assertThat(ask(first, "third")).isEqualTo("third");
        assertThat(ask(second, "third")).isEqualTo("third");

        publishUntil(first, heard, 3);

        running.remove(third);
        third.close().await(10, TimeUnit.SECONDS);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (isHeard(first, "third") && System.nanoTime() < deadline) {
            first.timer(50, TimeUnit.MILLISECONDS).await();
        }
        assertThat(isHeard(first, "third")).isFalse();
        publishUntil(second, heard, 2);
    }

    @Test
    void messagesAboutCallsKeepTheirOrderAndThoseOfOneTurnGoTogether() throws Exception {
        int head = freePort();
        Vertx from = member(identity(authority, "from"), head, head);
        Vertx to = member(identity(authority, "to"), freePort(), head);
        BusCodec.register(from.eventBus(), false);
        BusCodec.register(to.eventBus(), false);
        List<CallMessage> heard = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger arrived = new AtomicInteger();
        to.eventBus().<BusMessage>consumer("calls", message -> {
            arrived.incrementAndGet();
            if (message.body() instanceof Batch batch) {
                batch.each(heard::add);
            } else {
                heard.add((CallMessage) message.body());
            }
        });
        to.eventBus().consumer("ready", message -> message.reply("ready"));
        assertThat(ask(from, "ready")).isEqualTo("ready");

        InvocationId id = new InvocationId(new SortableId(1, 2));
        List<CallMessage> sent = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            sent.add(
                    i == 70 ? new Chunk(id, i, Buffer.buffer(new byte[60_000]), Chunk.End.OPEN) : new Credit(id, i, 1));
        }
        Future<?> all = Future.future(told -> from.runOnContext(ignored -> {
            CallSender sender = new CallSender(from, "calls");
            Future.all(sent.stream().map(sender::send).toList()).onComplete(done -> told.handle(done.mapEmpty()));
        }));
        all.await(20, TimeUnit.SECONDS);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (heard.size() < sent.size() && System.nanoTime() < deadline) {
            from.timer(10, TimeUnit.MILLISECONDS).await();
        }
        assertThat(heard).containsExactlyElementsOf(sent);
        // 64, 6 before the large one, that one, 64, 15.
        assertThat(arrived).hasValue(5);

        Future<Void> lost = Future.future(told -> from.runOnContext(ignored ->
                new CallSender(from, "nobody").send(new Credit(id, 1, 1)).onComplete(told)));
        assertThatThrownBy(() -> lost.await(20, TimeUnit.SECONDS)).hasMessageContaining("No handlers");
    }

    private static boolean isHeard(Vertx from, String address) {
        try {
            from.eventBus().request(address, "").await(2, TimeUnit.SECONDS);
            return true;
        } catch (RuntimeException | TimeoutException nobody) {
            return false;
        }
    }

    /** Each member hears it, once registrations have reached the publisher. */
    private static void publishUntil(Vertx from, AtomicInteger heard, int times) throws Exception {
        for (int tries = 0; tries < 100; tries++) {
            heard.set(0);
            from.eventBus().publish("all", "");
            from.timer(100, TimeUnit.MILLISECONDS).await();
            if (heard.get() == times) {
                return;
            }
        }
        assertThat(heard.get()).as("members that heard it").isEqualTo(times);
    }

    @Test
    void aStrangerStaysAlone() throws Exception {
        int head = freePort();
        Vertx first = member(identity(authority, "first"), head, head);
        first.eventBus().consumer("first", message -> message.reply("first"));
        Authority other = Authority.create(folder.resolve("other"), Instant.now());

        Vertx stranger = member(identity(other, "stranger"), freePort(), head);
        stranger.eventBus().consumer("stranger", message -> message.reply("stranger"));

        for (int i = 0; i < 10; i++) {
            first.timer(200, TimeUnit.MILLISECONDS).await();
            assertThat(isHeard(stranger, "first")).isFalse();
            assertThat(isHeard(first, "stranger")).isFalse();
        }
    }

    @Test
    void anExpiredCertificateIsToldOf() {
        Identity expired = authority.issue(
                new Subject("old", Role.INVOKER, List.of(HOST)),
                folder.resolve("old"),
                Instant.now().minus(Authority.MEMBER_LIFE).minusSeconds(60));

        assertThatThrownBy(() -> expired.requireValid(Instant.now()))
                .hasMessageContaining("of node old expired at")
                .hasMessageContaining("join again");
    }

    @Test
    void sharedMapsAreRefused() throws Exception {
        int head = freePort();
        Vertx only = member(identity(authority, "only"), head, head);

        assertThatThrownBy(() -> only.sharedData().getClusterWideMap("m").await(5, TimeUnit.SECONDS))
                .hasMessageContaining("nothing of Hearth rests on shared data");
    }
}
