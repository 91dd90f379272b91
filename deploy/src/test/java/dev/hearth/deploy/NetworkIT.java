package dev.hearth.deploy;

import static dev.hearth.deploy.rig.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hearth.deploy.rig.Answer;
import dev.hearth.deploy.rig.Docker;
import dev.hearth.deploy.rig.Internet;
import dev.hearth.deploy.rig.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A function with a network reaches public addresses within its limits, and nothing of this machine or its neighbours. */
final class NetworkIT {
    private static final String NETWORK = "runtime=python3&memory=64MiB&network=internet";
    private static final String DIALS = """
            import errno, socket

            def handle(event, context):
                found = {}
                for target in event:
                    host, port = target.rsplit(":", 1)
                    try:
                        socket.create_connection((host.strip("[]"), int(port)), 5).close()
                        found[target] = "reached"
                    except OSError as error:
                        found[target] = errno.errorcode.get(error.errno, str(error))
                return found
            """;
    private static final String MOVES = """
            import time, urllib.request

            def handle(event, context):
                if "send" in event:
                    return urllib.request.urlopen("http://203.0.113.2/", b"x" * event["send"]).status
                size = len(urllib.request.urlopen("http://web.example/%d" % event["fetch"]).read())
                time.sleep(event.get("linger", 0))
                return size
            """;
    private static final String FORGES = """
            import errno, fcntl, socket, struct

            def attempt(what):
                try:
                    return what() or "done"
                except OSError as error:
                    return errno.errorcode[error.errno]

            def freebind():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
                    way.setsockopt(socket.IPPROTO_IP, 15, 1)
                    way.bind(("203.0.113.77", 0))
                    way.sendto(b"x", ("203.0.113.2", 7))
                    return "sent"

            def address():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
                    wish = struct.pack("16sHH4s8x", b"eth0", socket.AF_INET, 0, socket.inet_aton("203.0.113.77"))
                    fcntl.ioctl(way, 0x8916, wish)

            def handle(event, context):
                kinds = {
                    "raw": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
                    "packet": (socket.AF_PACKET, socket.SOCK_RAW, 0),
                }
                found = {name: attempt(lambda: socket.socket(*kind).close()) for name, kind in kinds.items()}
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
                    found["transparent"] = attempt(lambda: way.setsockopt(socket.IPPROTO_IP, 19, 1))
                found["freebind"] = attempt(freebind)
                found["address"] = attempt(address)
                return found
            """;
    private static final String FLOODS = """
            import errno, socket

            def handle(event, context):
                open = []
                try:
                    while len(open) < 400:
                        way = socket.socket()
                        open.append(way)
                        way.settimeout(5)
                        way.connect(("203.0.113.2", 80))
                except OSError as error:
                    return {"opened": len(open) - 1, "then": errno.errorcode.get(error.errno, str(error))}
                finally:
                    for way in open:
                        way.close()
                return {"opened": len(open), "then": ""}
            """;
    private static final String LISTENS = """
            import socket, threading

            server = socket.create_server(("", 9000), backlog=8)

            def handle(event, context):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
                    way.connect(("203.0.113.2", 9))
                    own = way.getsockname()[0]
                socket.create_connection((own, 9000), 5).close()
                return {"own": own, "six": open("/proc/net/if_inet6").read()}
            """;

    private static Internet internet;
    private static NodeProcess node;

    @BeforeAll
    static void start() {
        internet = Internet.open();
        node = NodeProcess.start(
                "network.dns=" + Internet.ADDRESS,
                "network.connections=50",
                "invoker.adopt-grace=2m",
                "stems.python3=0",
                "stems.nodejs=0");
        node.api().register("dials", NETWORK, DIALS);
        node.api().register("moves", NETWORK + "&ingress=1MiB&egress=1MiB", MOVES);
    }

    @AfterAll
    static void end() {
        internet.close();
        node.close();
        removeFirewall(node.id());
    }

    /** As down.sh does. */
    static void removeFirewall(String id) {
        Path lib = Path.of("lib").toAbsolutePath();
        Docker.lines(
                "bash", "-euc", "source " + lib + "/system.sh; source " + lib + "/network.sh; network_remove " + id);
        assertThat(Docker.lines("iptables-save")).noneMatch(line -> line.contains("HEARTH-" + tag(id)));
        assertThat(Docker.lines("ip", "-o", "addr", "show", "dev", "lo")).noneMatch(line -> line.contains(tag(id)));
    }

