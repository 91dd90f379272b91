package dev.hearth.common.cluster;

import dev.hearth.common.pki.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;

/** The protocols under the membership: TCP with mutual TLS, a static list of contacts, no multicast, one port. */
final class MemberStack {
    private static final long BEAT_MILLIS = 1_000;
    private static final int CONNECT_MILLIS = 1_000;
    /** A coordinator that is there answers sooner; on a busy machine its first handshake takes a second. */
    private static final long JOIN_MILLIS = 3_000;
    /** Of one that knows nobody else. */
    private static final long FOUND_MILLIS = 100;

    private static final long MERGE_LEAST_MILLIS = 500;
    private static final long MERGE_MOST_MILLIS = 2_000;

    private MemberStack() {}

    static JChannel open(MemberSettings settings, Identity identity) throws Exception {
        JChannel channel = new JChannel(
                transport(settings, identity),
                contacts(settings),
                new MERGE3().setMinInterval(MERGE_LEAST_MILLIS).setMaxInterval(MERGE_MOST_MILLIS),
                new FD_ALL3().setTimeout(settings.suspectAfter().toMillis()).setInterval(BEAT_MILLIS),
                new VERIFY_SUSPECT2().setTimeout(BEAT_MILLIS),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS().setJoinTimeout(joinMillis(settings)).printLocalAddress(false),
                new FRAG4());
        return channel.name(settings.name()).stats(false);
    }

    private static long joinMillis(MemberSettings settings) {
        InetSocketAddress own = new InetSocketAddress(settings.host(), settings.port());
        return settings.contacts().stream().allMatch(own::equals) ? FOUND_MILLIS : JOIN_MILLIS;
    }

    private static TCP transport(MemberSettings settings, Identity identity) throws IOException {
        TCP tcp = new TCP();
        tcp.setBindAddress(InetAddress.getByName(settings.host()));
        tcp.setBindPort(settings.port());
        tcp.setPortRange(0);
        tcp.setSockConnTimeout(CONNECT_MILLIS);
        tcp.disableDiagnostics();
        return tcp.tls(new TLS()
                .enabled(true)
                .setSSLContext(identity.context())
                .setClientAuth(TLSClientAuth.NEED)
                .setProtocols(new String[] {"TLSv1.3"}));
    }

    private static TCPPING contacts(MemberSettings settings) {
        List<InetSocketAddress> hosts = new ArrayList<>(settings.contacts());
        hosts.add(new InetSocketAddress(settings.host(), settings.port()));
        TCPPING ping = new TCPPING();
        ping.setInitialHosts(hosts);
        ping.setPortRange(0);
        // The coordinator may be a worker, which is no contact: a contact tells where all members are.
        ping.returnEntireCache(true);
        return ping;
    }
}
