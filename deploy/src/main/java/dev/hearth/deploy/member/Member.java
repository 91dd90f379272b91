package dev.hearth.deploy.member;

import dev.hearth.common.cluster.ClusterConfig;
import dev.hearth.common.pki.Authority;
import dev.hearth.common.pki.Identity;
import dev.hearth.common.pki.Role;
import dev.hearth.common.pki.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as a member of a cluster.
 *
 * @param config with the address that it tells the others
 * @param identity its certificate and key
 * @param authority of the cluster, where its key is on this node
 */
public record Member(ClusterConfig config, Identity identity, Optional<Authority> authority) {
    private static final Logger LOG = LoggerFactory.getLogger(Member.class);
    private static final Duration EXPIRES_SOON = Duration.ofDays(30);
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * The first head of a cluster makes its authority; one that is told of other heads joins them.
     *
     * @throws dev.hearth.common.pki.PkiFault when its certificate cannot be used
     */
    public static Member head(ClusterConfig given, String node) {
        ClusterConfig config = given.isGiven() ? given : given.withHost(LOOPBACK);
        if (!Identity.isIn(config.folder())) {
            if (config.join().isEmpty() || Authority.isIn(config.folder())) {
                found(config, node);
            } else {
                Joining.join(config, new Subject(node, Role.GATEWAY, List.of(config.host())));
            }
        }
        return of(config, node);
    }

    private static void found(ClusterConfig config, String node) {
        Instant now = Instant.now();
        Authority authority;
        if (Authority.isIn(config.folder())) {
            authority = Authority.open(config.folder());
        } else {
            authority = Authority.create(config.folder(), now);
            LOG.info("event=cluster_authority_made folder={}", config.folder());
        }
        authority.issue(new Subject(node, Role.GATEWAY, List.of(config.host())), config.folder(), now);
    }

    /**
     * A worker joins by its token once, and is known by its certificate from then on.
     *
     * @throws dev.hearth.common.pki.PkiFault when its certificate cannot be used, or it has neither that nor a token
     */
    public static Member worker(ClusterConfig given, String node) {
        ClusterConfig config = given.isGiven() ? given : given.withHost(Joining.addressTowards(given.join()));
        if (!Identity.isIn(config.folder())) {
            Joining.join(config, new Subject(node, Role.INVOKER, List.of(config.host())));
        }
        return of(config, node);
    }

    private static Member of(ClusterConfig config, String node) {
        Identity identity = Identity.read(config.folder());
        Instant now = Instant.now();
        identity.requireValid(now);
        if (!identity.node().equals(node)) {
            LOG.warn("event=certificate_of_another_node certificate={} node={}", identity.node(), node);
        }
        Duration left = identity.validFor(now);
        if (left.compareTo(EXPIRES_SOON) < 0) {
            LOG.warn("event=certificate_expires_soon node={} days={}", node, left.toDays());
        }
        Optional<Authority> authority =
                Authority.isIn(config.folder()) ? Optional.of(Authority.open(config.folder())) : Optional.empty();
        return new Member(config, identity, authority);
    }
}
