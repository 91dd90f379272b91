package dev.hearth.deploy.rig;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small internet of the test's own: a server of the web (ports 80 and 8080), of names and of echoes (UDP, port 7) at public
 * addresses that are nobody's, routed by this machine.
 *
 * <p>They live in a container without a network, into which a pair of interfaces is put.
 */
public final class Internet implements AutoCloseable {
    /** The server's address, one of those kept for documentation. */
    public static final String ADDRESS = "203.0.113.2";

    /** The address that this machine has there. */
    public static final String OUR_ADDRESS = "203.0.113.1";

    /** A second address of the same server. */
    public static final String OTHER_ADDRESS = "203.0.113.3";

    /** The server's name; NAMES below has more, some of which lead to where no function may go. */
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
                    name, at = "", 12
                    while query[at]:
                        name += "." + query[at + 1:at + 1 + query[at]].decode().lower()
                        at += 1 + query[at]
                    found = NAMES.get(name[1:])
                    four = found if found and query[end - 4:end - 2] == b"\\x00\\x01" else []
                    answer = query[:2] + struct.pack(">HHHHH", 0x8183 if found is None else 0x8180, 1, len(four), 0, 0) + query[12:end]
                    for address in four:
                        answer += b"\\xc0\\x0c\\x00\\x01\\x00\\x01\\x00\\x00\\x00\\x3c\\x00\\x04" + socket.inet_aton(address)
                    server.sendto(answer, self.client_address)

            class Echo(socketserver.BaseRequestHandler):
                def handle(self):
                    self.request[1].sendto(self.request[0], self.client_address)

            NAMES = {
                "web.example": ["203.0.113.2"],
                "other.example": ["203.0.113.3"],
                "a.below.example": ["203.0.113.3"],
                "inner.example": ["10.255.255.53", "169.254.169.254", "127.0.0.1"],
                "mixed.example": ["169.254.169.254", "203.0.113.2"],
            }
            threading.Thread(target=socketserver.ThreadingUDPServer(("", 7), Echo).serve_forever).start()
            threading.Thread(target=http.server.ThreadingHTTPServer(("", 8080), Web).serve_forever).start()
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
        Docker.lines("ip", "addr", "add", OUR_ADDRESS + "/29", "dev", DEVICE);
        Docker.lines("ip", "link", "set", DEVICE, "up");
        List<String> inside = List.of("nsenter", "-t", pid, "-n", "ip");
        Docker.lines(words(inside, "addr", "add", ADDRESS + "/29", "dev", "eth0"));
        Docker.lines(words(inside, "addr", "add", OTHER_ADDRESS + "/29", "dev", "eth0"));
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
