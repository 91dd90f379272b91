package dev.hearth.common.cluster;

import dev.hearth.common.cluster.MemberState.Subscription;
import dev.hearth.common.pki.Identity;
import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The membership under the clustered event bus: who is there by JGroups, who hears what by what each member says of itself.
 *
 * <p>There is no shared map that could be stale after a partition: each member tells its whole state to whoever is new in its
 * view, and to all from time to time; what a member said is thrown away when it leaves the view. Maps, locks and counters of
 * the cluster are refused, since nothing of Hearth may rest on them. All state belongs to one thread.
 */
public final class Membership implements ClusterManager, Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final String CLUSTER = "hearth";
    private static final long LEAST_REPEAT_MILLIS = 2_000;
    /** What is said to a member that has not taken over the new view yet is lost: it is said once more when all have. */
    private static final long AFTER_MERGE_MILLIS = 300;

    /** So that what is said again stays small beside the size of the cluster. */
    private static final long REPEAT_MILLIS_PER_MEMBER = 100;

    private final MemberSettings settings;
    private final Identity identity;
    private final String node;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("hearth-cluster").factory());
    private final Registrations registrations = new Registrations();
    private final Set<Subscription> own = new LinkedHashSet<>();
    private final Map<Address, MemberState> said = new HashMap<>();
    private Set<Address> view = Set.of();
    private long version;
    private volatile Optional<NodeInfo> info = Optional.empty();
    private volatile List<String> nodes = List.of();
    private volatile @Nullable JChannel channel;
    private volatile @Nullable NodeListener nodeListener;
    private volatile @Nullable RegistrationListener registrationListener;

    /** Not joined yet: Vert.x does that. */
    public Membership(MemberSettings settings, Identity identity) {
        this.settings = settings;
        this.identity = identity;
        this.node = settings.name() + "-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    }

    @Override
    public void init(Vertx vertx) {
        // Nothing of this runs on Vert.x.
    }

    @Override
    public void join(Completable<Void> joined) {
        thread.execute(() -> {
            try {
                JChannel opened = MemberStack.open(settings, identity);
                channel = opened;
                opened.setReceiver(this).connect(CLUSTER);
                ScheduledFuture<?> _ = thread.schedule(this::repeat, LEAST_REPEAT_MILLIS, TimeUnit.MILLISECONDS);
                joined.succeed();
            } catch (Exception e) {
                close();
                joined.fail(e);
            }
        });
    }

    @Override
    public void leave(Completable<Void> left) {
        thread.execute(() -> {
            close();
            thread.shutdown();
            left.succeed();
        });
    }

    private void close() {
        JChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public boolean isActive() {
        return channel != null;
    }

    @Override
    public String getNodeId() {
        return node;
    }

    @Override
    public List<String> getNodes() {
        return nodes;
    }

    @Override
    public void nodeListener(NodeListener listener) {
        nodeListener = listener;
    }

    @Override
    public void registrationListener(RegistrationListener listener) {
        registrationListener = listener;
    }

    @Override
    public void setNodeInfo(NodeInfo here, Completable<Void> done) {
        info = Optional.of(here);
        thread.execute(() -> {
            changed();
            done.succeed();
        });
    }

    @Override
    public NodeInfo getNodeInfo() {
        return info.orElseThrow(() -> new IllegalStateException("this member has not said yet where it listens"));
    }

    @Override
    public void getNodeInfo(String of, Completable<NodeInfo> told) {
        thread.execute(() -> registrations
                .info(of)
                .ifPresentOrElse(told::succeed, () -> told.fail("no member " + of + " is in the cluster")));
    }

    @Override
    public void addRegistration(String address, RegistrationInfo registration, Completable<Void> done) {
        thread.execute(() -> {
            if (registration.localOnly()) {
                registrations.addLocal(address, registration);
                tell(Set.of(address));
            } else {
                own.add(new Subscription(address, registration.seq()));
                changed();
            }
            done.succeed();
        });
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo registration, Completable<Void> done) {
        thread.execute(() -> {
            if (registration.localOnly()) {
                registrations.removeLocal(address, registration);
                tell(Set.of(address));
            } else {
                own.remove(new Subscription(address, registration.seq()));
                changed();
            }
            done.succeed();
        });
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> told) {
        thread.execute(() -> told.succeed(registrations.at(address)));
    }

    /** Something of this member changed: its own view of it first, then that of the others. */
    private void changed() {
        version++;
        state().ifPresent(state -> {
            take(state);
            send(null, state);
        });
    }

    private Optional<MemberState> state() {
        return info.map(here -> new MemberState(node, version, here, List.copyOf(own)));
    }

    private void repeat() {
        state().ifPresent(state -> send(null, state));
        long pause = Math.max(LEAST_REPEAT_MILLIS, view.size() * REPEAT_MILLIS_PER_MEMBER);
        ScheduledFuture<?> _ = thread.schedule(this::repeat, pause, TimeUnit.MILLISECONDS);
    }

    private void send(@Nullable Address to, MemberState state) {
        JChannel open = channel;
        if (open == null || !open.isConnected()) {
            return;
        }
        try {
            open.send(new BytesMessage(to, state.encoded()));
        } catch (Exception e) {
            // Said again soon.
            LOG.debug("event=cluster_state_not_sent to={}", to, e);
        }
    }

    @Override
    public void receive(Message message) {
        Address sender = message.getSrc();
        byte[] bytes = message.getArray();
        byte[] own = new byte[message.getLength()];
        System.arraycopy(bytes, message.getOffset(), own, 0, own.length);
        run(() -> {
            try {
                heard(sender, MemberState.decoded(own));
            } catch (IllegalArgumentException e) {
                LOG.warn("event=cluster_state_refused from={} reason=\"{}\"", sender, e.getMessage());
            }
        });
    }

    @Override
    public void viewAccepted(View now) {
        List<Address> members = List.copyOf(now.getMembers());
        boolean merged = now instanceof MergeView;
        run(() -> {
            viewed(members);
            if (merged) {
                afterMerge();
            }
        });
    }

    private void run(Runnable work) {
        if (!thread.isShutdown()) {
            thread.execute(work);
        }
    }

    private void heard(Address sender, MemberState state) {
        if (state.node().equals(node)) {
            return;
        }
        MemberState before = said.put(sender, state);
        // It may be heard before the view that it is in: then it waits for that.
        if (view.contains(sender)) {
            if (before != null && !before.node().equals(state.node())) {
                drop(before);
            }
            take(state);
        }
    }

    private void viewed(List<Address> members) {
        Set<Address> before = view;
        view = Set.copyOf(members);
        LOG.info("event=cluster_view members={}", members);
        for (Address gone : new ArrayList<>(said.keySet())) {
            if (!view.contains(gone) && before.contains(gone)) {
                drop(said.remove(gone));
            }
        }
        Optional<MemberState> state = state();
        JChannel open = channel;
        for (Address member : members) {
            if (!before.contains(member) && (open == null || !member.equals(open.getAddress()))) {
                state.ifPresent(own -> send(member, own));
                Optional.ofNullable(said.get(member)).ifPresent(this::take);
            }
        }
        said.keySet().removeIf(address -> said.size() > 2 * view.size() + 16 && !view.contains(address));
    }

    /** Others may have thrown away what this member said, though for it they were never gone. */
    private void afterMerge() {
        state().ifPresent(own -> send(null, own));
        ScheduledFuture<?> _ = thread.schedule(
                () -> state().ifPresent(own -> send(null, own)), AFTER_MERGE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void take(MemberState state) {
        boolean isNew = registrations.info(state.node()).isEmpty();
        Set<String> addresses = registrations.heard(state);
        nodes = List.copyOf(registrations.nodes());
        NodeListener listener = nodeListener;
        if (isNew && listener != null) {
            listener.nodeAdded(state.node());
        }
        tell(addresses);
    }

    private void drop(@Nullable MemberState state) {
        if (state == null) {
            return;
        }
        Set<String> addresses = registrations.gone(state.node());
        nodes = List.copyOf(registrations.nodes());
        NodeListener listener = nodeListener;
        if (listener != null) {
            listener.nodeLeft(state.node());
        }
        tell(addresses);
    }

    private void tell(Set<String> addresses) {
        RegistrationListener listener = registrationListener;
        if (listener == null) {
            return;
        }
        for (String address : addresses) {
            if (listener.wantsUpdatesFor(address)) {
                listener.registrationsUpdated(new RegistrationUpdateEvent(address, registrations.at(address)));
            }
        }
    }

    @Override
    public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> told) {
        told.fail(refused("map " + name));
    }

    @Override
    public <K, V> Map<K, V> getSyncMap(String name) {
        throw refused("map " + name);
    }

    @Override
    public void getLockWithTimeout(String name, long timeout, Completable<Lock> told) {
        told.fail(refused("lock " + name));
    }

    @Override
    public void getCounter(String name, Completable<Counter> told) {
        told.fail(refused("counter " + name));
    }

    private static UnsupportedOperationException refused(String what) {
        return new UnsupportedOperationException(
                "the " + what + ": nothing of Hearth rests on shared data of the cluster");
    }
}
