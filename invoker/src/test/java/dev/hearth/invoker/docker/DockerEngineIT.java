package dev.hearth.invoker.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.CreateRequest.Isolation;
import dev.hearth.invoker.docker.EngineFault.Kind;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DockerEngineIT {
    private static final String[] SLEEP = {"sleep", "300"};
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path data;

    private TestContainers containers;
    private DockerEngine engine;

    @BeforeEach
    void connect() throws IOException {
        containers = new TestContainers(vertx, data);
        engine = containers.engine;
    }

    @AfterEach
    void clean() {
        containers.close();
        Await.result(vertx.close());
    }

    @Test
    void saysWhatTheEngineIs() {
        EngineInfo info = Await.result(engine.probe());
        assertThat(info.version()).isNotEmpty();
        assertThat(ApiVersion.parse(info.apiVersion())).isLessThanOrEqualTo(ApiVersion.HIGHEST);
        assertThat(info.cgroupVersion()).isIn("1", "2");
        assertThat(info.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(info.memory()).isGreaterThan(Bytes.ofGiB(1));
        assertThat(info.storageDriver()).isNotEmpty();
        Await.result(engine.warmUp());
        Await.result(engine.ping());
    }

    @Test
    void completesOnTheCallersContext() {
        Promise<Boolean> same = Promise.promise();
        vertx.runOnContext(v -> {
            var context = Vertx.currentContext();
            engine.ping().onComplete(done -> same.complete(Objects.equals(context, Vertx.currentContext())));
        });
        assertThat(Await.result(same.future())).isTrue();
    }

    @Test
    void hardensEveryContainerAsSeenFromInside() throws IOException {
        String script = """
                say() { echo "$1=$2"; }
                say uid "$(id -u):$(id -g)"
                say capabilities "$(sed -n 's/^CapEff:\\t//p' /proc/self/status)$(sed -n 's/^CapBnd:\\t//p' /proc/self/status)"
                say privileges "$(sed -n 's/^NoNewPrivs:\\t//p' /proc/self/status)"
                say interfaces "$(sed -n 's/^ *\\([a-z0-9]*\\):.*/\\1/p' /proc/net/dev | tr '\\n' ' ')"
                say root "$(touch /var/x 2>&1 | grep -c 'Read-only')"
                say run "$(touch /hearth/run/x 2>&1 | grep -c 'Read-only')"
                say shm "$(touch /dev/shm/x 2>&1 | grep -c cannot)"
                say scratch "$(df -B1 --output=size /tmp | tail -1 | tr -d ' ')"
                cp /bin/true /tmp/true && /tmp/true && say executable yes
                dd if=/dev/zero of=/tmp/full bs=1M 2>/dev/null; say written "$(stat -c %s /tmp/full)"
                rm /tmp/full
                say hostname "$(cat /proc/sys/kernel/hostname)"
                say self "$(getent hosts "$(cat /proc/sys/kernel/hostname)" | tr -s ' ')"
                say localhost "$(perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1");
                    $c = IO::Socket::INET->new(PeerAddr => "localhost", PeerPort => $s->sockport); print $c ? "reached" : $@')"
                start=$(date +%s%3N)
                getent hosts example.org || say outside "unknown after $(($(date +%s%3N) - start)) ms"
                say environment "$COLOUR $HOME $TMPDIR $LANG $HEARTH_SOCKET"
                """;
        String told = containers.output(containers.spec("sh", "-c", script));
        assertThat(told)
                .contains("uid=20000:20000\n")
                .contains("capabilities=" + "0".repeat(32) + "\n")
                .contains("privileges=1\n")
                .contains("interfaces=lo \n")
                .contains("root=1\n")
                .contains("run=1\n")
                .contains("shm=1\n")
                .contains("scratch=" + Bytes.ofMiB(4).value() + "\n")
                .contains("executable=yes\n")
                .containsPattern("written=41\\d{5}\n")
                .contains("localhost=reached\n")
                .containsPattern("outside=unknown after \\d{1,3} ms\n")
                .contains("environment=green /tmp /tmp C.UTF-8 /hearth/run/s\n");
        assertThat(engine.isolation()).contains(Isolation.NETWORK_DISABLED);
    }

    @Test
    void createsAsTheEngineItselfReports() {
        ContainerSpec spec = containers.spec(SLEEP);
        String id = Await.result(engine.create(spec));
        InspectedContainer inspected = Await.result(engine.inspect(id));
        assertThat(inspected.name()).isEqualTo(spec.name());
        assertThat(inspected.user()).isEqualTo("20000:20000");
        assertThat(inspected.state()).isEqualTo(ContainerState.RUNNING);
        assertThat(inspected.memory()).isEqualTo(Bytes.ofMiB(68));
        assertThat(inspected.labels()).containsEntry(TestContainers.LABEL, containers.run);
        assertThat(inspected.pid()).isPositive();
    }

    @Test
    void listsByLabelRunningOrNot() {
        String running = Await.result(engine.create(containers.spec(SLEEP)));
        String ended = Await.result(engine.create(containers.spec(SLEEP)));
        Await.result(engine.kill(ended));
        List<ListedContainer> listed = Await.result(engine.list(TestContainers.LABEL, containers.run));
        assertThat(listed).hasSize(2);
        assertThat(listed)
                .filteredOn(c -> c.id().equals(running))
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.state()).isEqualTo(ContainerState.RUNNING);
                    assertThat(c.exitCode()).isEmpty();
                    assertThat(c.imageId()).isEqualTo(containers.image);
                });
        assertThat(listed).filteredOn(c -> c.id().equals(ended)).singleElement().satisfies(c -> {
            assertThat(c.state()).isEqualTo(ContainerState.EXITED);
            assertThat(c.exitCode()).hasValue(137);
        });
        assertThat(Await.result(engine.list(TestContainers.LABEL, "another"))).isEmpty();
    }

    @Test
    void killsAndRemovesOnceAndAgain() {
        ContainerSpec spec = containers.spec(SLEEP);
        String id = Await.result(engine.create(spec));
        Await.result(engine.kill(id));
        assertThat(Await.result(engine.inspect(id)).state()).isEqualTo(ContainerState.EXITED);
        Await.result(engine.kill(id));
        Await.result(engine.remove(spec.name()));
        Await.result(engine.remove(id));
        assertThat(Await.fault(engine.kill(id)).kind()).isEqualTo(Kind.NO_SUCH_CONTAINER);
        assertThat(Await.fault(engine.inspect(id)).kind()).isEqualTo(Kind.NO_SUCH_CONTAINER);
    }

    @Test
    void renamesAndUpdatesARunningContainer() {
        String id = Await.result(engine.create(containers.spec(SLEEP)));
        String name = "hearth-test-renamed-" + containers.run;
        Await.result(engine.rename(id, name));
        Await.result(engine.update(id, ResourceUpdate.ofMemory(Bytes.ofMiB(100))));
        Await.result(engine.update(id, ResourceUpdate.ofMemory(Bytes.ofMiB(40))));
        Await.result(
                engine.update(id, new ResourceUpdate(Optional.empty(), OptionalDouble.of(0.5), OptionalInt.of(256))));
        InspectedContainer inspected = Await.result(engine.inspect(name));
        assertThat(inspected.name()).isEqualTo(name);
        assertThat(inspected.memory()).isEqualTo(Bytes.ofMiB(40));

        String other = Await.result(engine.create(containers.spec(SLEEP)));
        assertThat(Await.fault(engine.rename(other, name)).kind()).isEqualTo(Kind.CONFLICT);
    }

    @Test
    void hearsOfDeathsAndOfMemoryRunningOut() {
        List<EngineEvent> heard = new CopyOnWriteArrayList<>();
        Promise<Boolean> died = Promise.promise();
        try (var _ = engine.watch(TestContainers.LABEL, containers.run, event -> {
            heard.add(event);
            if (event instanceof EngineEvent.Died) {
                died.tryComplete(true);
            }
        })) {
            String id = Await.result(
                    engine.create(containers.spec("perl", "-e", "my @a; push @a, 'x' x 1_000_000 while 1;")));
            Await.result(died.future());
            assertThat(heard).contains(new EngineEvent.OutOfMemory(id), new EngineEvent.Died(id, 137));
            assertThat(Await.result(engine.inspect(id)).outOfMemory()).isTrue();
        }
    }

    @Test
    void knowsImagesByReferenceAndById() {
        InspectedImage image =
                Await.result(engine.imageByReference("hearth/base")).orElseThrow();
        assertThat(Await.result(engine.imageByReference(image.id()))).contains(image);
        assertThat(Await.result(engine.imageByReference("hearth/no-such-image")))
                .isEmpty();
        assertThat(Await.result(engine.images())).anySatisfy(listed -> {
            assertThat(listed.id()).isEqualTo(image.id());
            assertThat(listed.references()).contains("hearth/base:latest");
            assertThat(listed.size()).isEqualTo(image.size());
        });
    }

    @Test
    void saysWhichImageIsMissing() {
        ContainerSpec present = containers.spec(SLEEP);
        ContainerSpec missing = TestContainers.variant(present, "sha256:" + "0".repeat(64), present.bridge());
        assertThat(Await.fault(engine.create(missing)).kind()).isEqualTo(Kind.NO_SUCH_IMAGE);
        EngineFault fault = Await.fault(engine.pull("127.0.0.1:9/hearth/nothing"));
        assertThat(fault.getMessage()).startsWith("The engine did not pull image 127.0.0.1:9/hearth/nothing: ");
    }

    @Test
    void leavesNothingBehindWhenTheStartFails() {
        ContainerSpec spec = containers.spec(SLEEP);
        ContainerSpec broken = TestContainers.variant(spec, spec.imageId(), data.resolve("no-such-bridge"));
        assertThat(Await.fault(engine.create(broken)).kind()).isIn(Kind.REFUSED, Kind.OTHER);
        assertThat(Await.result(engine.list(TestContainers.LABEL, containers.run)))
                .isEmpty();
    }
}
