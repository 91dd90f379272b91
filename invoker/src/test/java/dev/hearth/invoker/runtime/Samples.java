package dev.hearth.invoker.runtime;

import dev.hearth.common.bus.Dispatch;
import dev.hearth.common.function.Code;
import dev.hearth.common.function.FunctionName;
import dev.hearth.common.function.Gpus;
import dev.hearth.common.function.ImageSource;
import dev.hearth.common.function.Limits;
import dev.hearth.common.function.Network;
import dev.hearth.common.function.NodeLabels;
import dev.hearth.common.function.Revision;
import dev.hearth.common.id.InvocationId;
import dev.hearth.common.id.RevisionId;
import dev.hearth.common.invocation.StartKind;
import dev.hearth.common.units.Bytes;
import dev.hearth.invoker.docker.ContainerDirectory;
import dev.hearth.invoker.pool.ContainerId;
import dev.hearth.invoker.pool.PoolEffect.Grant;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Small values that tests start from. */
final class Samples {
    static final long EGRESS = 300_000;

    private Samples() {}

    static Revision revision() {
        return revision(1, "");
    }

    /** Whose containers run so many calls at once, with that init. */
    static Revision revision(int concurrency, String init) {
        Limits limits = new Limits(
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Bytes.ofMiB(64),
                Bytes.ofMiB(16),
                Bytes.ofMiB(6),
                new Bytes(EGRESS),
                OptionalDouble.empty(),
                64,
                concurrency,
                OptionalInt.empty(),
                Gpus.NONE);
        return new Revision(
                RevisionId.next(),
                FunctionName.inDefault("f"),
                1,
                "python3",
                "hearth/python3",
                "sha256:0",
                ImageSource.NONE,
                "",
                Code.NONE,
                Map.of(),
                limits,
                Network.NONE,
                Duration.ofMinutes(1),
                0,
                init,
                NodeLabels.NONE);
    }

    /** Of an image of the user's own that can be fetched. */
    static Revision foreign(String image, String reference) {
        Revision r = revision();
        return new Revision(
                r.id(),
                r.function(),
                1,
                "hearth",
                "tool:1",
                image,
                new ImageSource(reference, Bytes.ofMiB(1)),
                "",
                Code.NONE,
                Map.of(),
                r.limits(),
                r.network(),
                r.keepAlive(),
                0,
                "",
                NodeLabels.NONE);
    }

    static Dispatch dispatch(Revision revision, String body, boolean more) {
        return dispatch(revision, body, more, 0);
    }

    /** That may run no longer than so many milliseconds. */
    static Dispatch dispatch(Revision revision, String body, boolean more, long timeoutMillis) {
        return new Dispatch(
                InvocationId.next(),
                1,
                1,
                "gateway",
                revision.id(),
                30_000,
                timeoutMillis,
                "text/plain",
                Buffer.buffer(),
                body.length(),
                Buffer.buffer(body),
                more);
    }

    static LiveContainer container(ContainerOwner owner, Death.Executioner executioner) {
        return container(Path.of("/nowhere/c/a-1"), owner, executioner);
    }

    static LiveContainer container(Path folder, ContainerOwner owner, Death.Executioner executioner) {
        ContainerSite site =
                new ContainerSite("node", new ContainerDirectory("a-1", folder), 200_000, "hearth-node-a-1");
        return new LiveContainer(new ContainerId("a-1"), site, owner, executioner);
    }

    /** A call that this container has been given. */
    static Attempt granted(LiveContainer container, Dispatch dispatch, Revision revision) {
        Attempt attempt = new Attempt(dispatch, revision);
        attempt.granted(container, new Grant(attempt.key, container.id, StartKind.WARM, 0));
        return attempt;
    }
}