    static String tag(String id) {
        return Docker.lines("bash", "-c", "printf %s " + id + " | sha256sum | cut -c 1-6")
                .getFirst();
    }

    private static JsonObject dial(List<String> targets) {
        Answer answer = node.api().invoke("dials", new JsonArray(targets).encode());
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json();
    }

    @Test
    void reachesAPublicAddressByNumberAndByName() {
        List<String> targets = List.of(Internet.ADDRESS + ":80", Internet.NAME + ":80");
        JsonObject found = dial(targets);
        targets.forEach(target -> assertThat(found.getString(target)).as(target).isEqualTo("reached"));
        assertThat(dial(List.of("unknown.example:80")).getString("unknown.example:80"))
                .contains("Name or service not known");
    }

    @Test
    void doesNotReachAnyAddressOfThisMachine() throws IOException {
        try (ServerSocket open = new ServerSocket()) {
            open.bind(new InetSocketAddress("0.0.0.0", 0));
            List<String> targets = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .map(InetAddress::getHostAddress)
                    .map(address -> address + ":" + open.getLocalPort())
                    .toList();
            assertThat(targets).contains(Internet.OUR_ADDRESS + ":" + open.getLocalPort());
            for (String target : targets) {
                String host = target.substring(0, target.indexOf(':'));
                new Socket(host, open.getLocalPort()).close();
            }
            JsonObject found = dial(targets);
            targets.forEach(
                    target -> assertThat(found.getString(target)).as(target).isEqualTo("ECONNREFUSED"));
        }
    }

    @Test
    void doesNotReachPrivateSpecialOrMetadataAddresses() {
        List<String> refused = List.of(
                "169.254.169.254:80",
                "169.254.1.1:80",
                "10.0.0.1:80",
                "10.255.255.53:53",
                "172.17.0.2:80",
                "192.168.1.1:80",
                "100.64.0.1:80",
                "198.18.0.1:80");
        JsonObject found = dial(refused);
        refused.forEach(target -> assertThat(found.getString(target)).as(target).isEqualTo("ECONNREFUSED"));
        String own = "127.0.0.1:" + node.port();
        String six = "[2001:db8::1]:80";
        String metadata = "[fd00:ec2::254]:80";
        JsonObject others = dial(List.of(own, six, metadata));
        assertThat(others.getString(own)).isEqualTo("ECONNREFUSED");
        assertThat(others.getString(six)).isIn("ENETUNREACH", "EADDRNOTAVAIL");
        assertThat(others.getString(metadata)).isIn("ENETUNREACH", "EADDRNOTAVAIL");
    }

    @Test
    void doesNotReachAnotherFunction() {
        node.api().register("listens", NETWORK, LISTENS);
        JsonObject listener = node.api().invoke("listens").json();
        assertThat(listener.getString("six")).isEmpty();
        String target = listener.getString("own") + ":9000";
        assertThat(dial(List.of(target)).getString(target)).isEqualTo("ECONNREFUSED");
    }

    @Test
    void aCallMovesWhatItsLimitsAllowAndTheRecordTellsHowMuch() {
        Answer fetched = node.api().invoke("moves", "{\"fetch\": 500000}");
        assertThat(fetched.text()).as("%s", fetched).isEqualTo("500000");
        JsonObject record = node.api().record(fetched.invocation());
        assertThat(record.getLong("networkIn")).isBetween(500_000L, 600_000L);
        assertThat(record.getLong("networkOut")).isBetween(100L, 100_000L);
        Answer text = node.api()
                .send(node.api()
                        .request("/v1/invocations/" + fetched.invocation())
                        .header("Accept", "text/plain")
                        .build());
        assertThat(text.text()).contains("network     " + record.getLong("networkIn") + " bytes in, ");
        assertThat(node.api().get("/metrics").text().lines())
                .filteredOn(line -> line.startsWith("hearth_function_network_bytes_total{")
                        && line.contains("\"moves\"")
                        && line.contains("\"in\""))
                .singleElement()
                .satisfies(line -> assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .isGreaterThan(500_000));
    }

    @Test
    void aCallThatSendsTooMuchIsEnded() {
        assertEnded("{\"send\": 40000000}", "EGRESS_EXCEEDED", "limits.egress is 1MiB");
    }

