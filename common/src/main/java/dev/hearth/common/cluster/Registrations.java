package dev.hearth.common.cluster;

import dev.hearth.common.cluster.MemberState.Subscription;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who hears at which address, as the members last said: soft state, thrown away with its member and told anew by it.
 *
 * <p>Belongs to one thread.
 */
final class Registrations {
    private final Map<String, MemberState> members = new HashMap<>();
    private final Map<String, Set<RegistrationInfo>> local = new HashMap<>();

    /** Takes over what a member says; an older version than the one at hand changes nothing. Returns the addresses it changed. */
    Set<String> heard(MemberState state) {
        MemberState before = members.get(state.node());
        if (before != null && before.version() >= state.version()) {
            return Set.of();
        }
        members.put(state.node(), state);
        Set<Subscription> changed = new HashSet<>(state.subscriptions());
        if (before != null) {
            Set<Subscription> old = new HashSet<>(before.subscriptions());
            Set<Subscription> kept = new HashSet<>(changed);
            kept.retainAll(old);
            changed.addAll(old);
            changed.removeAll(kept);
        }
        return addresses(changed);
    }

    /** A member is gone. Returns the addresses at which it was heard. */
    Set<String> gone(String node) {
        MemberState before = members.remove(node);
        return before == null ? Set.of() : addresses(before.subscriptions());
    }

    private static Set<String> addresses(Iterable<Subscription> subscriptions) {
        Set<String> addresses = new LinkedHashSet<>();
        subscriptions.forEach(one -> addresses.add(one.address()));
        return addresses;
    }

    /** One that only this process may use. */
    void addLocal(String address, RegistrationInfo registration) {
        local.computeIfAbsent(address, ignored -> new LinkedHashSet<>()).add(registration);
    }

    void removeLocal(String address, RegistrationInfo registration) {
        local.computeIfPresent(address, (ignored, all) -> {
            all.remove(registration);
            return all.isEmpty() ? null : all;
        });
    }

    List<RegistrationInfo> at(String address) {
        List<RegistrationInfo> all = new ArrayList<>(local.getOrDefault(address, Set.of()));
        members.values().forEach(state -> all.addAll(state.at(address)));
        return all;
    }

    Optional<NodeInfo> info(String node) {
        return Optional.ofNullable(members.get(node)).map(MemberState::info);
    }

    Set<String> nodes() {
        return Set.copyOf(members.keySet());
    }
}
