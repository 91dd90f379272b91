package dev.hearth.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hearth.gateway.http.ApiServer;
import dev.hearth.gateway.http.HttpLimits;
import dev.hearth.gateway.store.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks a server that speaks TLS, and renews its certificate under its clients' hands. */
class CertificatesTest {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration HANDSHAKE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static TestCertificate first;
    private static TestCertificate second;

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path folder;

    @BeforeAll
    static void make(@TempDir Path once) throws IOException, GeneralSecurityException {
        first = TestCertificate.make(once, "first");
        second = TestCertificate.make(once, "second");
    }

    private PemFiles files;
    private int port;

    @BeforeEach
    void start() throws IOException {
        files = new PemFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        first.writeTo(files);
        ApiServer server = new ApiServer(
                        HttpLimits.DEFAULT,
                        SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                        request -> request.body()
                                .onSuccess(body -> request.response().end(body)),
                        List.of())
                .securedBy(new Certificates(vertx, files), LOOK, HANDSHAKE);
        Await.of(vertx.deployVerticle(server));
        port = server.port();
    }

    @AfterEach
    void stop() {
        Await.of(vertx.close());
    }

    @Test
    void dropsNoConnectionWhenTheCertificateChangesUnderLoad() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Set<String> served = ConcurrentHashMap.newKeySet();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (HttpClient lasting = client(first, second)) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    while (!over.get() && failures.isEmpty()) {
                        attempt(() -> call(lasting, "x".repeat(50_000)), failures);
                        answered.incrementAndGet();
                    }
                }));
            }
            clients.add(Thread.ofVirtual().start(() -> {
                while (!over.get() && failures.isEmpty()) {
                    attempt(() -> served.add(name(handshake())), failures);
                }
            }));
            await(() -> answered.get() > 20 && served.contains("CN=first"), failures);
            second.writeTo(files);
            await(() -> served.contains("CN=second"), failures);
            int then = answered.get();
            await(() -> answered.get() > then + 20, failures);
            over.set(true);
            for (Thread one : clients) {
                one.join();
            }
            assertThat(failures).isEmpty();
            assertThat(name((X509Certificate)
                            call(lasting, "end").sslSession().orElseThrow().getPeerCertificates()[0]))
                    .as("the certificate of a connection from before")
                    .isEqualTo("CN=first");
        }
    }

    @Test
    void keepsTheOldPairUntilTheNewOneIsWhole() throws Exception {
        for (String broken : List.of(
                "", "-----BEGIN CERTIFICATE-----\n", second.certificate().substring(0, 300), "no PEM at all")) {
            TestCertificate.replace(files.certificate(), broken);
            staysFirst();
        }
        TestCertificate.replace(files.certificate(), second.certificate());
        staysFirst();
        TestCertificate.replace(files.key(), second.key().substring(0, 100));
        staysFirst();
        Files.delete(files.key());
        staysFirst();
        TestCertificate.replace(files.key(), second.key());
        await(() -> name(handshake()).equals("CN=second"), List.of());
    }

    /** For many looks. */
    private void staysFirst() throws Exception {
        long end = System.nanoTime() + LOOK.multipliedBy(10).toNanos();
        while (System.nanoTime() < end) {
            assertThat(name(handshake())).isEqualTo("CN=first");
        }
    }

    @Test
    void plainHttpOnTheTlsPortGetsNothing() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write("GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).doesNotContain("HTTP/1.1").doesNotContain("openapi");
        }
    }

    @Test
    void whoNeverShakesHandsIsCutOff() throws Exception {
        byte[] beginning = {0x16, 3, 1, 1, 0, 1};
        for (byte[] sent : List.of(new byte[0], beginning)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                long start = System.nanoTime();
                socket.getOutputStream().write(sent);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(HANDSHAKE.dividedBy(2), PATIENCE);
                assertThat(name(handshake())).as("others meanwhile").isEqualTo("CN=first");
            }
        }
    }

    @Test
    void oldProtocolsAreRefused() throws Exception {
        for (String old : List.of("TLSv1", "TLSv1.1")) {
            assertThatThrownBy(() -> handshake(old)).isInstanceOf(SSLException.class);
        }
        assertThat(name(handshake("TLSv1.2"))).isEqualTo("CN=first");
        assertThat(name(handshake("TLSv1.3"))).isEqualTo("CN=first");
    }

    @Test
    void aPageOfPlainHttpIsForeign() throws Exception {
        try (HttpClient client = client(first)) {
            for (String origin :
                    List.of("http://127.0.0.1:" + port, "null", "https://127.0.0.1", "https://evil.example")) {
                assertThat(get(client, "Origin", origin).statusCode())
                        .as(origin)
                        .isEqualTo(403);
            }
            assertThat(get(client, "Origin", "https://127.0.0.1:" + port).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRefusedUploadIsStillAnswered() throws Exception {
        try (HttpClient client = client(first)) {
            HttpRequest request = request("/nothing")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void aBootWithABrokenPairSaysWhatIsWrongAndNothingOfTheKey() throws Exception {
        TestCertificate.replace(files.key(), second.key());
        assertThatThrownBy(() -> Await.of(new Certificates(vertx, files).first()))
                .hasMessageContaining("the key is not that of the certificate")
                .hasMessageContaining("gateway.tls-cert " + files.certificate());
        TestCertificate.replace(files.key(), first.key().replace("PRIVATE", "PUBLIC"));
        assertThatThrownBy(() -> Await.of(new Certificates(vertx, files).first()))
                .hasMessageContaining("no PEM that is known")
                .satisfies(fault -> assertThat(fault.getMessage())
                        .doesNotContain(first.key().substring(30, 60)));
        Files.delete(files.certificate());
        assertThatThrownBy(() -> Await.of(new Certificates(vertx, files).first()))
                .hasMessageContaining("tls.crt cannot be read");
    }

    private static void attempt(Callable<?> work, List<Throwable> failures) {
        try {
            work.call();
        } catch (Exception failure) {
            failures.add(failure);
        }
    }

    private static void await(Callable<Boolean> condition, List<Throwable> failures) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(failures).isEmpty();
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static HttpClient client(TestCertificate... trusted) throws IOException, GeneralSecurityException {
        return HttpClient.newBuilder()
                .sslContext(TestCertificate.trusting(List.of(trusted)))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> get(HttpClient client, String... headers) throws IOException, InterruptedException {
        return client.send(request("/openapi.yaml").headers(headers).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> call(HttpClient client, String event) throws IOException, InterruptedException {
        HttpRequest request = request("/v1/functions/echo/invoke")
                .POST(HttpRequest.BodyPublishers.ofString(event))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(event);
        return answer;
    }

    /** The certificate that a connection gets now. */
    private X509Certificate handshake(String... protocols) throws IOException, GeneralSecurityException {
        var sockets = TestCertificate.trusting(List.of(first, second)).getSocketFactory();
        try (SSLSocket socket = (SSLSocket) sockets.createSocket("127.0.0.1", port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
