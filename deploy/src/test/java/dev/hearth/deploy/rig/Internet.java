package dev.hearth.deploy.rig;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small internet of the test's own: a web server and a name server at a public address that is nobody's, routed by this
 * machine.
 *
 * <p>They live in a container without a network, into which a pair of interfaces is put.
 */
public final class Internet implements AutoCloseable {
    /** The server's address, one of those kept for documentation. */
    public static final String ADDRESS = "203.0.113.2";

    /** The address that this machine has there. */
    public static final String OUR_ADDRESS = "203.0.113.1";

    /** The one name that the name server knows; the server's. */
    public static final String NAME = "web.example";

    private static final String DEVICE = "hearth-it-net";
    private static final String SERVER = """
            import http.server, socket, socketserver, struct, threading

            class Web(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    size = int(self.path.strip("/") or 5)
                    self.send_response(200)
                    self.send_header("Content-Length", str(size))
                    self.end_headers()
                    try:
                        while size > 0:
                            size -= self.wfile.write(b"x" * min(size, 65536))
                    except OSError:
                        pass
                def do_POST(self):
                    left = int(self.headers["Content-Length"])
                    while left > 0 and (got := len(self.rfile.read1(min(left, 65536)))):
                        left -= got
                    self.send_response(200)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                def log_message(self, *args):
                    pass

            class Names(socketserver.BaseRequestHandler):
                def handle(self):
                    query, server = self.request
                    end = query.index(0, 12) + 5
                    known = query[12:end - 4] == b"\\x03web\\x07example\\x00"
                    v4 = known and query[end - 4:end - 2] == b"\\x00\\x01"
                    answer = query[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, int(v4), 0, 0) + query[12:end]
                    if v4:
                        answer += b"\\xc0\\x0c\\x00\\x01\\x00\\x01\\x00\\x00\\x00\\x3c\\x00\\x04" + socket.inet_aton("203.0.113.2")
                    server.sendto(answer, self.client_address)

            threading.Thread(target=socketserver.ThreadingUDPServer(("", 53), Names).serve_forever).start()
            print("ready", flush=True)
            http.server.ThreadingHTTPServer(("", 80), Web).serve_forever()
            """;

    private final String container;

    private Internet(String container) {
        this.container = container;
    }

    public static Internet open() {
        String container = Docker.lines(
                        "docker",
                        "run",
                        "-d",
                        "--rm",
                        "--label=hearth.test=1",
                        "--network=none",
                        Images.of("python3"),
                        "python3",
                        "-c",
                        SERVER)
                .getFirst();
        Internet internet = new Internet(container);
        try {
            internet.wire();
            return internet;
        } catch (Throwable failed) {
            internet.close();
            throw failed;
        }
    }

    private void wire() {
        String pid = Docker.lines("docker", "inspect", "-f", "{{.State.Pid}}", container)
                .getFirst();
        Docker.lines("ip", "link", "add", DEVICE, "type", "veth", "peer", "name", "eth0", "netns", pid);
        Docker.lines("ip", "addr", "add", OUR_ADDRESS + "/24", "dev", DEVICE);
        Docker.lines("ip", "link", "set", DEVICE, "up");
        List<String> inside = List.of("nsenter", "-t", pid, "-n", "ip");
        Docker.lines(words(inside, "addr", "add", ADDRESS + "/24", "dev", "eth0"));
        Docker.lines(words(inside, "link", "set", "eth0", "up"));
    }

    private static String[] words(List<String> first, String... rest) {
        return Stream.concat(first.stream(), Arrays.stream(rest)).toArray(String[]::new);
    }

    @Override
    public void close() {
        Docker.lines("docker", "rm", "-f", container);
    }
}
