package dev.hearth.invoker.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.hearth.invoker.docker.CreateRequest.Isolation;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and starts containers, and finds out at the first one how this engine isolates.
 *
 * <p>{@code NetworkDisabled} starts in about half the time of {@code --network none} and isolates as well, but it is old
 * and seldom used: an engine that refuses it, or ignores it and gives an address, is asked for {@code none} from then on.
 * Blocks.
 */
final class ContainerStart {
    private static final Logger log = LoggerFactory.getLogger(ContainerStart.class);
    private volatile @Nullable Isolation decided;

    /** Answers with the engine's id of the running container; what fails half-way is removed. */
    String start(DockerClient client, ContainerSpec spec) {
        Isolation known = decided;
        return known != null ? start(client, spec, known) : first(client, spec);
    }

    /** What was found; empty before the first container. */
    Optional<Isolation> isolation() {
        return Optional.ofNullable(decided);
    }

    private String first(DockerClient client, ContainerSpec spec) {
        try {
            String id = start(client, spec, Isolation.NETWORK_DISABLED);
            if (hasNoAddress(client.inspectContainerCmd(id).exec())) {
                decided = Isolation.NETWORK_DISABLED;
                return id;
            }
            client.removeContainerCmd(id).withForce(true).exec();
            log.warn("event=network_disabled_ignored consequence=\"containers start slower, with network none\"");
        } catch (BadRequestException refused) {
            log.info("event=network_disabled_refused reason={}", refused.getMessage());
        }
        String id = start(client, spec, Isolation.NETWORK_NONE);
        decided = Isolation.NETWORK_NONE;
        return id;
    }

    private static String start(DockerClient client, ContainerSpec spec, Isolation isolation) {
        String id = CreateRequest.of(client, spec, isolation).exec().getId();
        try {
            client.startContainerCmd(id).exec();
            return id;
        } catch (DockerException failed) {
            discard(client, id);
            throw failed;
        }
    }

    private static void discard(DockerClient client, String id) {
        try {
            client.removeContainerCmd(id).withForce(true).exec();
        } catch (RuntimeException failed) {
            log.warn("event=failed_container_left container={} reason={}", id, failed.getMessage());
        }
    }

    private static boolean hasNoAddress(InspectContainerResponse container) {
        Map<String, ContainerNetwork> networks = container.getNetworkSettings().getNetworks();
        return networks == null || networks.values().stream().allMatch(ContainerStart::isBlank);
    }

    private static boolean isBlank(ContainerNetwork network) {
        String four = network.getIpAddress();
        String six = network.getGlobalIPv6Address();
        return (four == null || four.isBlank()) && (six == null || six.isBlank());
    }
}
