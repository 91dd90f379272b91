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
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A function with a list of allowed destinations reaches those and is refused all others at once. */
final class AllowListIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String FENCED = "runtime=python3&memory=64MiB&disk=4MiB&network=internet&allow=";
    private static final String DIALS = """
            import errno, socket, time

            def reach(target):
                kind, host, port = target.split(":")
                address = socket.gethostbyname(host)
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as way:
                    way.settimeout(5)
                    way.connect((address, int(port)))
                    if kind == "udp":
                        way.send(b"echo")
                        way.recv(4)
                return "reached"

            def handle(event, context):
                found, began = {}, time.monotonic()
                for target in event:
                    try:
                        found[target] = reach(target)
                    except OSError as error:
                        found[target] = errno.errorcode.get(error.errno, str(error))
                found["seconds"] = time.monotonic() - began
                return found
            """;
    private static final String NO_NAME = "Name or service not known";

    private static Internet internet;
    private static NodeProcess node;

    @BeforeAll
    static void start() {
        internet = Internet.open();
        node = NodeProcess.start(
                "network.dns=" + Internet.ADDRESS,
                "network.allow-least=2s",
                "network.allow-most=2s",
                "network.repair=1s",
                "invoker.adopt-grace=2m",
                "invoker.heartbeat=100ms",
                "stems.python3=1",
                "stems.nodejs=0",
                "stems.memory=64MiB",
                "stems.disk=4MiB",
                "stems.most=1");
        node.api()
                .register(
                        "fenced",
                        FENCED
                                + "web.example:80,web.example:7,*.below.example,203.0.113.3:8080,inner.example,mixed.example:80",
                        DIALS);
    }

    @AfterAll
    static void end() {
        internet.close();
        node.close();
        NetworkIT.removeFirewall(node.id());
    }

    private static Answer invoke(String function, String... targets) {
        Answer answer = node.api().invoke(function, new JsonArray(List.of(targets)).encode());
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    private static JsonObject dial(String... targets) {
        JsonObject found = invoke("fenced", targets).json();
        assertThat(found.getDouble("seconds")).as("%s", found).isLessThan(4);
        return found;
    }

    private static void each(JsonObject found, String outcome, String... targets) {
        for (String target : targets) {
            assertThat(found.getString(target)).as(target).contains(outcome);
        }
    }

    private static void refused(JsonObject found, String... targets) {
        each(found, "ECONNREFUSED", targets);
    }

    @Test
    void reachesWhatItsListHasAtItsPortsByTcpAndUdp() {
        String[] allowed = {
            "tcp:web.example:80", "udp:web.example:7", "tcp:a.below.example:8080", "tcp:203.0.113.3:8080"
        };
        each(dial(allowed), "reached", allowed);
    }

    @Test
    void isRefusedAllElseAtOnce() throws IOException {
        try (ServerSocket open = new ServerSocket()) {
            open.bind(new InetSocketAddress("0.0.0.0", 0));
            // All but the last listen: a function without a list reaches the first two, this machine the third.
            node.api().register("one", FENCED + "web.example:80", DIALS);
            String[] addresses = {
                "tcp:web.example:8080",
                "tcp:203.0.113.3:80",
                "tcp:" + Internet.OUR_ADDRESS + ":" + open.getLocalPort(),
                "tcp:198.51.100.7:443"
            };
            JsonObject dialled = invoke("one", addresses).json();
            refused(dialled, addresses);
            assertThat(dialled.getDouble("seconds")).isLessThan(4);
        }
        String[] datagrams = {"udp:203.0.113.3:7", "udp:203.0.113.2:53"};
        JsonObject sent = invoke("one", datagrams).json();
        for (String datagram : datagrams) {
            // The kernel sends an ICMP answer a second to who asks often.
            assertThat(sent.getString(datagram)).as(datagram).isIn("EHOSTUNREACH", "timed out");
        }
        String[] names = {
            "tcp:other.example:80", "tcp:below.example:80", "tcp:x.web.example:80", "tcp:unknown.example:80"
        };
        each(dial(names), NO_NAME, names);
    }

    @Test
    void aNameThatLeadsToForbiddenAddressesLeadsNowhere() {
        JsonObject found =
                dial("tcp:inner.example:80", "tcp:mixed.example:80", "tcp:10.255.255.53:53", "tcp:169.254.169.254:80");
        each(found, "No address associated with hostname", "tcp:inner.example:80");
        each(found, "reached", "tcp:mixed.example:80");
        refused(found, "tcp:10.255.255.53:53", "tcp:169.254.169.254:80");
    }

    @Test
    void anAddressIsReachedForAsLongAsItsNameIsKnown() {
        node.api().register("brief", FENCED + "web.example", DIALS);
        String address = "tcp:203.0.113.2:80";
        refused(invoke("brief", address).json(), address);
        each(invoke("brief", "tcp:web.example:80", address).json(), "reached", "tcp:web.example:80", address);
        eventually(PATIENCE, () -> refused(invoke("brief", address).json(), address));
        each(invoke("brief", "tcp:web.example:80").json(), "reached", "tcp:web.example:80");
    }

    @Test
    void anotherFunctionsListIsNoOnesElse() {
        node.api().register("narrow", FENCED + "203.0.113.2:80", DIALS);
        each(dial("tcp:web.example:80"), "reached", "tcp:web.example:80");
        JsonObject found = invoke("narrow", "tcp:web.example:80", "tcp:203.0.113.2:80", "tcp:203.0.113.3:8080")
                .json();
        each(found, NO_NAME, "tcp:web.example:80");
        each(found, "reached", "tcp:203.0.113.2:80");
        refused(found, "tcp:203.0.113.3:8080");
    }

    @Test
    void aStemCellGetsItsNetworkBeforeTheCode() {
        node.api().register("open", "runtime=python3&memory=64MiB&disk=4MiB&network=internet", DIALS);
        node.api().register("shut", FENCED + "web.example:80", DIALS);
        for (String function : List.of("open", "shut")) {
            eventually(
                    PATIENCE,
                    () -> assertThat(node.api().containers(node.id()))
                            .filteredOn(one -> one.getString("state").equals("stem"))
                            .hasSize(1));
            Answer first = invoke(function, "tcp:web.example:80", "tcp:other.example:80");
            assertThat(first.start()).isEqualTo("prewarmed");
            each(first.json(), "reached", "tcp:web.example:80");
            each(first.json(), function.equals("open") ? "reached" : NO_NAME, "tcp:other.example:80");
        }
    }

    @Test
    void aRestartedNodeKeepsTheFence() {
        dial("tcp:web.example:80");
        node.kill();
        Docker.lines("iptables", "-w", "-F", "HEARTH-" + NetworkIT.tag(node.id()) + "-FENCE");
        node.restart();
        Answer answer = invoke(
                "fenced", "tcp:203.0.113.3:8080", "tcp:web.example:80", "tcp:203.0.113.3:80", "tcp:other.example:80");
        assertThat(answer.start()).as("%s", node.logTail()).isEqualTo("warm");
        each(answer.json(), "reached", "tcp:203.0.113.3:8080", "tcp:web.example:80");
        refused(answer.json(), "tcp:203.0.113.3:80");
        each(answer.json(), NO_NAME, "tcp:other.example:80");
    }
}
