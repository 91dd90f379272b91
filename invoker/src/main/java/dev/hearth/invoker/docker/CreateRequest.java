package dev.hearth.invoker.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The create body of every container: what design calls hardening stands here and nowhere else. */
final class CreateRequest {
    static final String BRIDGE = "/hearth/bridge";
    static final String RUN = "/hearth/run";
    private static final String SCRATCH = "/tmp";
    private static final Map<String, String> SOCKET = Map.of("HEARTH_SOCKET", RUN + "/" + ContainerDirectory.SOCKET);
    private static final Map<String, String> CONTRACT = Map.of(
            "HEARTH_SOCKET",
            RUN + "/" + ContainerDirectory.SOCKET,
            "HOME",
            SCRATCH,
            "TMPDIR",
            SCRATCH,
            "LANG",
            "C.UTF-8");

    /** How the engine is told to give no network; a link to the internet is put in by Hearth itself. */
    enum Isolation {
        /** {@code NetworkDisabled}: the engine makes no sandbox, which halves the time to start. */
        NETWORK_DISABLED,
        /** {@code --network none}, which every engine has. */
        NETWORK_NONE
    }

    private CreateRequest() {}

    static CreateContainerCmd of(DockerClient client, ContainerSpec spec, Isolation isolation) {
        HostConfig host = host(spec);
        CreateContainerCmd command = client.createContainerCmd(spec.imageId())
                .withName(spec.name())
                .withHostName(spec.hostname())
                .withEntrypoint(entrypoint(spec.program()))
                .withCmd(spec.program().command())
                .withEnv(environment(spec))
                .withLabels(spec.labels())
                .withUser(spec.program().user());
        switch (isolation) {
            case NETWORK_DISABLED -> command.withNetworkDisabled(true);
            case NETWORK_NONE -> host.withNetworkMode("none");
        }
        return command.withHostConfig(host);
    }

    private static List<String> entrypoint(ContainerProgram program) {
        return program.dialect()
                .map(dialect -> List.of(BRIDGE, "--contract", dialect.word(), "--"))
                .orElse(List.of(BRIDGE, "--"));
    }

    private static HostConfig host(ContainerSpec spec) {
        HostConfig host = HostConfig.newHostConfig()
                .withBinds(binds(spec))
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges:true"))
                .withMemory(spec.memory().value())
                .withMemorySwap(spec.memory().value())
                .withPidsLimit((long) spec.pids())
                .withCpuShares(spec.shares())
                .withTmpFs(Map.of(
                        SCRATCH, "rw,exec,nosuid,nodev,size=" + spec.scratch().value() + ",mode=1777"))
                .withIpcMode("none")
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                .withInit(false);
        spec.cpus().ifPresent(cpus -> host.withNanoCPUs(nanoCpus(cpus)));
        if (!spec.gpus().isEmpty()) {
            host.withDeviceRequests(List.of(gpus(spec.gpus())));
        }
        return host;
    }

    /** As {@code docker run --gpus device=...} asks for them; the engine finds the driver that has the capability. */
    private static DeviceRequest gpus(List<String> devices) {
        return new DeviceRequest().withDeviceIds(devices).withCapabilities(List.of(List.of("gpu")));
    }

    static long nanoCpus(double cpus) {
        return Math.round(cpus * 1e9);
    }

    private static List<Bind> binds(ContainerSpec spec) {
        ContainerDirectory directory = spec.directory();
        List<Bind> binds = new ArrayList<>();
        binds.add(readOnly(spec.bridge(), BRIDGE));
        binds.add(readOnly(directory.run(), RUN));
        binds.add(readOnly(directory.hosts(), "/etc/hosts"));
        binds.add(readOnly(directory.resolvConf(), "/etc/resolv.conf"));
        binds.add(readOnly(directory.nsswitch(), "/etc/nsswitch.conf"));
        return binds;
    }

    private static Bind readOnly(Path onHost, String inside) {
        return new Bind(onHost.toAbsolutePath().toString(), new Volume(inside), AccessMode.ro);
    }

    private static List<String> environment(ContainerSpec spec) {
        Map<String, String> all = new TreeMap<>(spec.environment());
        // Another's image keeps its own home, locale and folder for temporary files.
        all.putAll(spec.program().dialect().isPresent() ? SOCKET : CONTRACT);
        return all.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    }
}
