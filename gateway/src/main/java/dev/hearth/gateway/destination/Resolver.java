package dev.hearth.gateway.destination;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the addresses of a host and of this machine; blocks. */
interface Resolver {
    List<InetAddress> addresses(String host) throws UnknownHostException;

    Set<InetAddress> own() throws SocketException;

    /** By the machine's own means: its hosts file and its name servers. */
    static Resolver ofMachine() {
        return new Resolver() {
            @Override
            public List<InetAddress> addresses(String host) throws UnknownHostException {
                return List.of(InetAddress.getAllByName(host));
            }

            @Override
            public Set<InetAddress> own() throws SocketException {
                return NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .collect(Collectors.toUnmodifiableSet());
            }
        };
    }
}