    @Test
    void aCallThatReceivesTooMuchIsEnded() {
        assertEnded("{\"fetch\": 40000000}", "INGRESS_EXCEEDED", "limits.ingress is 1MiB");
    }

    @Test
    void aCallThatMovedTooMuchIsEndedWhileItRuns() {
        Answer answer = node.api().invoke("moves", "{\"fetch\": 2000000, \"linger\": 50}");
        assertThat(answer.code()).as("%s", answer).isEqualTo("INGRESS_EXCEEDED");
        assertThat(answer.took()).isLessThan(Duration.ofSeconds(30));
        assertThat(node.api().record(answer.invocation()).getLong("networkIn")).isGreaterThan(1 << 20);
    }

    @Test
    void neitherForgesItsAddressNorMakesPacketsOfItsOwn() {
        node.api().register("forges", NETWORK, FORGES);
        JsonObject found = node.api().invoke("forges").json();
        assertThat(found.getString("raw")).isEqualTo("EPERM");
        assertThat(found.getString("packet")).isEqualTo("EPERM");
        assertThat(found.getString("transparent")).isEqualTo("EPERM");
        assertThat(found.getString("address")).isEqualTo("EPERM");
        assertThat(found.getString("freebind")).isNotEqualTo("sent");
    }

    @Test
    void theConnectionsOfOneContainerAreBounded() {
        node.api().register("floods", NETWORK, FLOODS);
        JsonObject found = node.api().invoke("floods").json();
        assertThat(found.getInteger("opened")).as("%s", found).isBetween(40, 55);
        assertThat(found.getString("then")).isEqualTo("ECONNREFUSED");
        String target = Internet.ADDRESS + ":80";
        assertThat(dial(List.of(target)).getString(target)).isEqualTo("reached");
    }

    private static void assertEnded(String event, String code, String told) {
        Answer answer = node.api().invoke("moves", event);
        assertThat(answer.code()).as("%s", answer).isEqualTo(code);
        assertThat(answer.error().getString("message")).contains(told, "over its network");
        assertThat(node.api().invoke("moves", "{\"fetch\": 5}").text()).isEqualTo("5");
    }

    @Test
    void aRestartedNodeKeepsContainersTheirNetworkAndTheFirewall() throws IOException {
        String target = Internet.ADDRESS + ":80";
        dial(List.of(target));
        node.kill();
        Docker.lines("iptables", "-w", "-F", "HEARTH-" + tag(node.id()) + "-HOST");
        node.restart();
        try (ServerSocket open = new ServerSocket()) {
            open.bind(new InetSocketAddress("0.0.0.0", 0));
            String ours = Internet.OUR_ADDRESS + ":" + open.getLocalPort();
            Answer answer = node.api().invoke("dials", new JsonArray(List.of(target, ours)).encode());
            assertThat(answer.start()).as("%s", node.logTail()).isEqualTo("warm");
            assertThat(answer.json().getString(target)).isEqualTo("reached");
            assertThat(answer.json().getString(ours)).isEqualTo("ECONNREFUSED");
        }
    }

    @Test
    void twoNodesOfOneMachineDoNotDisturbEachOther() {
        String target = Internet.ADDRESS + ":80";
        NodeProcess second = NodeProcess.start("network.dns=" + Internet.ADDRESS, "stems.python3=0", "stems.nodejs=0");
        try {
            second.api().register("listens", NETWORK, LISTENS);
            String there = second.api().invoke("listens").json().getString("own") + ":9000";
            JsonObject found = dial(List.of(there, target));
            assertThat(found.getString(there)).isEqualTo("ECONNREFUSED");
            assertThat(found.getString(target)).isEqualTo("reached");
        } finally {
            second.close();
        }
        removeFirewall(second.id());
        assertThat(dial(List.of(target)).getString(target)).isEqualTo("reached");
    }

    @Test
    void aContainersLinkGoesWithIt() {
        node.api().register("brief", NETWORK, DIALS);
        node.api().invoke("brief", "[]");
        long before = links();
        assertThat(before).isPositive();
        node.api().delete("/v1/functions/brief");
        eventually(Duration.ofSeconds(20), () -> assertThat(links()).isLessThan(before));
    }

    private static long links() {
        return Docker.lines("ip", "-br", "link").stream()
                .filter(line -> line.startsWith("hn" + tag(node.id())))
                .count();
    }
}
